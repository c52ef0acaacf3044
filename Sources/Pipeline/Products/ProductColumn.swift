internal import Avro

/// A column that Nightjar adds: of a table of products, or of the alert's own row. In messages it is a field.
package struct ProductColumn: Hashable, Sendable {
    /// The type of a column's values.
    package enum Kind: Hashable, Sendable { case boolean, integer, real, text }

    /// The column's name.
    package let name: String
    /// The type of its values.
    package let kind: Kind
    /// Whether every row has a value.
    package let isRequired: Bool

    /// A column of a name and type.
    package init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
    }

    /// The field of a message's record, as JSON of its schema.
    var avroField: String {
        let type =
            switch kind {
            case .boolean: "boolean"
            case .integer: "long"
            case .real: "double"
            case .text: "string"
            }
        return isRequired
            ? #"{"name": "\#(name)", "type": "\#(type)"}"#
            : #"{"name": "\#(name)", "type": ["null", "\#(type)"], "default": null}"#
    }
}

/// A value of a ``ProductColumn``.
package enum ProductValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)

    /// A text, or null.
    package init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    /// An integer, or null.
    package init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
    /// A number; null where it is not finite, since readers of tables do not expect that.
    package init(_ number: Double?) { self = number.flatMap { $0.isFinite ? .real($0) : nil } ?? .null }

    /// The value as an attribute of a message; `nil` for null.
    package var attribute: String? {
        switch self {
        case .null: nil
        case .boolean(let value): String(value)
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): value
        }
    }
}

extension BinaryEncoder {
    /// Writes a value as the field of a column.
    mutating func value(_ value: ProductValue, of column: ProductColumn) {
        if case .null = value { return branch(0) }
        if !column.isRequired { branch(1) }
        switch value {
        case .null: break
        case .boolean(let value): boolean(value)
        case .integer(let value): long(value)
        case .real(let value): double(value)
        case .text(let value): string(value)
        }
    }
}
