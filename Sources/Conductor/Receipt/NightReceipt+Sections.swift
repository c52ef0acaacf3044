internal import Foundation
internal import Pipeline

extension NightReceipt {
    /// A part of the receipt as people read it: a table, or sentences.
    package struct Section: Sendable {
        /// Its title.
        package let title: String
        /// The columns' names; empty where there is no table.
        package var columns: [String] = []
        /// The table's rows.
        package var rows: [[String]] = []
        /// Sentences.
        package var sentences: [String] = []
        /// The first column that has numbers.
        package var firstNumber = 1

        /// Whether there is nothing in it.
        var isEmpty: Bool { rows.isEmpty && sentences.isEmpty }
    }

    /// The verdict, in a few words.
    package var verdict: String {
        let account = addsUp ? "every packet is accounted for" : "the account does not add up"
        return state.map { "\($0.rawValue): \(account)" } ?? account
    }

    /// `ZTF, night 2024-09-15`
    package var heading: String { "\(title), night \(nightText)" }

    /// `Edition 1 of 2024-09-16 18:00:04 UTC`
    package var subheading: String { "Edition \(edition) of \(dateText)" }

    /// What it says, in order; sections without content are left out.
    package var sections: [Section] {
        let all = [
            Section(title: "Why the account does not add up", sentences: faults), conditions, outcome, partitions,
            Section(
                title: "Nights of the alerts", columns: ["night", "stored alerts"],
                rows: nights.sorted { $0.key < $1.key }.map { [$0.key, Self.grouped($0.value)] }),
            Section(
                title: "Schemas", columns: ["schema", "fingerprint", "stored alerts"],
                rows: schemas.map { [$0.name, $0.fingerprint, Self.grouped($0.alerts)] }, firstNumber: 2),
            Section(
                title: "Dead letters", columns: ["reason", "letters"],
                rows: deadLetters.map { [$0.reason, Self.grouped($0.letters)] }),
            Section(
                title: "Latencies, seconds", columns: ["from", "to", "alerts", "p50", "p95", "p99", "longest"],
                rows: latencies.map {
                    [$0.from, $0.to, Self.grouped($0.count)] + [$0.p50, $0.p95, $0.p99, $0.max].map(Self.seconds)
                }, firstNumber: 2),
            Section(
                title: "Ids",
                sentences: ids.sha256.isEmpty
                    ? ["They were not read."]
                    : ["\(Self.grouped(ids.count)) different \(ids.name): \(ids.sha256)", "\(ids.rule)."]),
            Section(title: "What this receipt cannot see", sentences: blindSpots),
        ]
        return all.filter { !$0.isEmpty }
    }

    private var conditions: Section {
        Section(
            title: "Conditions", columns: ["condition", "found", "limit", "holds"],
            rows: clauses.map { [$0.name.title, $0.value, $0.limit, $0.isMet ? "yes" : "no"] }, firstNumber: 4)
    }

    /// The counters, with what people call them.
    static let counters: [(counter: Counts.Counter, name: String)] = [
        (.received, "received"), (.stored, "stored"), (.duplicates, "repeated"), (.deadLettered, "dead letters"),
        (.passedFilter, "passed the filter"), (.fitted, "fitted"), (.fitFailed, "fit failed"),
    ]

    private var outcome: Section {
        Section(
            title: "Outcome", columns: ["alerts", "number"],
            // What is not known is left out.
            rows: Self.counters.compactMap { entry in
                counts[entry.counter.name].map { [entry.name, Self.grouped($0)] }
            })
    }

    private var partitions: Section {
        Section(
            title: "Partitions",
            columns: [
                "source", "partition", "from", "to", "packets", "received", "stored", "repeated", "dead", "missing",
            ],
            rows: parts.map { part in
                let missing = part.missing.reduce(0) { $0 + ($1.count == 2 ? $1[1] - $1[0] : 0) }
                let counters: [Counts.Counter] = [.received, .stored, .duplicates, .deadLettered]
                let packets = part.packets.map { String($0) } ?? "-"
                let offsets = [part.partition, part.from, part.to].map { String($0) }
                let numbers = counters.map { counter in part.counts[counter.name].map { String($0) } ?? "-" }
                return [part.source] + offsets + [packets] + numbers + [String(missing)]
            })
    }

    /// `20240915` as `2024-09-15`.
    package var nightText: String {
        let text = String(night)
        guard text.count == 8 else { return text }
        return "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    }

    /// `2024-09-16 18:00:04 UTC`
    private var dateText: String {
        date.formatted(.iso8601).replacing("T", with: " ").replacing("Z", with: "") + " UTC"
    }

    /// A number of seconds, to the millisecond.
    static func seconds(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        // The histograms tell no longer times apart.
        return seconds < 86_400 ? String(format: "%.3f", seconds) : "over a day"
    }

    /// `1,234,567`
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }
}
