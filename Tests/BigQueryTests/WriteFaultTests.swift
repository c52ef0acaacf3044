import Foundation
import BigQuery
import GoogleAuth
import TestServers
import TestSupport
import Testing

/// Faults of the Storage Write API, by a server that makes them (Tests/Clients/write_faults.py).
@Suite(.enabled(if: PythonEnvironment.bigQuery.isThere, "\(BigQueryEmulator.skipped)"))
struct WriteFaultTests {
    private let folder: TemporaryFolder
    private let server: ServerProcess
    private let client: StorageWriteClient

    init() throws {
        folder = try TemporaryFolder()
        let port = try Ports.free()
        let interpreter = try #require(PythonEnvironment.bigQuery.interpreter)
        server = try ServerProcess(
            [interpreter, PythonEnvironment.script("write_faults.py"), String(port), folder.file("rows")],
            log: URL(filePath: folder.file("server.log")))
        try server.waitForPort(port)
        client = try StorageWriteClient(credentials: .none, emulator: "127.0.0.1:\(port)")
    }

    private let rows = ValueRows(columns: [TableColumn("name", .string)])

    private func row(_ name: String) throws -> [UInt8] { try rows.row([.text(name)]) }

    /// A writer whose requests hold three rows of names of three letters.
    private func writer(_ table: String) -> TableWriter {
        var settings = TableWriter.Settings()
        settings.requestBytes = 1_024 + rows.descriptor.count + 3 * 11
        settings.retries.firstWait = .milliseconds(10)
        return TableWriter(
            client: client, table: TableName(project: "project", dataset: "faults", table: table),
            descriptor: rows.descriptor, settings: settings)
    }

    /// The rows of the stream that was finished.
    private func written() throws -> [String] {
        let text = try String(contentsOfFile: folder.file("rows"), encoding: .utf8)
        return text.split(separator: "\n").map { line in
            let bytes = stride(from: 4, to: line.count, by: 2).compactMap { place in
                UInt8(line.dropFirst(place).prefix(2), radix: 16)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    private static let names = (100..<140).map(String.init)

    @Test("rows that the service names are left out, and those sent behind them written once, in order")
    func rowErrors() throws {
        let writer = writer("bad")
        var names = Self.names
        for place in [0, 1, 2, 7, 9, 39] { names[place] = "BAD" }
        try writer.append(try names.map(row))
        let failures = try writer.finish()
        #expect(failures.map(\.row) == [0, 1, 2, 7, 9, 39])
        #expect(failures[3].reason == "row 1 is bad")
        #expect(try written() == names.filter { $0 != "BAD" })
        server.kill()
    }

    @Test("a connection that ends, with rows appended and not confirmed, loses and doubles nothing")
    func lostConnections() throws {
        let writer = writer("busy")
        try writer.append(try Self.names.map(row))
        #expect(try writer.finish() == [])
        #expect(try written() == Self.names)
        server.kill()
    }

    @Test("a stream that does not know a new column yet is waited for") func newColumn() throws {
        let writer = writer("changing")
        try writer.append(try Self.names.map(row))
        #expect(try writer.finish() == [])
        #expect(try written() == Self.names)
        server.kill()
    }

    @Test("no permission is an error at once") func forbidden() throws {
        let error = #expect(throws: GoogleCloudError.self) { try writer("forbidden").append([try row("100")]) }
        #expect(error?.code == .permissionDenied)
        #expect(error?.resource == "project.faults.forbidden")
        #expect(error?.detail.contains("bigquery.tables.updateData") == true)
        server.kill()
    }
}
