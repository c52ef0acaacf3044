/// The name that somebody may have meant.
enum NearestName {
    /// The nearest of some names by changed, added, left out and swapped letters; `nil` where none is near.
    static func of(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        // With more letters wrong than a third, it is another word.
        let most = max(1, wanted.count / 3)
        return names.map { (name: $0, distance: distance(wanted, Array($0.lowercased().utf8))) }
            .filter { $0.distance > 0 && $0.distance <= most && wanted.count > 2 }.min {
                ($0.distance, $0.name) < ($1.distance, $1.name)
            }?.name
    }

    /// Source: the optimal string alignment distance, Damerau 1964, CACM 7, 171.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        guard !a.isEmpty, !b.isEmpty, a.count <= 64, b.count <= 64 else { return max(a.count, b.count) }
        var (before, last) = ([Int](repeating: 0, count: b.count + 1), Array(0...b.count))
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
