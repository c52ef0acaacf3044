import Foundation
import BigQuery
import GoogleAuth
import TestServers
import Testing

extension BigQueryEmulatorTests {
    /// The REST interface, against the emulator.
    struct BigQueryClientTests {
        private static let columns = [
            TableColumn("objectId", .string, .required, description: "The object"), TableColumn("candid", .integer),
            TableColumn("good", .boolean), TableColumn("plot", .bytes), TableColumn("taken", .timestamp),
            TableColumn(
                "candidate", .record,
                columns: [TableColumn("jd", .float), TableColumn("fids", .integer, .repeated)]),
            TableColumn("prv_candidates", .record, .repeated, columns: [TableColumn("jd", .float)]),
        ]

        private static let definition = TableDefinition(
            name: "alerts", schema: TableSchema(columns: columns), partitionColumn: "taken", clustering: ["objectId"],
            description: "Alerts")

        @Test("datasets, tables and queries") func everything() throws {
            let server = try BigQueryEmulator.shared.get()
            let client = try BigQueryClient(environment: server.environment)
            try datasets(client)
            try tables(client)
            try queries(client)
            try failures(client)
        }

        private func datasets(_ client: BigQueryClient) throws {
            #expect(try !client.hasDataset("ztf_alerts", project: "project"))
            #expect(try client.createDataset("ztf_alerts", project: "project", location: "US"))
            #expect(try !client.createDataset("ztf_alerts", project: "project"), "it was there")
            #expect(try client.hasDataset("ztf_alerts", project: "project"))
            #expect(try client.createDataset("other", project: "project"))
            try client.deleteDataset("other", project: "project", contents: true)
            #expect(try !client.hasDataset("other", project: "project"))
        }

        private let name = TableName(project: "project", dataset: "ztf_alerts", table: "alerts")

        private func tables(_ client: BigQueryClient) throws {
            #expect(try client.table(name) == nil)
            #expect(try client.ensureTable(Self.definition, at: name) == .created)
            #expect(try client.table(name) == Self.definition)
            #expect(try client.ensureTable(Self.definition, at: name) == .unchanged)
            #expect(try !client.createTable(Self.definition, at: name))

            let second = name.sibling("second")
            #expect(try client.createTable(Self.definition, at: second))
            #expect(try client.tables(of: "ztf_alerts", project: "project").sorted() == ["alerts", "second"])
            var changed = Self.definition
            changed.schema.columns.append(TableColumn("drb", .float, .required))
            changed.schema.columns[5].columns.append(TableColumn("ra", .float))
            guard case .changed(let change) = try client.ensureTable(changed, at: second) else {
                Issue.record("the table has not changed")
                return
            }
            #expect(change.added.sorted() == ["candidate.ra", "drb"])
            #expect(try client.table(second)?.schema == change.schema)
            changed.schema.columns[1].type = .string
            let error = #expect(throws: GoogleCloudError.self) { try client.ensureTable(changed, at: second) }
            #expect(error?.code == .failedPrecondition)
            #expect(error?.resource == "project.ztf_alerts.second")
            #expect(try client.deleteTable(second))
            #expect(try client.tables(of: "ztf_alerts", project: "project") == ["alerts"])
        }

        private func queries(_ client: BigQueryClient) throws {
            let inserted = try client.query(
                """
                INSERT INTO ztf_alerts.alerts (objectId, candid, good, plot, taken, candidate, prv_candidates) VALUES
                ('ZTF1', 1, TRUE, FROM_BASE64('Af8='), TIMESTAMP '2024-09-15 03:04:05.000006+00', STRUCT(2460568.5, [1, 2]), [STRUCT(1.5)]),
                ('ZTF2', 9007199254740993, FALSE, NULL, NULL, NULL, [])
                """, project: "project")
            #expect(inserted.affectedRows == 2)
            var rows = try client.query("SELECT * FROM ztf_alerts.alerts ORDER BY objectId", project: "project")
            #expect(rows.count == 2)
            let all = try rows.all()
            #expect(
                all == [
                    [
                        .text("ZTF1"), .integer(1), .boolean(true), .bytes([1, 255]), .timestamp(1_726_369_445_000_006),
                        .record([.real(2_460_568.5), .list([.integer(1), .integer(2)])]),
                        .list([.record([.real(1.5)])]),
                    ],
                    [.text("ZTF2"), .integer(9_007_199_254_740_993), .boolean(false), .null, .null, .null, .list([])],
                ])
            #expect(
                String(decoding: ColumnValue.json(all[0], of: rows.schema), as: UTF8.self)
                    == #"{"candid":1,"candidate":{"fids":[1,2],"jd":2460568.5},"good":true,"objectId":"ZTF1","plot":"Af8=","prv_candidates":[{"jd":1.5}],"taken":"2024-09-15T03:04:05.000006Z"}"#
            )
            #expect(
                zip(all[0], rows.schema.columns).map { $0.text(of: $1) }.sorted() == [
                    "1", "2024-09-15T03:04:05.000006Z", "Af8=", "ZTF1", #"[{"jd":1.5}]"#, "true",
                    #"{"fids":[1,2],"jd":2460568.5}"#,
                ])
            var named = try client.query(
                "SELECT candid FROM ztf_alerts.alerts WHERE objectId = @object AND taken >= @time AND candid < @most "
                    + "AND candidate.jd > @jd",
                project: "project",
                parameters: [
                    QueryParameter("object", "ZTF1"), QueryParameter("most", Int64(2)),
                    QueryParameter("time", microseconds: 1_726_369_445_000_006), QueryParameter("jd", 2_460_568.25),
                ])
            #expect(try named.all() == [[.integer(1)]])
            var hostile = try client.query(
                "SELECT candid FROM ztf_alerts.alerts WHERE objectId = @object", project: "project",
                parameters: [QueryParameter("object", "' OR TRUE OR objectId = '")])
            #expect(try hostile.all().isEmpty)
            var paged = try client.query(
                "SELECT number FROM UNNEST(GENERATE_ARRAY(1, 25)) AS number ORDER BY number", project: "project",
                pageRows: 10)
            var pages: [[[ColumnValue]]] = []
            while let page = try paged.next() { pages.append(page) }
            #expect(pages.map(\.count) == [10, 10, 5])
            #expect(pages.joined().map { $0[0] } == (1...25).map { .integer($0) })
        }

        private func failures(_ client: BigQueryClient) throws {
            let syntax = #expect(throws: GoogleCloudError.self) { try client.query("SELECT FROM", project: "project") }
            #expect(syntax?.code == .invalidArgument)
            let missing = #expect(throws: GoogleCloudError.self) {
                try client.tables(of: "nowhere/../x", project: "project")
            }
            #expect(missing?.code == .invalidArgument, "a name with a slash never reaches the service")
        }
    }
}
