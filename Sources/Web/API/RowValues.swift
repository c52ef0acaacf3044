internal import Avro
internal import Foundation
internal import JSON
internal import Query

extension JSONTree {
    /// A column's value: ids and whole numbers beyond 2^53 as texts, bytes in base64.
    init(_ value: FolderQuery.Value, of column: String) {
        self =
            switch value {
            case .null: .null
            case .integer(let number) where number.magnitude <= 1 << 53 && !AvroJSON.isId(column): .integer(Int(number))
            case .integer(let number): .text(String(number))
            case .real(let number): .number(number)
            case .text(let text): .text(text)
            case .blob(let bytes): .text(Data(bytes).base64EncodedString())
            }
    }

    /// A row as an object.
    init(_ row: NamedRow) {
        self = .object(zip(row.columns, row.values).map { (name: $0, value: JSONTree($1, of: $0)) })
    }
}
