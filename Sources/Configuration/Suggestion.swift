/// Suggests a known name for an unknown one.
package enum Suggestion {
    /// `; did you mean kafka.group?`, or empty.
    static func text(for path: String, _ keys: ConfigurationKeys) -> String {
        if let key = keys.all.first(where: { isNegation(path, of: $0) }) {
            return "; did you mean \(key.path): false?"
        }
        let paths = keys.all.map(\.path) + keys.sections.sorted()
        let wanted = plain(path)
        // A key of the same name in another section comes first.
        if let other = paths.first(where: { last($0) == last(wanted: wanted) }) { return "; did you mean \(other)?" }
        return text(for: path, among: paths)
    }

    /// `; did you mean sasl.mechanism?`, or empty where no name is close.
    package static func text(for name: String, among names: [String]) -> String {
        let wanted = plain(name)
        let ranked = names.map { (name: $0, distance: distance(plain($0), wanted)) }
        if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, wanted.count / 4) {
            return "; did you mean \(best.name)?"
        }
        // A beginning of exactly one name.
        let longer = wanted.count >= 3 ? names.filter { plain($0).hasPrefix(wanted) } : []
        return longer.count == 1 ? "; did you mean \(longer[0])?" : ""
    }

    /// `noPlots` and `no-plots` for `plots`.
    private static func isNegation(_ path: String, of key: ConfigurationKey) -> Bool {
        guard case .flag = key.kind else { return false }
        return plain(path) == "no" + plain(key.path)
    }

    private static func last(_ path: String) -> String { plain(String(path.split(separator: ".").last ?? "")) }
    private static func last(wanted: String) -> String { String(wanted.split(separator: ".").last ?? "") }

    /// Lower case without `-` and `_`, by which options and keys differ, and no longer than any key.
    private static func plain(_ path: String) -> String {
        path.prefix(64).lowercased().filter { $0 != "-" && $0 != "_" }
    }

    /// Letters to insert, delete, substitute or swap with the next to turn one name into the other.
    ///
    /// Source: the optimal string alignment distance; Boytsov 2011, ACM JEA 16, 1.1.
    static func distance(_ first: String, _ second: String) -> Int {
        let (a, b) = (Array(first), Array(second))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var before: [Int] = []
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i]
            for j in 1...b.count {
                let isSame = a[i - 1] == b[j - 1]
                var least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { least = min(least, before[j - 2] + 1) }
                row.append(least)
            }
            (before, last) = (last, row)
        }
        return last[b.count]
    }
}
