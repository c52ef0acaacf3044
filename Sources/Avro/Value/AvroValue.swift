/// A value of any type as a tree, for whole records where speed does not matter; ``Projection`` is the fast alternative.
package enum AvroValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    /// An `int`. It may exceed 32 bits: some of ZUDS packets do.
    case int(Int64)
    case long(Int64)
    case float(Float)
    case double(Double)
    case bytes(ArraySlice<UInt8>)
    case string(String)
    case array([AvroValue])
    /// The entries of a map in the order of the bytes; a key may occur twice.
    case map([AvroEntry])
    case record(AvroRecordValue)
    case symbol(String)
    case fixed(ArraySlice<UInt8>)
    /// The value of a union and its branch.
    indirect case union(branch: Int, AvroValue)

    /// The value without its union.
    package var plain: AvroValue {
        if case .union(_, let value) = self { value.plain } else { self }
    }

    /// A field of a record, through unions; nil for another kind of value, and for a record that lacks it.
    package subscript(name: String) -> AvroValue? {
        guard case .record(let record) = plain else { return nil }
        return record[name]?.plain
    }
}

/// A key of a map and its value.
package struct AvroEntry: Hashable, Sendable {
    /// The entry's key.
    package let key: String
    /// The entry's value.
    package let value: AvroValue

    /// An entry of a map.
    package init(_ key: String, _ value: AvroValue) {
        self.key = key
        self.value = value
    }
}

/// A record's values in the order of its type's fields.
package struct AvroRecordValue: Hashable, Sendable {
    /// The record's type.
    package let type: AvroRecord
    /// A value for each field, in the type's order.
    package let values: [AvroValue]

    /// A record of a type.
    package init(_ type: AvroRecord, _ values: [AvroValue]) {
        self.type = type
        self.values = values
    }

    /// The value of the first field of that name.
    package subscript(name: String) -> AvroValue? {
        guard let index = type.index(of: name), index < values.count else { return nil }
        return values[index]
    }
}
