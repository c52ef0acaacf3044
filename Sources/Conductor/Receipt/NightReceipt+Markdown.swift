internal import Foundation
internal import Pipeline

extension NightReceipt {
    /// The verdict, in a word.
    package var verdict: String {
        let account = addsUp ? "every packet is accounted for" : "the account does not add up"
        return state.map { "\($0.rawValue); \(account)" } ?? account
    }

    /// `20240915` as `2024-09-15`.
    package var nightText: String {
        let text = String(night)
        guard text.count == 8 else { return text }
        return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    }

    /// `2024-09-16 18:00:04 UTC`
    package var dateText: String {
        let text = date.formatted(.iso8601.dateSeparator(.dash).timeSeparator(.colon))
        return text.replacing("T", with: " ").replacing("Z", with: "") + " UTC"
    }

    /// Its text in Markdown.
    package var markdown: String {
        var lines = ["# \(title), night \(nightText)", "", "Edition \(edition), \(dateText): **\(Self.escaped(verdict))**."]
        if let reason { lines += ["", Self.escaped(reason)] }
        if !clauses.isEmpty {
            lines += Self.table(
                "Conditions", ["condition", "found", "limit", "holds"],
                clauses.map { [$0.name.title, $0.value, $0.limit, $0.isMet ? "yes" : "no"] })
        }
        lines += Self.table(
            "Outcome", ["counter", "alerts"], Counts.Counter.allCases.map { [$0.name, String(count($0))] })
        lines += Self.table(
            "Partitions", ["source", "partition", "from", "to", "packets", "received", "stored", "duplicates", "dead", "missing"],
            parts.map(Self.row))
        lines += Self.table("Nights of the alerts", ["night", "alerts"], nights.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] })
        lines += Self.table(
            "Schemas", ["schema", "fingerprint", "alerts"], schemas.map { [$0.name, $0.fingerprint, String($0.alerts)] })
        lines += Self.table("Dead letters", ["reason", "letters"], deadLetters.map { [$0.reason, String($0.letters)] })
        lines += Self.table(
            "Latencies, seconds", ["from", "to", "alerts", "p50", "p95", "p99", "longest"],
            latencies.map { [$0.from, $0.to, String($0.count)] + [$0.p50, $0.p95, $0.p99, $0.max].map(Self.seconds) })
        lines += ["", "## Ids", "", "\(ids.count) different `\(ids.name)`, `\(ids.sha256)`: \(ids.rule)."]
        lines += Self.list("Why the account does not add up", faults)
        lines += Self.list("What this receipt cannot see", blindSpots)
        return lines.joined(separator: "\n") + "\n"
    }

    /// A part's row in tables.
    static func row(_ part: Part) -> [String] {
        let counters: [Counts.Counter] = [.received, .stored, .duplicates, .deadLettered]
        let missing = part.missing.reduce(0) { $0 + ($1.count == 2 ? $1[1] - $1[0] : 0) }
        return [part.source] + [part.partition, part.from, part.to, part.packets].map(String.init)
            + counters.map { String(part.counts[$0.name] ?? 0) } + [String(missing)]
    }

    /// A number of seconds, to the millisecond.
    static func seconds(_ seconds: Double?) -> String { seconds.map { String(format: "%.3f", $0) } ?? "-" }

    private static func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> [String] {
        guard !rows.isEmpty else { return [] }
        let line = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |" }
        return ["", "## \(title)", "", line(columns), line(columns.map { _ in "---" })]
            + rows.map { line($0.map(escaped)) }
    }

    private static func list(_ title: String, _ items: [String]) -> [String] {
        items.isEmpty ? [] : ["", "## \(title)", ""] + items.map { "- \(escaped($0))" }
    }

    /// Text from outside without meaning in Markdown or HTML, on one line.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#", "&", "~": escaped += "\\\(character)"
            case _ where character.value < 0x20 || character.value == 0x7F: escaped += " "
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
