import Foundation
import BigQuery
import GoogleAuth
import TestServers
import TestSupport
import Testing

extension BigQueryEmulatorTests {
    /// The Storage Write API, against the emulator.
    struct TableWriterTests {
        private let rest: BigQueryClient
        private let write: StorageWriteClient

        init() throws {
            let server = try BigQueryEmulator.shared.get()
            rest = try BigQueryClient(environment: server.environment)
            write = try StorageWriteClient(environment: server.environment)
            _ = try rest.createDataset("written", project: "project")
        }

        private func name(_ table: String) -> TableName {
            TableName(project: "project", dataset: "written", table: table)
        }

        private func rows(_ sql: String) throws -> [[ColumnValue]] {
            var rows = try rest.query(sql, project: "project")
            return try rows.all()
        }

        private static let columns = [TableColumn("candid", .integer), TableColumn("name", .string)]

        private func writer(
            _ table: String, _ settings: TableWriter.Settings = TableWriter.Settings()
        ) throws -> (TableWriter, ValueRows) {
            _ = try rest.ensureTable(
                TableDefinition(name: table, schema: TableSchema(columns: Self.columns)), at: name(table))
            let maker = ValueRows(columns: Self.columns)
            return (
                TableWriter(client: write, table: name(table), descriptor: maker.descriptor, settings: settings), maker
            )
        }

        @Test("rows in many small requests keep their order, each once") func requests() throws {
            var settings = TableWriter.Settings()
            settings.requestBytes = 2_000
            settings.requestsInFlight = 5
            let (writer, maker) = try writer("small", settings)
            for start in stride(from: 0, to: 300, by: 100) {
                try writer.append(
                    try (start..<start + 100).map { try maker.row([.integer(Int64($0)), .text("row \($0)")]) })
            }
            #expect(try writer.finish() == [])
            let found = try rows("SELECT candid, name FROM written.small ORDER BY candid")
            #expect(found == (0..<300).map { [.integer(Int64($0)), .text("row \($0)")] })
        }

        @Test("rows whose responses are lost with the connection are written once") func lostAnswers() throws {
            let port = try Ports.free()
            let folder = try TemporaryFolder()
            let interpreter = try #require(PythonEnvironment.bigQuery.interpreter)
            let server = try BigQueryEmulator.shared.get()
            // Enough for a connection to begin and a few answers, then no more.
            let relay = try ServerProcess(
                [interpreter, PythonEnvironment.script("cutting_relay.py"), String(port), server.grpc, "800", "4"],
                log: URL(filePath: folder.file("relay.log")))
            try relay.waitForPort(port)
            var settings = TableWriter.Settings()
            settings.requestBytes = 1_300
            let maker = ValueRows(columns: Self.columns)
            _ = try writer("lost")
            let client = try StorageWriteClient(credentials: .none, emulator: "127.0.0.1:\(port)")
            let writer = TableWriter(
                client: client, table: name("lost"), descriptor: maker.descriptor, settings: settings)
            for start in stride(from: 0, to: 400, by: 20) {
                try writer.append(try (start..<start + 20).map { try maker.row([.integer(Int64($0)), .text("x")]) })
            }
            #expect(try writer.finish() == [])
            let found = try rows("SELECT candid FROM written.lost ORDER BY candid")
            #expect(found == (0..<400).map { [.integer(Int64($0))] })
            let log = try String(contentsOfFile: folder.file("relay.log"), encoding: .utf8)
            #expect(log.split(separator: "\n").count { $0 == "cut" } >= 2)
            relay.kill()
        }

        @Test("a row that BigQuery refuses fails alone, and the others are written") func badRows() throws {
            var settings = TableWriter.Settings()
            settings.requestBytes = 1_300
            _ = try writer("bad")
            // Rows that give the whole number as text, which is taken where it is one.
            let maker = ValueRows(columns: [TableColumn("candid", .string), TableColumn("name", .string)])
            let writer = TableWriter(
                client: write, table: name("bad"), descriptor: maker.descriptor, settings: settings)
            var made = try (0..<40).map { try maker.row([.text(String($0)), .text("row \($0)")]) }
            made[3] = try maker.row([.text("three"), .null])
            made[31] = try maker.row([.text("none"), .null])
            made[35] = try maker.row([.text("35"), .text(String(repeating: "x", count: 2_000))])
            try writer.append(made)
            let failures = try writer.flush()
            #expect(failures.map(\.row) == [3, 31, 35], "\(failures.first?.reason ?? "")")
            #expect(failures.first?.reason.contains("three") == true)
            try writer.append([made[0]])
            #expect(try writer.finish() == [], "rows are counted from the last flush")
            let good = (0..<40).filter { ![3, 31, 35].contains($0) }
            let found = try rows("SELECT candid, COUNT(*) FROM written.bad GROUP BY candid ORDER BY candid")
            #expect(found == good.map { [.integer(Int64($0)), .integer($0 == 0 ? 2 : 1)] })
        }

        @Test("a table that is not there is an error") func missing() throws {
            let maker = ValueRows(columns: Self.columns)
            let writer = TableWriter(client: write, table: name("nowhere"), descriptor: maker.descriptor)
            let error = #expect(throws: GoogleCloudError.self) {
                try writer.append([try maker.row([.integer(1), .null])])
            }
            #expect(error?.code == .notFound)
            #expect(error?.resource == "project.written.nowhere")
        }

        @Test("writers of several schema versions leave both tables with the same columns in the same order")
        func versions() throws {
            func ensure(_ fields: [String]) throws -> TableOutcome {
                let inner = fields.map { TableColumn($0, .float) }
                let definition = TableDefinition(
                    name: "versions",
                    schema: TableSchema(
                        columns: Self.columns + [TableColumn("candidate", .record, .required, columns: inner)]))
                return try StagingTable(client: rest, name: name("versions"), definition: definition, keys: ["candid"])
                    .ensure()
            }
            #expect(try ensure(["jd"]) == .created)
            // One that came so far as to change the table, and no further.
            var ahead = try #require(try rest.table(name("versions")))
            ahead.schema.columns[2].columns.append(TableColumn("ra", .float))
            _ = try rest.ensureTable(ahead, at: name("versions"))
            _ = try ensure(["jd", "dec"])
            let there = try #require(try rest.table(name("versions"))?.schema)
            #expect(there[path: "candidate"]?.columns.map(\.name) == ["jd", "ra", "dec"])
            #expect(try rest.table(name("versions_arrivals"))?.schema == there)
        }

        @Test("a row that is staged twice, by any writer, is in the table once") func merge() throws {
            var columns = Self.columns
            columns.append(TableColumn("kafkaPublishTimestamp", .timestamp))
            columns.append(TableColumn("prv", .record, .repeated, columns: [TableColumn("jd", .float)]))
            let definition = TableDefinition(
                name: "once", schema: TableSchema(columns: columns), partitionColumn: "kafkaPublishTimestamp")
            let staging = StagingTable(client: rest, name: name("once"), definition: definition, keys: ["candid"])
            #expect(try staging.ensure() == .created)
            #expect(try staging.ensure() == .unchanged)
            let maker = ValueRows(columns: Array(columns[..<3]))
            func deliver(_ ids: [Int64]) throws {
                let writer = TableWriter(client: write, table: staging.stagingName, descriptor: maker.descriptor)
                try writer.append(
                    try ids.map {
                        try maker.row([.integer($0), .text("n"), $0 == 4 ? .null : .timestamp(1_726_369_445_000_000)])
                    })
                #expect(try writer.finish() == [])
            }
            func ids() throws -> [[ColumnValue]] { try rows("SELECT candid FROM written.once ORDER BY candid") }

            try deliver([1, 2, 2, 3])
            try staging.merge()
            let first = try ids()
            #expect(first == [1, 2, 3].map { [.integer($0)] })
            try deliver([3, 4, 4, 1])
            try staging.merge()
            try staging.merge()
            #expect(try ids() == [1, 2, 3, 4].map { [.integer($0)] })
            #expect(try rows("SELECT COUNT(*) FROM written.once_arrivals") == [[.integer(8)]])
        }

        @Test("rows of one id and different names are different rows, each once") func mergeOfSeveralKeys() throws {
            let definition = TableDefinition(name: "named", schema: TableSchema(columns: Self.columns))
            let staging = StagingTable(
                client: rest, name: name("named"), definition: definition, keys: ["candid", "name"])
            _ = try staging.ensure()
            let maker = ValueRows(columns: Array(Self.columns[..<2]))
            func deliver(_ pairs: [(Int64, String)]) throws {
                let writer = TableWriter(client: write, table: staging.stagingName, descriptor: maker.descriptor)
                try writer.append(try pairs.map { try maker.row([.integer($0), .text($1)]) })
                #expect(try writer.finish() == [])
                try staging.merge()
            }
            try deliver([(1, "a"), (1, "b"), (1, "a"), (2, "a")])
            try deliver([(1, "b"), (2, "b"), (2, "a")])
            let merged = try rows("SELECT candid, name FROM written.named ORDER BY candid, name")
            let expected: [[ColumnValue]] = [(1, "a"), (1, "b"), (2, "a"), (2, "b")].map { [.integer($0), .text($1)] }
            #expect(merged == expected)
        }
    }
}
