import Avro
import BigQuery
import GoogleAuth
import Testing

/// The rule by which an Avro schema makes columns.
struct AvroColumnsTests {
    private func table(_ fields: String) throws -> TableSchema {
        let text = #"{"type": "record", "name": "ztf.alert", "fields": [\#(fields)]}"#
        return try rows(AvroSchema.parse(text)).schema
    }

    private func rows(_ writer: AvroSchema) throws(GoogleCloudError) -> RecordRows {
        try RecordRows(
            writer: writer, shape: .nested(leaving: []), keys: ["candidate", "candid", "objectId"],
            adding: [TableColumn("kafkaPublishTimestamp", .timestamp)]
                + [9, 19, 29].map { TableColumn("healpix\($0)", .integer) }, table: "alerts")
    }

    @Test(
        "a type makes a column",
        arguments: [
            (#""int""#, ColumnType.integer, ColumnMode.required), (#"["null", "long"]"#, .integer, .nullable),
            (#"["float", "null"]"#, .float, .nullable), (#""double""#, .float, .required),
            (#""boolean""#, .boolean, .required), (#""bytes""#, .bytes, .required),
            (#"{"type": "fixed", "name": "f", "size": 4}"#, .bytes, .required),
            (#"{"type": "enum", "name": "e", "symbols": ["a"]}"#, .string, .required),
            (#"["null", {"type": "array", "items": "float"}]"#, .float, .repeated),
            (#"{"type": "array", "items": ["null", "string"]}"#, .string, .repeated),
            (#"{"type": "long", "logicalType": "timestamp-micros"}"#, .timestamp, .required),
            (#"["null", {"type": "long", "logicalType": "timestamp-millis"}]"#, .timestamp, .nullable),
            (#"{"type": "int", "logicalType": "date"}"#, .date, .required),
            (#"{"type": "long", "logicalType": "time-micros"}"#, .integer, .required),
        ])
    func types(json: String, type: ColumnType, mode: ColumnMode) throws {
        let column = try #require(try table(#"{"name": "x", "type": \#(json)}"#).columns.first)
        #expect(column.name == "x" && column.type == type && column.mode == mode)
    }

    @Test("null and records without fields have no column") func nothing() throws {
        let fields = #"""
            {"name": "a", "type": "null"}, {"name": "b", "type": {"type": "record", "name": "none", "fields": []}},
            {"name": "c", "type": "int"}
            """#
        #expect(try table(fields).columns.map(\.name).prefix(2) == ["c", "kafkaPublishTimestamp"])
    }

    @Test("a map is a list of keys and values") func map() throws {
        let column = try table(#"{"name": "x", "type": ["null", {"type": "map", "values": ["null", "float"]}]}"#)
            .columns[0]
        #expect(column.type == .record && column.mode == .repeated)
        #expect(
            column.columns == [TableColumn("key", .string, .required), TableColumn("value", .float, .nullable)])
    }

    @Test("a doc is the description, cut to BigQuery's limit") func descriptions() throws {
        let long = String(repeating: "å", count: 2_000)
        let columns = try table(
            #"{"name": "a", "type": "int", "doc": "short"}, {"name": "b", "type": "int", "doc": "\#(long)"}"#
        ).columns
        #expect(columns[0].description == "short")
        #expect(columns[1].description.unicodeScalars.count == 1_024)
        #expect(columns[1].description.hasSuffix("å…"))
    }

    @Test("a name that BigQuery does not allow gets underscores") func names() throws {
        #expect(try table(#"{"name": "chi/N", "type": "int"}"#).columns[0].name == "chi_N")
    }

    @Test(
        "what has no column is refused by its field",
        arguments: [
            (#"{"type": "array", "items": {"type": "map", "values": "int"}}"#, "field outer.x", "a map in an array"),
            (#"["null", "int", "string"]"#, "field outer.x", "a union of several types"),
            (
                #"{"type": "array", "items": {"type": "array", "items": "int"}}"#, "field outer.x",
                "an array in an array"
            ),
            (#"["null", "ztf.outer"]"#, "field outer.x.x", "records nested deeper than 15"),
        ])
    func refusals(json: String, resource: String, detail: String) throws {
        let fields = #"""
            {"name": "outer", "type": {"type": "record", "name": "outer", "fields": [{"name": "x", "type": \#(json)}]}}
            """#
        let error = #expect(throws: GoogleCloudError.self) { try table(fields) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.resource.hasPrefix(resource) == true)
        #expect(error?.detail.hasSuffix(detail) == true)
    }

    @Test("a name that another field, compared without case, or an added column has gets a number")
    func doubled() throws {
        let columns = try table(
            #"{"name": "ra", "type": "int"}, {"name": "RA", "type": "int"}, {"name": "healpix9", "type": "int"}"#
        ).columns
        #expect(columns.map(\.name).prefix(4) == ["ra", "RA_2", "healpix9_2", "kafkaPublishTimestamp"])
    }

    @Test("keys of tables keep their names, even after a field of the same name") func keys() throws {
        let columns = try table(#"{"name": "ObjectID", "type": "int"}, {"name": "objectId", "type": "string"}"#).columns
        #expect(columns.map(\.name).prefix(2) == ["ObjectID_2", "objectId"])
    }

    @Test("a name too long, or that BigQuery keeps for itself, has no column") func noColumn() throws {
        let names = [String(repeating: "x", count: 129), "_TABLE_SUFFIX", "_PARTITIONTIME", "_file_x", "ok"]
        let fields = names.map { #"{"name": "\#($0)", "type": "int"}"# }.joined(separator: ", ")
        #expect(try table(fields).columns.map(\.name).prefix(2) == ["ok", "kafkaPublishTimestamp"])
    }

    @Test("columns beyond BigQuery's bound are left out") func most() throws {
        let fields = (0..<10_050).map { #"{"name": "f\#($0)", "type": "int"}"# }.joined(separator: ", ")
        let columns = try table(fields).columns
        // With the four that are ours.
        #expect(columns.count == 10_000 && columns.last?.name == "healpix29")
    }

    @Test("a schema that is no record is refused") func noRecord() throws {
        let schema = try AvroSchema.parse(#""string""#)
        #expect(throws: GoogleCloudError.self) {
            try rows(schema)
        }
    }
}
