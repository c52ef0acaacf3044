import Alerts
import Broker
import DataLayout
import Packets
import Query
import SQLite
import Pipeline
import TestSupport
import Testing

/// A data folder, with runs into it and questions to its tables.
struct RunFolder {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var data: String { folder.file("data") }

    func write(_ packet: [UInt8], to name: String) throws { try folder.write(packet, to: name) }

    /// Runs over a file or folder; the report must add up, and so must the ledger.
    @discardableResult
    func run(_ name: String) throws -> Report {
        let outcome = try Run(Run.Options(folder: data, sources: [try Source.local(folder.file(name))])).run()
        #expect(outcome.failures.isEmpty)
        #expect(outcome.report.addsUp)
        #expect(try DataReader([data]).ledger().entries.map(\.row).allSatisfy { $0.addsUp })
        return outcome.report
    }

    func replay() throws -> (report: Report, waiting: Int) {
        let outcome = try Replay.run(folder: data, supernovae: nil) { _ in .unknown }
        #expect(outcome.report.addsUp)
        #expect(try DataReader([data]).ledger().entries.map(\.row).allSatisfy { $0.addsUp })
        return outcome
    }

    /// What the ledger has received, stored and given up.
    func ledger() throws -> [Int] {
        let rows = try DataReader([data]).ledger().entries.map(\.row)
        return [Counts.Counter.received, .stored, .duplicates, .deadLettered].map { count in
            rows.reduce(0) { $0 + $1[count] }
        }
    }

    func letters() throws -> [DeadLetter] { try DataReader([data]).deadLetters().map(\.letter) }

    func query(_ sql: String) throws -> [[String]] {
        let statement = try Database(path: data + "/nightjar.db", mode: .readOnly).prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }) }
        return rows
    }

    func execute(_ sql: String) throws {
        try Database(path: data + "/nightjar.db", mode: .readWrite).execute(sql)
    }

    /// The names of a table's columns.
    func columns(_ table: String = "ztf_alerts") throws -> [String] {
        try query("SELECT name FROM pragma_table_info('\(table)')").map { $0[0] }
    }
}
