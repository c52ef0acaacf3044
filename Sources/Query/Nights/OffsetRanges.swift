/// Numbers of packets as ranges, in ascending order.
struct OffsetRanges: Sendable {
    private(set) var ranges: [Range<Int>] = []
    /// Numbers in all ranges.
    private(set) var count = 0

    /// Adds a number that is not below those before it.
    mutating func append(_ number: Int) {
        guard number < .max else { return }
        if let last = ranges.last {
            if number < last.upperBound { return }
            if number == last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<number + 1
                count += 1
                return
            }
        }
        ranges.append(number..<number + 1)
        count += 1
    }

    /// The numbers of several together.
    static func union(_ sets: [OffsetRanges]) -> OffsetRanges {
        var whole = OffsetRanges()
        for range in sets.flatMap(\.ranges).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = whole.ranges.last, range.lowerBound <= last.upperBound {
                whole.ranges[whole.ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                whole.ranges.append(range)
            }
        }
        whole.count = whole.ranges.reduce(0) { $0 + $1.count }
        return whole
    }

    /// What of a range is in none of these.
    func missing(of whole: Range<Int>) -> [Range<Int>] {
        var (missing, next): ([Range<Int>], Int) = ([], whole.lowerBound)
        for range in ranges where range.upperBound > whole.lowerBound && range.lowerBound < whole.upperBound {
            if range.lowerBound > next { missing.append(next..<range.lowerBound) }
            next = max(next, range.upperBound)
        }
        if next < whole.upperBound { missing.append(next..<whole.upperBound) }
        return missing
    }
}
