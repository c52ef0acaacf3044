import Testing
import Threads

@Suite struct WaitTests {
    private let moment = Duration.milliseconds(1)

    @Test(.timeLimit(.minutes(1))) func monitorWakes() {
        let monitor = Monitor(0)
        let counts = [1, 10].concurrentMap(width: 2) { step in
            monitor.change { $0 += step }
            return monitor.wait { $0 == 11 ? $0 : nil }
        }
        #expect(counts == [11, 11])
    }

    @Test("a wait ends with its time, and looks once more") func monitorIsLate() {
        let start = ContinuousClock.now
        #expect(Monitor(0).wait(for: .milliseconds(20)) { $0 == 1 ? () : nil } == nil)
        #expect(ContinuousClock.now - start >= .milliseconds(20))
        var looks = 0
        #expect(
            Monitor(0).wait(for: moment) { _ -> Int? in
                looks += 1
                return looks == 2 ? 7 : nil
            } == 7)
    }

    @Test(.timeLimit(.minutes(1))) func stopWakes() {
        let stop = StopSignal()
        #expect(!stop.wait(for: moment) && !stop.isSet)
        let isSet = [true, false].concurrentMap(width: 2) { sets in
            if sets { stop.set() }
            return stop.wait()
        }
        #expect(isSet == [true, true])
        #expect(stop.isSet && stop.wait(for: .zero))
    }

    @Test("work that blocks is left once it was asked to stop", .timeLimit(.minutes(1))) func leaves() {
        let stop = StopSignal()
        let end = StopSignal()
        #expect(stop.finishing { 7 } == 7)
        stop.set()
        #expect(stop.finishing { end.wait() } == nil)
        end.set()
        #expect(stop.finishing(within: .seconds(60)) { end.wait() } == true)
    }

    @Test func pauses() {
        let start = ContinuousClock.now
        pause(for: .milliseconds(20))
        #expect(ContinuousClock.now - start >= .milliseconds(20))
    }
}
