import Simulator
import Testing

@Suite struct StreamPaceTests {
    @Test("an even pace has no drift") func even() {
        let pace = StreamPace(rate: 333)
        #expect(pace.due(0) == 0 && pace.due(333) == 1 && pace.due(333_000_000) == 1_000_000)
    }

    @Test("bursts keep the mean") func bursts() {
        // 10,000 in 5 s, then nothing until 30 s are over: 333.3 a second.
        let pace = StreamPace(rate: 10_000.0 / 30, burst: StreamPace.Burst(alerts: 10_000, seconds: 5))
        #expect(pace.due(0) == 0 && pace.due(5_000) == 2.5)
        #expect(pace.due(9_999) < 5 && abs(pace.due(10_000) - 30) < 1e-9 && abs(pace.due(25_000) - 62.5) < 1e-9)
        #expect((1..<30_000).allSatisfy { pace.due($0) >= pace.due($0 - 1) })
    }

    @Test("without a rate all is due at once") func unpaced() { #expect(StreamPace(rate: nil).due(1_000_000) == 0) }
}
