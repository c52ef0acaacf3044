internal import Avro
internal import Foundation
internal import Query

extension FolderQuery.Value {
    /// As a table or CSV has it: nothing for a null, bytes in base64.
    var text: String {
        switch self {
        case .null: ""
        case .integer(let number): String(number)
        case .real(let number): "\(number)"
        case .text(let text): text
        case .blob(let bytes): Data(bytes).base64EncodedString()
        }
    }
}

/// A value of a column as JSON has it; the rule for whole numbers is that of records (``Avro/AvroJSON``).
struct ColumnJSON: Encodable {
    let value: FolderQuery.Value
    let column: String

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .integer(let number) where number.magnitude <= 1 << 53 && !AvroJSON.isId(column):
            try container.encode(number)
        case .real(let number): try container.encode(number)
        case .integer, .text, .blob: try container.encode(value.text)
        }
    }
}

/// Rows of a listing as they come: lines of JSON or CSV, or a table, which waits for the widest.
struct RowOutput {
    private let columns: [String]
    private let format: OutputFormat
    private var rows: [[String]]
    private var isBegun = false

    init(columns: [String], format: OutputFormat) {
        (self.columns, self.format) = (columns, format)
        rows = [columns]
    }

    /// Prints a row.
    ///
    /// - Parameters:
    ///   - texts: Its values as tables and CSV have them.
    ///   - json: The row as a JSON object.
    /// - Throws: ``ClosedOutput``
    mutating func print(_ texts: @autoclosure () -> [String], json: @autoclosure () -> [UInt8]) throws(ClosedOutput) {
        switch format {
        case .json: try Terminal.put(json: json())
        case .csv:
            try begin()
            try Terminal.say(CSV.line(texts()))
        case .table: rows.append(texts().map { $0.isEmpty ? "-" : $0 })
        }
    }

    /// Prints what waited for the last row.
    mutating func finish() throws(ClosedOutput) {
        switch format {
        case .json: break
        case .csv: try begin()
        case .table: for line in TextTable.lines(rows) { try Terminal.say(line) }
        }
    }

    /// The names of the columns stand above the first row, or alone.
    private mutating func begin() throws(ClosedOutput) {
        guard !isBegun else { return }
        isBegun = true
        try Terminal.say(CSV.line(columns))
    }
}
