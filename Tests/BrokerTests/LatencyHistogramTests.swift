import DataLayout
import Testing

@testable import Broker

@Suite struct LatencyHistogramTests {
    /// Times from under a millisecond to a day, as many in each decade; the same in every run.
    private static func times(_ count: Int, seed: UInt64) -> [Int] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var time = 300
            for _ in 0..<Int(state >> 59) { time = time * 9 / 5 }
            return time + Int(state >> 33) % time
        }
    }

    private static func histogram(_ times: [Int]) -> LatencyHistogram {
        var histogram = LatencyHistogram()
        for time in times { histogram.add(.microseconds(time)) }
        return histogram
    }

    /// The expected value is the time itself, out of the sorted list.
    @Test(
        "a percentile is the exact one or up to 3.2 % above", arguments: [1, 2, 3, 10, 101, 5_000],
        [0, 0.5, 0.9, 0.99, 1])
    func quantiles(count: Int, fraction: Double) throws {
        let times = Self.times(count, seed: UInt64(count)).sorted()
        let rank = max(1, Int((fraction * Double(count)).rounded(.up)))
        let exact = Duration.microseconds(min(max(times[rank - 1], 1_000), 86_400_000_000))
        let told = try #require(Self.histogram(times).quantile(fraction))
        #expect(told >= min(exact, .microseconds(times[count - 1])) && told <= exact * 1.032, "\(exact) \(told)")
    }

    @Test("every bucket is at most 5 % wide", arguments: [1_000, 1_001, 4_095, 4_096, 250_000, 86_399_999_999])
    func width(time: Int) throws {
        // The median of a time and one that is far longer is the upper edge of the time's bucket.
        let told = try #require(Self.histogram([time, 86_400_000_000]).p50)
        #expect(told >= .microseconds(time) && told < .microseconds(time) * 1.05)
    }

    @Test("counts what lies outside, and the longest time exactly")
    func outside() {
        var histogram = Self.histogram([-5, 0, 999])
        #expect(histogram.count == 3 && histogram.p50 == .microseconds(999) && histogram.max == .microseconds(999))
        histogram.add(.seconds(200_000))
        #expect(histogram.max == .seconds(200_000) && histogram.count == 4)
        histogram.add(.seconds(Int64.max))
        histogram.add(.seconds(Int64.min))
        #expect(histogram.count == 6 && LatencyHistogram(histogram.description) == histogram)
    }

    @Test("has no percentiles without counts")
    func empty() {
        let none = LatencyHistogram()
        #expect(none.p50 == nil && none.p99 == nil && none.max == nil && none.count == 0)
        #expect(LatencyHistogram(none.description) == none)
    }

    @Test("several add up to the histogram of all times")
    func merged() {
        let parts = (1...4).map { Self.times(300 * $0, seed: UInt64($0)) }
        var sum = LatencyHistogram()
        for part in parts { sum.add(Self.histogram(part)) }
        #expect(sum == Self.histogram(Array(parts.joined())))
        let before = sum
        sum.add(LatencyHistogram())
        #expect(sum == before)
    }

    @Test("is restored from its text")
    func text() {
        let histogram = Self.histogram(Self.times(2_000, seed: 9))
        #expect(LatencyHistogram(histogram.description) == histogram)
        // 1 ms is the first time of bucket 0, and 2 ms lies 32 further: 1,000 = 512 * 1.95, 2,000 = 1,024 * 1.95.
        #expect(Self.histogram([1_000, 2_000, 1_000]).description == "2000;0:2,32:1")
        #expect(histogram.description.utf8.count < 10_000)
    }

    @Test(
        "refuses any other text",
        arguments: [
            "", ";", "x;", "-1;", "0;0:1;", "1000;0:0", "1000;0:-1", "1000;0", "1000;0:1:2", "1000;0:1,0:1",
            "1000;5:1,0:1",
            "1000;99999:1", "1000;-1:1", "1000;0:99999999999999999999", "1500;0:1,32:1", "7;", "1000;0:1,x",
            "latencies",
        ])
    func refuses(text: String) { #expect(LatencyHistogram(text) == nil) }

    @Test("a count past all bounds stays at the bound")
    func saturates() throws {
        let most = try #require(LatencyHistogram("1000;0:\(Int.max)"))
        var sum = most
        sum.add(most)
        sum.add(.seconds(1))
        #expect(sum.count == Int.max && sum.p99 == .microseconds(1_007) && sum.max == .seconds(1))
        #expect(LatencyHistogram(sum.description) == sum)
    }
}
