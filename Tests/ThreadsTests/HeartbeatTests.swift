import Testing
import Threads

/// When a thread counts as alive.
@Suite struct HeartbeatTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test(
        "a thread that does nothing stands still, and a wait moves at least every five seconds until its time is over")
    func wait() {
        var heart = Heartbeat()
        #expect(heart.count(at: at(100)) == heart.count(at: start))
        heart.beat()
        #expect(heart.count(at: at(100)) == 1)
        _ = heart.beginWait(atMost: .seconds(60), at: at(100))
        for time in stride(from: 100, to: 160, by: 5) {
            #expect(heart.count(at: at(time + 5)) > heart.count(at: at(time)), "\(time)")
        }
        #expect(heart.count(at: at(165)) == heart.count(at: at(1_000)))
    }

    @Test("a wait without an end moves for as long as it takes, and never runs backwards when it ends") func endless() {
        var heart = Heartbeat()
        let outer = heart.beginWait(atMost: nil, at: start)
        let late = heart.count(at: at(100_000))
        #expect(late > heart.count(at: at(99_990)))
        heart.endWait(in: outer, at: at(100_000))
        #expect(heart.count(at: at(100_000)) > late)
        #expect(heart.count(at: at(200_000)) == heart.count(at: at(100_000)))
    }

    @Test("a wait in a wait has its own time, which the outer one does not lose") func nested() {
        var heart = Heartbeat()
        let none = heart.beginWait(atMost: .seconds(20), at: start)
        let outer = heart.beginWait(atMost: nil, at: at(10))
        #expect(heart.count(at: at(1_010)) > heart.count(at: at(1_000)))
        heart.endWait(in: outer, at: at(1_010))
        // Ten seconds are left.
        #expect(heart.count(at: at(1_020)) > heart.count(at: at(1_012)))
        #expect(heart.count(at: at(1_022)) == heart.count(at: at(2_000)))
        heart.endWait(in: none, at: at(2_000))
        #expect(heart.count(at: at(3_000)) == heart.count(at: at(2_000)))
    }

    @Test("a clock that stands still or a wait that is over when it begins counts nothing") func limits() {
        var heart = Heartbeat()
        _ = heart.beginWait(atMost: .seconds(-5), at: at(10))
        let count = heart.count(at: at(10))
        #expect(heart.count(at: at(5)) == count && heart.count(at: at(500)) == count)
    }
}
