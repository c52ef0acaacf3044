import Foundation
import SQLite
import TestSupport
import Testing

/// All that a data folder holds, in a form in which two folders can be compared.
struct Contents {
    /// The rows of each table, as text, in the order of all their columns.
    private(set) var tables: [String: [String]] = [:]
    /// The messages of the archive's announcements, without the time they were made at.
    private(set) var announcements: [String] = []
    /// The files of the archive, the dead letters and the topics; of the announcements' own only the names.
    private(set) var files: [String: Data] = [:]

    /// Reads a data folder that nobody writes to; `ofAnySource` leaves out where the packets came from.
    init(_ folder: String, ofAnySource: Bool = false) throws {
        let database = try Database(path: folder + "/nightjar.db", mode: .readOnly)
        #expect(try database.text("PRAGMA integrity_check") == "ok")
        let names = try database.prepare(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'
            """)
        while try names.step() {
            let name = names.text(0) ?? ""
            if ofAnySource && name == "sources" { continue }
            let leavingOut: Set<String> = ofAnySource ? ["source", "fingerprint"] : []
            tables[name] = try Self.rows(of: name, in: database, leavingOut: leavingOut)
            // A dead letter names its source, so its length differs.
            if ofAnySource { tables[name]?.removeAll { $0.contains("topic: dead_letters") } }
        }
        announcements = try Self.announcements(folder)
        try readFiles(folder)
        if ofAnySource { files = files.filter { !$0.key.hasPrefix("dead-letter/") } }
    }

    private static func rows(of table: String, in database: Database, leavingOut: Set<String>) throws -> [String] {
        let query = try database.prepare("SELECT * FROM \(table)")
        let columns = (0..<query.columnCount).filter { !leavingOut.contains(query.name($0)) }
        var rows: [String] = []
        while try query.step() {
            // An announcement says when it was made, so its bytes are others each time.
            let isTimed = table == "messages" && (query.text(0) ?? "").hasSuffix("_avro_bucket")
            let values = columns.map { column in
                if isTimed && query.name(column) == "checksum" { return "timed" }
                let value = query.blob(column).map { $0.map { String($0) }.joined(separator: ".") } ?? "null"
                return "\(query.name(column)): " + (table == "envelopes" ? value : query.text(column) ?? "null")
            }
            rows.append(values.joined(separator: " | "))
        }
        return rows.sorted()
    }

    private static func announcements(_ folder: String) throws -> [String] {
        let outcome = try NightjarProcess.run("topic", "ztf_alert_avro_bucket", "--data", folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.lines.map { String($0).replacing(/"eventTime":"[^"]*"/, with: "") }
    }

    private mutating func readFiles(_ folder: String) throws {
        for top in ["archive", "topics", "dead-letter"] {
            guard let names = FileManager.default.enumerator(atPath: "\(folder)/\(top)") else { continue }
            for case let name as String in names where name.contains(".avro") {
                let path = "\(top)/\(name)"
                let isTimed = path.contains("avro_bucket/")
                files[path] = isTimed ? Data() : try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
            }
        }
    }

    /// With each row of the ledger's marks as `change` has it.
    func without(_ change: (String) -> String) -> Contents {
        var contents = self
        contents.tables["pruned"] = tables["pruned"]?.map(change)
        return contents
    }

    /// What differs, a line each; empty where nothing does.
    func differences(from other: Contents) -> [String] {
        var found: [String] = []
        for name in Set(tables.keys).union(other.tables.keys).sorted() {
            let (mine, others) = (tables[name] ?? ["no table"], other.tables[name] ?? ["no table"])
            guard mine != others else { continue }
            let first = zip(mine, others).first { $0 != $1 }.map { "\($0) / \($1)".prefix(600) } ?? "one has more"
            found.append("table \(name): \(mine.count) rows, \(others.count); \(first)")
        }
        if announcements != other.announcements {
            found.append("announcements: \(announcements) / \(other.announcements)")
        }
        for name in Set(files.keys).union(other.files.keys).sorted() where files[name] != other.files[name] {
            let sizes = [files[name], other.files[name]].map { $0.map { "\($0.count) bytes" } ?? "missing" }
            found.append("file \(name): \(sizes[0]), \(sizes[1])")
        }
        return found
    }
}
