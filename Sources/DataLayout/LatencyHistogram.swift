package import SQLite

/// How long alerts were on their way: counts in buckets of which 32 make a doubling, from 1 ms to a day.
///
/// A bucket is at most 1/32 of its values wide, so a percentile is told at most 3.2 % too high; the longest time is exact.
/// Its size is fixed (7 kB), and histograms of several workers or nights add up to that of all.
package struct LatencyHistogram: Sendable, Hashable {
    /// The least time that is told apart, and the longest, in microseconds; what lies outside counts as these.
    private static let shortest = 1_000
    private static let longest = 86_400_000_000
    private static let first = position(of: shortest)
    private static let buckets = position(of: longest) - first + 1

    private var counts = [Int](repeating: 0, count: buckets)
    /// Times that were counted.
    package private(set) var count = 0
    private var longestMicroseconds = 0

    /// A histogram of no times.
    package init() {}

    /// Counts a time; one below zero, as clocks that differ make it, is none.
    package mutating func add(_ time: Duration) { add(Self.microseconds(time), times: 1) }

    /// Adds all times of another.
    package mutating func add(_ other: LatencyHistogram) {
        for (bucket, count) in other.counts.enumerated() where count > 0 { add(to: bucket, count) }
        longestMicroseconds = Swift.max(longestMicroseconds, other.longestMicroseconds)
    }

    private mutating func add(_ microseconds: Int, times: Int) {
        add(to: Self.position(of: microseconds) - Self.first, times)
        longestMicroseconds = Swift.max(longestMicroseconds, microseconds)
    }

    private mutating func add(to bucket: Int, _ more: Int) {
        // The whole is never larger than an Int, so that no part of it is.
        let taken = min(more, Int.max - count)
        counts[bucket] += taken
        count += taken
    }

    // MARK: - What it tells

    /// The time that a fraction of all did not exceed, at most 3.2 % above it; `nil` where none was counted.
    ///
    /// By the nearest rank: of 200 times, `quantile(0.99)` is the 198th.
    package func quantile(_ fraction: Double) -> Duration? {
        guard count > 0 else { return nil }
        let rank = Swift.max(1, min(Double(count), (fraction * Double(count)).rounded(.up)))
        var passed = 0
        for (bucket, more) in counts.enumerated() where more > 0 {
            passed += more
            if Double(passed) >= rank { return .microseconds(min(Self.upperEdge(bucket), longestMicroseconds)) }
        }
        return max
    }

    /// The median.
    package var p50: Duration? { quantile(0.5) }
    /// The time that 95 of 100 did not exceed.
    package var p95: Duration? { quantile(0.95) }
    /// The time that 99 of 100 did not exceed.
    package var p99: Duration? { quantile(0.99) }
    /// The longest time, to the microsecond.
    package var max: Duration? { count > 0 ? .microseconds(longestMicroseconds) : nil }

    /// How many times did not exceed each of some bounds, which ascend: at most 3.2 % of a bound too few are counted.
    package func counts(upTo bounds: [Duration]) -> [Int] {
        var (bucket, passed) = (0, 0)
        return bounds.map { bound in
            let limit = Self.microseconds(bound)
            while bucket < counts.count, Self.upperEdge(bucket) <= limit {
                passed += counts[bucket]
                bucket += 1
            }
            return passed
        }
    }

    /// The sum of all times, at most 3.2 % too high.
    package var sum: Duration {
        let microseconds = counts.enumerated().reduce(0.0) { sum, bucket in
            sum + Double(bucket.element) * Double(Self.upperEdge(bucket.offset))
        }
        return .seconds(microseconds / 1e6)
    }

    // MARK: - Buckets

    /// Where a time lies among the buckets of all doublings: the five bits after its highest one tell 32 apart in each.
    private static func position(of microseconds: Int) -> Int {
        let time = Swift.max(shortest, min(longest, microseconds))
        let doubling = Int.bitWidth - 1 - time.leadingZeroBitCount
        return doubling * 32 + ((time >> (doubling - 5)) & 31)
    }

    /// The longest time of a bucket, microseconds.
    private static func upperEdge(_ bucket: Int) -> Int {
        let (doubling, part) = (first + bucket).quotientAndRemainder(dividingBy: 32)
        return ((32 + part + 1) << (doubling - 5)) - 1
    }

    private static func microseconds(_ time: Duration) -> Int {
        let (seconds, attoseconds) = time.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < Int64(Int.max / 2_000_000) else { return Int.max / 2 }
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}

extension LatencyHistogram: LosslessStringConvertible {
    /// The longest time in microseconds, then each bucket that is not empty with its count: `48213;3:12,40:7`.
    package var description: String {
        let filled = counts.enumerated().filter { $0.element > 0 }.map { "\($0.offset):\($0.element)" }
        return "\(longestMicroseconds);" + filled.joined(separator: ",")
    }

    /// Reads what ``description`` wrote; `nil` for any other text.
    package init?(_ text: String) {
        let halves = text.split(separator: ";", omittingEmptySubsequences: false)
        guard halves.count == 2, let longest = Int(halves[0]), longest >= 0 else { return nil }
        self.init()
        var least = 0
        for word in halves[1].split(separator: ",", maxSplits: Self.buckets) {
            let pair = word.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, let bucket = Int(pair[0]), let more = Int(pair[1]), bucket >= least,
                bucket < Self.buckets, more > 0
            else { return nil }
            add(to: bucket, more)
            least = bucket + 1
        }
        // The longest time lies in no bucket before the last that is filled.
        guard count == 0 ? longest == 0 : Self.position(of: longest) - Self.first + 1 >= least else { return nil }
        longestMicroseconds = longest
    }
}

extension LatencyHistogram: Encodable {
    private enum Key: CodingKey { case count, p50, p99, max }

    /// `{"count": 12, "p50": 0.12, "p99": 0.3, "max": 0.4}`, seconds; `null` where nothing was counted.
    package func encode(to encoder: any Encoder) throws {
        func seconds(_ time: Duration?) -> Double? { time.map { Double(Int($0 / .milliseconds(1))) / 1000 } }
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(count, forKey: .count)
        try members.encode(seconds(p50), forKey: .p50)
        try members.encode(seconds(p99), forKey: .p99)
        try members.encode(seconds(max), forKey: .max)
    }
}

extension LatencyHistogram {
    /// The histograms of a data folder by topic; none in one that an older Nightjar made.
    package static func all(in database: Database) throws(BrokerError) -> [String: LatencyHistogram] {
        do {
            guard try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'latency'") == 1 else {
                return [:]
            }
            let query = try database.prepare("SELECT topic, histogram FROM latency")
            var all: [String: LatencyHistogram] = [:]
            while try query.step() {
                if let topic = query.text(0), let histogram = query.text(1).flatMap({ LatencyHistogram($0) }) {
                    all[topic] = histogram
                }
            }
            return all
        } catch { throw BrokerError(error) }
    }
}
