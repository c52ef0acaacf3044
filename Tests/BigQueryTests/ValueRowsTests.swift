import BigQuery
import GoogleAuth
import Testing

/// Rows of given values; expected bytes are worked out from protobuf.dev's "Encoding".
struct ValueRowsTests {
    private let columns = [
        TableColumn("objectId", .string), TableColumn("candid", .integer), TableColumn("chisq", .float),
        TableColumn("z", .float, .required), TableColumn("good", .boolean), TableColumn("plot", .bytes),
        TableColumn("when", .timestamp),
    ]

    @Test func row() throws {
        let row = try ValueRows(columns: columns).row([
            .text("a"), .integer(150), .real(1), .real(2), .boolean(true), .bytes([7]), .timestamp(3),
        ])
        #expect(
            row == [0x0A, 1, 0x61, 0x10, 0x96, 1, 0x19, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x21, 0, 0, 0, 0, 0, 0, 0, 0x40]
                + [0x28, 1, 0x32, 1, 7, 0x38, 3])
    }

    @Test("null writes nothing, and neither does a number that is none, where null may stand") func nulls() throws {
        let rows = ValueRows(columns: columns)
        let row = try rows.row([.null, .null, .real(.nan), .real(.infinity), .null, .null, .null])
        #expect(row == [0x21, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F])
        let error = #expect(throws: GoogleCloudError.self) {
            try rows.row([.null, .null, .null, .null, .null, .null, .null])
        }
        #expect(error?.resource == "column z")
        #expect(error?.code == .invalidArgument)
    }

    @Test("a value of another type, and too few, are refused") func misfits() {
        let rows = ValueRows(columns: columns)
        #expect(throws: GoogleCloudError.self) {
            try rows.row([.integer(1), .null, .null, .real(1), .null, .null, .null])
        }
        #expect(throws: GoogleCloudError.self) { try rows.row([.text("a")]) }
    }
}
