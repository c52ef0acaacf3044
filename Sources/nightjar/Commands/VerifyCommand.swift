internal import DataLayout
internal import Foundation
internal import Query
internal import Threads

/// `nightjar verify --data DIR...`
struct VerifyCommand: Command {
    static let name = "verify"
    static let summary = "reads everything in a data folder and compares it"
    static let details = """
        Every segment is read from end to end: each record against its checksum, its place against the index. The database \
        is checked by SQLite; index, alert tables, fits, plots, dead letters and ledger are compared with each other. With \
        --packets each packet is also given back as it was received and compared with the checksum it had then. It \
        changes nothing, and may be used beside a run. Ends with status 1 where anything is damaged, and names it with its \
        file.
        """
    static let options: [any DeclaredOption] = [DataFolders.several, packets] + OutputFormat.options
    static let examples = [
        "nightjar verify --data night", "nightjar verify --data worker-1 --data worker-2 --packets --json",
    ]

    private static let packets = Flag("packets", "also give back every packet as it was received")

    private let data: DataFolders
    private let wantsPackets: Bool
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        wantsPackets = arguments.isOn(Self.packets)
        format = try OutputFormat(arguments)
    }

    func run() throws -> ExitStatus {
        let began = ContinuousClock.now
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let verdicts = try data.open().verify(wantsPackets: wantsPackets) { stop.isSet }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        switch format {
        case .json: for verdict in verdicts { try Terminal.put(report: verdict) }
        case .csv: try printCSV(verdicts)
        case .table: for verdict in verdicts { try Self.printText(verdict, wantsPackets: wantsPackets) }
        }
        if stop.isSet {
            Terminal.complain("stopped before everything was read")
            return .failed
        }
        if format == .table {
            let megabytes = verdicts.reduce(0) { $0 + Double($1.bytes) } / 1e6
            Terminal.info(String(format: "%.0f MB in %.1f s, %.0f MB/s", megabytes, seconds, megabytes / seconds))
        }
        guard verdicts.contains(where: { !$0.isSound }) else { return .done }
        return .failed
    }

    /// Verifies folders for another command, which has made them.
    static func verify(_ folders: [String]) throws -> ExitStatus {
        let verdicts = try DataReader(folders).verify()
        for verdict in verdicts { try printText(verdict, wantsPackets: false) }
        return verdicts.allSatisfy(\.isSound) ? .done : .failed
    }

    private static func printText(_ verdict: FolderVerification, wantsPackets: Bool) throws {
        let packets = wantsPackets ? ", \(verdict.packets) packets as they were received" : ""
        try Terminal.say(
            "\(verdict.folder): \(verdict.segments) segments, \(verdict.records) records\(packets); "
                + (verdict.isSound ? "sound" : "\(verdict.damages.count) damages"))
        if verdict.unchecked > 0 {
            try Terminal.say(
                "  \(verdict.unchecked) records of an older Nightjar have no checksum; their form is sound")
        }
        for damage in verdict.damages.first { try Terminal.say("  \(damage)") }
        let others = verdict.damages.count - verdict.damages.first.count
        if others > 0 { try Terminal.say("  and \(others) more") }
    }

    private func printCSV(_ verdicts: [FolderVerification]) throws {
        try Terminal.say(CSV.line(["folder", "kind", "path", "topic", "offset", "detail"]))
        for verdict in verdicts {
            for damage in verdict.damages.first {
                try Terminal.say(
                    CSV.line([
                        verdict.folder, damage.kind.rawValue, damage.path, damage.topic ?? "",
                        damage.offset.map { "\($0)" } ?? "", damage.detail,
                    ]))
            }
        }
    }
}
