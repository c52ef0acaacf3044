import BigQuery
import GoogleAuth
import Testing

struct SchemaChangeTests {
    private let table = TableSchema(columns: [
        TableColumn("objectId", .string, .required), TableColumn("candid", .integer, .required),
        TableColumn("candidate", .record, .required, columns: [TableColumn("jd", .float, .required)]),
        TableColumn("prv_candidates", .record, .repeated, columns: [TableColumn("jd", .float, .required)]),
    ])

    private func change(_ edit: (inout TableSchema) -> Void) throws(GoogleCloudError) -> SchemaChange {
        var wanted = table
        edit(&wanted)
        return try SchemaChange(from: table, to: wanted, resource: "ztf_alerts.alerts")
    }

    @Test("the same columns in any order and case change nothing") func same() throws {
        let change = try change { wanted in
            wanted.columns.reverse()
            wanted.columns[2].name = "CANDID"
        }
        #expect(change.isEmpty && change.schema == table)
    }

    @Test("new columns come at the end, nullable, also within records") func added() throws {
        let change = try change { wanted in
            wanted.columns.insert(TableColumn("drb", .float, .required), at: 0)
            wanted.columns[4].columns.insert(TableColumn("fid", .integer, .required), at: 0)
            wanted.columns.append(
                TableColumn("fp_hists", .record, .repeated, columns: [TableColumn("jd", .float, .required)]))
        }
        #expect(Set(change.added) == ["drb", "prv_candidates.fid", "fp_hists"])
        #expect(change.relaxed.isEmpty)
        #expect(
            change.schema.columns.map(\.name) == [
                "objectId", "candid", "candidate", "prv_candidates", "drb", "fp_hists",
            ])
        #expect(change.schema[path: "drb"]?.mode == .nullable)
        #expect(change.schema[path: "prv_candidates"]?.columns.map(\.name) == ["jd", "fid"])
        #expect(change.schema[path: "prv_candidates.fid"]?.mode == .nullable)
        #expect(change.schema[path: "fp_hists.jd"]?.mode == .nullable)
    }

    @Test("a column that the rows lack, or may have as null, becomes nullable") func relaxed() throws {
        let change = try change { wanted in
            wanted.columns[2].mode = .nullable
            wanted.columns[3].columns = []
            wanted.columns.removeFirst()
        }
        #expect(Set(change.relaxed) == ["objectId", "candidate", "prv_candidates.jd"])
        #expect(change.added.isEmpty)
        #expect(change.schema[path: "objectId"]?.mode == .nullable)
        #expect(change.schema[path: "candid"]?.mode == .required)
    }

    @Test("each column of another type is named") func disagreement() throws {
        let error = #expect(throws: GoogleCloudError.self) {
            try change { wanted in
                wanted.columns[1].type = .string
                wanted.columns[2].columns[0].type = .integer
                wanted.columns[3].mode = .nullable
            }
        }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.resource == "ztf_alerts.alerts")
        #expect(
            error?.detail == """
                columns disagree: candid is REQUIRED INTEGER, the rows' is REQUIRED STRING; \
                candidate.jd is REQUIRED FLOAT, the rows' is REQUIRED INTEGER; \
                prv_candidates is REPEATED RECORD, the rows' is NULLABLE RECORD
                """)
    }
}
