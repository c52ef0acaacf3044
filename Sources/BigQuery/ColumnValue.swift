internal import GoogleAuth
internal import Foundation

/// A value of a column, as a row is written with it or a query answers it. Only queries have lists and records.
package enum ColumnValue: Hashable, Sendable {
    case null
    case text(String)
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case bytes([UInt8])
    /// Microseconds since 1970, UTC.
    case timestamp(Int64)
    case list([ColumnValue])
    /// One for each column of the record, in their order.
    case record([ColumnValue])
}

extension ColumnValue {
    /// What stands under `v` in an answer (cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults).
    init?(_ json: Any?, of column: TableColumn) {
        if column.mode == .repeated {
            var item = column
            item.mode = .nullable
            var values: [ColumnValue] = []
            for cell in json as? [[String: Any]] ?? [] {
                guard let value = ColumnValue(cell["v"], of: item) else { return nil }
                values.append(value)
            }
            self = .list(values)
            return
        }
        guard let json, !(json is NSNull) else {
            self = .null
            return
        }
        if column.type == .record {
            guard let cells = (json as? [String: Any])?["f"] as? [[String: Any]],
                let values = Self.row(cells, of: column.columns)
            else { return nil }
            self = .record(values)
            return
        }
        guard let text = json as? String ?? (json as? NSNumber)?.stringValue else { return nil }
        let value: ColumnValue? =
            switch column.type {
            case .integer: Int64(text).map { .integer($0) }
            case .float: Double(text).map { .real($0) }
            case .boolean: .boolean(text == "true" || text == "1")
            case .bytes: Data(base64Encoded: text).map { .bytes([UInt8]($0)) }
            case .timestamp: Int64(text).map { .timestamp($0) }
            default: .text(text)
            }
        guard let value else { return nil }
        self = value
    }

    /// The values of a row's cells.
    static func row(_ cells: [[String: Any]], of columns: [TableColumn]) -> [ColumnValue]? {
        guard cells.count == columns.count else { return nil }
        var values: [ColumnValue] = []
        values.reserveCapacity(cells.count)
        for (cell, column) in zip(cells, columns) {
            guard let value = ColumnValue(cell["v"], of: column) else { return nil }
            values.append(value)
        }
        return values
    }
}

extension ColumnValue {
    /// As JSON has it: a number that is none becomes null, bytes base64, and a time a text such as
    /// `2024-09-15T03:04:05.000006Z`.
    private func json(_ column: TableColumn) -> Any {
        switch self {
        case .null: return NSNull()
        case .text(let text): return text
        case .integer(let number): return NSNumber(value: number)
        case .real(let number): return number.isFinite ? NSNumber(value: number) : NSNull()
        case .boolean(let flag): return NSNumber(value: flag)
        case .bytes(let bytes): return Data(bytes).base64EncodedString()
        case .timestamp(let micros): return Self.text(micros)
        case .list(let values): return values.map { $0.json(column) }
        case .record(let values): return Self.object(values, column.columns)
        }
    }

    private static func object(_ values: [ColumnValue], _ columns: [TableColumn]) -> [String: Any] {
        Dictionary(zip(columns.map(\.name), zip(values, columns).map { $0.json($1) })) { first, _ in first }
    }

    /// A row as a JSON object on one line, in UTF-8.
    package static func json(_ row: [ColumnValue], of schema: TableSchema) -> [UInt8] {
        JSONObject.bytes(object(row, schema.columns))
    }

    /// As a table or CSV has it: a text as it is, nothing for a null, and all else as JSON.
    package func text(of column: TableColumn) -> String {
        switch json(column) {
        case is NSNull: return ""
        case let text as String: return text
        case let value:
            let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .withoutEscapingSlashes, .sortedKeys]
            let json = try? JSONSerialization.data(withJSONObject: value, options: options)
            return String(decoding: json ?? Data(), as: UTF8.self)
        }
    }

    /// A time of microseconds since 1970 as GoogleSQL reads it.
    static func text(_ micros: Int64) -> String {
        let second = micros >= 0 ? micros / 1_000_000 : (micros - 999_999) / 1_000_000
        let style = Date.ISO8601FormatStyle(timeZone: .gmt)
        let text = Date(timeIntervalSince1970: Double(second)).formatted(style)
        let fraction = String(1_000_000 + micros - second * 1_000_000).dropFirst()
        return "\(text.dropLast()).\(fraction)Z"
    }
}
