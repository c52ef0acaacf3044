internal import DataLayout
internal import Foundation
internal import Query
internal import Pipeline

/// `nightjar ledger --data DIR...`
struct LedgerCommand: Command {
    static let name = "ledger"
    static let summary = "what became of every packet, by night, source and partition"
    static let details = """
        received = duplicates + stored + dead-lettered. Several folders, those of workers that shared a night, make one \
        account with its totals. It says where their offsets overlap or leave a gap, and which alerts are in several \
        folders, and ends with status 1 where the account does not add up, as when packets or alerts count twice. A source \
        whose reading broke off is marked until a later run has read it to its end. CSV has the rows alone.
        """
    static let options: [any DeclaredOption] = [DataFolders.several, NightWord.filter] + OutputFormat.options
    static let examples = [
        "nightjar ledger --data night", "nightjar ledger --data worker-1 --data worker-2 --format json",
    ]

    private let data: DataFolders
    private let night: Int?
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        night = try arguments.value(NightWord.filter)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let reader = try data.open()
        let whole = try reader.ledger()
        let account = night.map { whole.night($0) } ?? whole
        switch format {
        case .json: try Self.printJSON(account)
        case .csv: try Self.printCSV(account)
        case .table: try Self.printText(account, data.paths)
        }
        // Latencies are of all nights.
        let latencies = night == nil ? try reader.latencies() : [:]
        for (topic, histogram) in latencies.sorted(by: { $0.key < $1.key }) {
            switch format {
            case .json: try Terminal.put(report: ["latency": [topic: histogram]])
            case .csv: break
            case .table: try Terminal.say(ReportText.latency(topic, histogram))
            }
        }
        guard !account.faults.isEmpty else { return .done }
        for fault in account.faults { Terminal.complain(fault) }
        Terminal.complain("the account does not add up")
        return .failed
    }

    // MARK: - CSV

    private static func printCSV(_ account: LedgerAccount) throws {
        let counters = Counts.Counter.allCases
        try Terminal.say(
            CSV.line(
                ["night", "source", "partition", "firstOffset", "lastOffset"] + counters.map(\.name) + [
                    "complete", "folder",
                ]))
        for entry in account.entries {
            let row = entry.row
            try Terminal.say(
                CSV.line(
                    ["\(row.night)", row.source, "\(row.partition)", "\(row.firstOffset)", "\(row.lastOffset)"]
                        + counters.map { "\(row[$0])" }
                        + [row.isComplete.map { "\($0)" } ?? "", entry.folder]))
        }
    }

    // MARK: - JSON

    /// A row with its folder.
    private struct Line: Encodable {
        let entry: LedgerAccount.Entry
        enum Key: String, CodingKey { case folder }

        func encode(to encoder: any Encoder) throws {
            try entry.row.encode(to: encoder)
            var more = encoder.container(keyedBy: Key.self)
            try more.encode(entry.folder, forKey: .folder)
        }
    }

    /// Something else than a row, under the word that says what.
    private struct Named<Value: Encodable>: Encodable {
        let name: String
        let value: Value
        func encode(to encoder: any Encoder) throws {
            var one = encoder.singleValueContainer()
            try one.encode([name: value])
        }
    }

    private static func printJSON(_ account: LedgerAccount) throws {
        for entry in account.entries { try Terminal.put(encoded: Line(entry: entry)) }
        for finding in account.findings { try Terminal.put(encoded: Named(name: "finding", value: finding)) }
        for shared in account.shared { try Terminal.put(encoded: Named(name: "shared", value: shared)) }
        for total in account.totals { try Terminal.put(encoded: Named(name: "total", value: total)) }
    }

    // MARK: - Text

    /// The counters that have a column.
    private static let shown: [Counts.Counter] = [.received, .duplicates, .stored, .passedFilter, .deadLettered]

    private static func printText(_ account: LedgerAccount, _ folders: [String]) throws {
        let hasMany = folders.count > 1
        let longest = folders.map(\.count).max() ?? 0
        let hasPartitions = account.entries.contains { $0.row.partition > 0 }
        try Terminal.say(
            "night     received  duplicates  stored    passed    dead      "
                + (hasMany ? pad("folder", longest + 2) : "") + "source")
        for entry in account.entries {
            let row = entry.row
            let source = row.source + (hasPartitions ? ", partition \(row.partition)" : "")
            let offsets = hasPartitions || hasMany ? ", \(row.firstOffset) to \(row.lastOffset)" : ""
            try Terminal.say(
                columns(
                    name(row.night), shown.map { row[$0] })
                    + (hasMany ? pad(entry.folder, longest + 2) : "") + source + offsets
                    + (row.pruned.map { ", pruned \($0)" } ?? ""))
        }
        if account.entries.count > 1 {
            for total in account.totals {
                try Terminal.say(
                    columns(
                        total.night.map { name($0) } ?? "all",
                        shown.map { total[$0] })
                        + "in all")
            }
        }
        for line in account.unread { try Terminal.say(line) }
        for finding in account.findings where finding.kind != .countedTwice { try Terminal.say("\(finding)") }
    }

    private static func name(_ night: Int) -> String { night == 0 ? "unknown" : String(night) }

    private static func columns(_ first: String, _ numbers: [Int]) -> String {
        pad(first, 10)
            + numbers.enumerated().map { index, number in pad(String(number), index == 1 ? 12 : 10) }.joined()
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
    }
}
