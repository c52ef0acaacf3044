/// Replaces the enum indexes in a projection's fields by the text of their symbols, so that a field's reader handles an enum
/// like a string.
///
/// The texts are appended to a copy of the body. Nothing is copied if no field is an enum.
package struct SymbolTexts: Sendable {
    private typealias Field = (index: Int, symbols: AvroEnum)

    private let columns: [Field]
    private let lists: [[Field]]

    /// The texts of a projection's enums; `nil` where none of the fields is an enum.
    ///
    /// - Parameters:
    ///   - record: The writer's record.
    ///   - columns: The projection's columns, in its order.
    ///   - lists: The projection's lists, in its order.
    package init?(of record: AvroRecord, columns: [String], lists: [Projection.List]) {
        self.columns = Self.enums(columns, in: record)
        self.lists = lists.map { list in
            guard let field = Self.type(at: list.path, in: record), case .array(let item) = field.kind,
                let row = item.record
            else { return [] }
            return Self.enums(list.columns, in: row)
        }
        if self.columns.isEmpty, self.lists.allSatisfy(\.isEmpty) { return nil }
    }

    /// Changes the symbols in the fields to strings.
    ///
    /// - Returns: The bytes to which the fields' offsets then refer: the body, followed by the symbols.
    package func write(into fields: inout ProjectedRecord, of body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var texts = Texts(bytes: Array(body))
        for column in columns { texts.replace(&fields.columns[column.index], column.symbols) }
        for (number, list) in lists.enumerated() where !list.isEmpty {
            let width = fields.lists[number].width
            for row in 0..<fields.lists[number].count {
                for column in list {
                    texts.replace(&fields.lists[number].values[row * width + column.index], column.symbols)
                }
            }
        }
        return texts.bytes[...]
    }

    /// A body and its symbols, each once.
    private struct Texts {
        var bytes: [UInt8]
        private var known: [ObjectIdentifier: [UInt32: AvroScalar]] = [:]

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func replace(_ scalar: inout AvroScalar, _ symbols: AvroEnum) {
            guard case .symbol(let index) = scalar, index < symbols.symbols.count else { return }
            let type = ObjectIdentifier(symbols)
            if let text = known[type]?[index] { return scalar = text }
            let symbol = symbols.symbols[Int(index)].utf8
            scalar = .string(
                offset: UInt32(truncatingIfNeeded: bytes.count), count: UInt32(truncatingIfNeeded: symbol.count))
            bytes += symbol
            known[type, default: [:]][index] = scalar
        }
    }

    private static func enums(_ paths: [String], in record: AvroRecord) -> [Field] {
        paths.enumerated().compactMap { index, path in
            guard case .enumeration(let symbols) = type(at: path, in: record)?.kind else { return nil }
            return (index, symbols)
        }
    }

    /// The type of a field without the null of its union; `nil` for a missing field, and for a union of several types.
    private static func type(at path: String, in record: AvroRecord) -> AvroType? {
        var parts = WantedFields.parts(path)
        var around = record
        while let name = parts.popFirst() {
            guard let type = around.fields.first(where: { $0.name == name })?.type else { return nil }
            if parts.isEmpty { return type.nullable?.value ?? type }
            guard let next = type.record else { return nil }
            around = next
        }
        return nil
    }
}
