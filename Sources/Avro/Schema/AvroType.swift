/// A type of a schema, with its logical type where it has one.
package struct AvroType: Sendable {
    /// The kind of a type.
    package indirect enum Kind: Sendable {
        case null, boolean, int, long, float, double, bytes, string
        case array(AvroType)
        case map(AvroType)
        case union([AvroType])
        case record(AvroRecord)
        case enumeration(AvroEnum)
        case fixed(AvroFixed)
    }

    /// The plain type.
    package let kind: Kind
    /// The logical type, where the schema has one.
    package let logicalType: AvroLogicalType?

    /// A type of this kind.
    package init(_ kind: Kind, logicalType: AvroLogicalType? = nil) {
        self.kind = kind
        self.logicalType = logicalType
    }

    /// The record type of this type, or of a union of null and a record.
    package var record: AvroRecord? {
        switch kind {
        case .record(let record): record
        case .union: nullable?.value.record
        default: nil
        }
    }

    /// A union of null and one other type, in either order: the branch of null and the other type.
    package var nullable: (nullBranch: Int, value: AvroType)? {
        guard case .union(let branches) = kind, branches.count == 2 else { return nil }
        switch (branches[0].isNull, branches[1].isNull) {
        case (true, false): return (0, branches[1])
        case (false, true): return (1, branches[0])
        default: return nil
        }
    }

    /// Whether its only value is null.
    package var isNull: Bool {
        if case .null = kind { true } else { false }
    }

    /// The type's name in a schema: that of a primitive, `array`, `map`, `union`, or a full name.
    package var name: String {
        switch kind {
        case .null: "null"
        case .boolean: "boolean"
        case .int: "int"
        case .long: "long"
        case .float: "float"
        case .double: "double"
        case .bytes: "bytes"
        case .string: "string"
        case .array: "array"
        case .map: "map"
        case .union: "union"
        case .record(let record): record.fullName
        case .enumeration(let enumeration): enumeration.fullName
        case .fixed(let fixed): fixed.fullName
        }
    }

    /// The smallest size of a value, bytes; 0 for null and types that contain nothing else.
    var minimumSize: Int {
        switch kind {
        case .null: 0
        case .boolean, .int, .long, .bytes, .string, .array, .map, .enumeration: 1
        case .float: 4
        case .double: 8
        case .union(let branches): 1 + (branches.map(\.minimumSize).min() ?? 0)
        case .record(let record): record.minimumSize
        case .fixed(let fixed): fixed.size
        }
    }

    /// The size of every value, bytes, where it is constant and all bits are valid; nil otherwise.
    var fixedSize: Int? {
        switch kind {
        case .null: 0
        case .float: 4
        case .double: 8
        case .record(let record): record.fixedSize
        case .fixed(let fixed): fixed.size
        default: nil
        }
    }
}

/// A logical type. Values are decoded as the plain type.
package struct AvroLogicalType: Hashable, Sendable {
    /// The logical type's name, such as `timestamp-millis`.
    package let name: String
    /// Digits of a decimal number.
    package let precision: Int?
    /// Digits of a decimal number after the point.
    package let scale: Int?
}

/// An enumeration type.
package final class AvroEnum: Sendable {
    /// The name with its namespace.
    package let fullName: String
    /// Its aliases.
    package let aliases: [String]
    /// The schema's description of it.
    package let doc: String?
    /// The symbols, in the order of their indexes.
    package let symbols: [String]
    /// The symbol that a reader uses for an unknown one.
    package let defaultSymbol: String?

    init(fullName: String, aliases: [String], doc: String?, symbols: [String], defaultSymbol: String?) {
        self.fullName = fullName
        self.aliases = aliases
        self.doc = doc
        self.symbols = symbols
        self.defaultSymbol = defaultSymbol
    }
}

/// A type whose values have a fixed size.
package final class AvroFixed: Sendable {
    /// The name with its namespace.
    package let fullName: String
    /// Its aliases.
    package let aliases: [String]
    /// Bytes of a value.
    package let size: Int

    init(fullName: String, aliases: [String], size: Int) {
        self.fullName = fullName
        self.aliases = aliases
        self.size = size
    }
}
