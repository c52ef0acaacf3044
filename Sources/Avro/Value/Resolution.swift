extension AvroValue {
    /// Decodes a body with a reader's schema: fields by name or alias, defaults for fields that the writer lacks, and promoted
    /// numbers.
    ///
    /// Source: Apache Avro 1.12 specification, "Schema Resolution".
    ///
    /// - Parameters:
    ///   - body: One record.
    ///   - writer: The schema of the body.
    ///   - reader: The schema of the result.
    /// - Returns: The record in the reader's schema.
    /// - Throws: ``AvroError`` where the body is damaged, or the schemas are incompatible for its values.
    package static func decode(
        _ body: ArraySlice<UInt8>, writer: AvroSchema, reader: AvroSchema
    ) throws(AvroError) -> AvroValue {
        var resolver = Resolver(decoder: ValueDecoder(body: body))
        return try ByteCursor.over(body) { (cursor) throws(AvroError) -> AvroValue in
            let value = try resolver.value(writer.root, as: reader.root, &cursor, depth: 0)
            guard cursor.remaining == 0 else {
                throw AvroError(
                    .trailingBytes, offset: cursor.position, detail: "\(cursor.remaining) bytes after the record")
            }
            return value
        }
    }
}

/// Builds a reader's values from a writer's bytes.
private struct Resolver {
    let decoder: ValueDecoder
    private var plans: [RecordPair: RecordPlan] = [:]

    init(decoder: ValueDecoder) { self.decoder = decoder }

    private struct RecordPair: Hashable {
        let writer: AvroRecord
        let reader: AvroRecord
    }

    /// The index of each of the writer's fields in the reader's record, and the defaults of the others.
    private struct RecordPlan {
        var indexes: [Int?]
        var values: [AvroValue]
    }

    mutating func value(
        _ writer: AvroType, as reader: AvroType, _ cursor: inout ByteCursor, depth: Int
    ) throws(AvroError) -> AvroValue {
        try cursor.enter(depth)
        if case .union(let branches) = writer.kind {
            let branch = try cursor.branch(of: branches.count)
            return try value(branches[branch], as: reader, &cursor, depth: depth + 1)
        }
        if case .union(let branches) = reader.kind {
            guard let branch = ResolutionMatch.branch(for: writer, in: branches) else {
                throw mismatch(writer, reader, cursor)
            }
            return .union(branch: branch, try value(writer, as: branches[branch], &cursor, depth: depth + 1))
        }
        guard ResolutionMatch.matches(writer, reader) else { throw mismatch(writer, reader, cursor) }
        switch (writer.kind, reader.kind) {
        case (.record(let from), .record(let to)): return try record(from, as: to, &cursor, depth: depth)
        case (.enumeration(let from), .enumeration(let to)): return try symbol(from, as: to, &cursor)
        case (.array(let from), .array(let to)):
            var values: [AvroValue] = []
            try ValueSkipper.items(&cursor, minimumSize: from.minimumSize) { (cursor, index) throws(AvroError) in
                values.append(try value(from, as: to, &cursor, depth: depth + 1))
            }
            return .array(values)
        case (.map(let from), .map(let to)):
            var entries: [AvroEntry] = []
            try ValueSkipper.items(&cursor, minimumSize: 1 + from.minimumSize) { (cursor, index) throws(AvroError) in
                let key = try decoder.text(&cursor)
                entries.append(AvroEntry(key, try value(from, as: to, &cursor, depth: depth + 1)))
            }
            return .map(entries)
        default: return try primitive(writer, as: reader, &cursor, depth: depth)
        }
    }

    private func mismatch(_ writer: AvroType, _ reader: AvroType, _ cursor: ByteCursor) -> AvroError {
        AvroError(
            .incompatibleSchemas, offset: cursor.position,
            detail: "the writer's \(writer.name) cannot be read as \(reader.name)")
    }

    /// Reads the writer's primitive or fixed value and promotes it.
    private func primitive(
        _ writer: AvroType, as reader: AvroType, _ cursor: inout ByteCursor, depth: Int
    ) throws(AvroError) -> AvroValue {
        let start = cursor.position
        let value = try decoder.value(writer, &cursor, depth: depth)
        switch (value, reader.kind) {
        case (.int(let number), .long): return .long(number)
        case (.int(let number), .float), (.long(let number), .float): return .float(Float(number))
        case (.int(let number), .double), (.long(let number), .double): return .double(Double(number))
        case (.float(let number), .double): return .double(Double(number))
        case (.string(let text), .bytes): return .bytes(Array(text.utf8)[...])
        case (.bytes(let bytes), .string):
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw AvroError(.invalidUTF8, offset: start, detail: "bytes read as a string")
            }
            return .string(text)
        default: return value
        }
    }

    private func symbol(
        _ writer: AvroEnum, as reader: AvroEnum, _ cursor: inout ByteCursor
    ) throws(AvroError) -> AvroValue {
        let start = cursor.position
        let symbol = writer.symbols[try cursor.symbol(of: writer.symbols.count)]
        if reader.symbols.contains(symbol) { return .symbol(symbol) }
        guard let other = reader.defaultSymbol, reader.symbols.contains(other) else {
            throw AvroError(.unknownSymbol, offset: start, detail: "the reader has no symbol \(symbol)")
        }
        return .symbol(other)
    }

    private mutating func record(
        _ writer: AvroRecord, as reader: AvroRecord, _ cursor: inout ByteCursor, depth: Int
    ) throws(AvroError) -> AvroValue {
        let plan = try plan(writer, reader, cursor)
        var values = plan.values
        for (field, index) in zip(writer.fields, plan.indexes) {
            do {
                if let index {
                    values[index] = try value(field.type, as: reader.fields[index].type, &cursor, depth: depth + 1)
                } else {
                    try ValueSkipper.skip(field.type, &cursor, checkingValues: false, depth: depth + 1)
                }
            } catch { throw error.inside(field.name) }
        }
        return .record(AvroRecordValue(reader, values))
    }

    private mutating func plan(
        _ writer: AvroRecord, _ reader: AvroRecord, _ cursor: ByteCursor
    ) throws(AvroError) -> RecordPlan {
        let pair = RecordPair(writer: writer, reader: reader)
        if let known = plans[pair] { return known }
        var indexes: [Int?] = Array(repeating: nil, count: writer.fields.count)
        var values: [AvroValue] = []
        for (index, field) in reader.fields.enumerated() {
            let names = [field.name] + field.aliases
            if let source = names.lazy.compactMap({ writer.index(of: $0) }).first {
                // Two of the reader's fields may match the same one by their aliases.
                guard indexes[source] == nil else {
                    throw AvroError(.incompatibleSchemas, field: field.name, detail: "two fields match the same one")
                }
                indexes[source] = index
                values.append(.null)
            } else if let given = field.defaultValue, let value = DefaultValue.value(given, field.type) {
                values.append(value)
            } else {
                throw AvroError(
                    .incompatibleSchemas, field: field.name, offset: cursor.position,
                    detail: "the writer lacks it and the reader has no valid default")
            }
        }
        let plan = RecordPlan(indexes: indexes, values: values)
        plans[pair] = plan
        return plan
    }
}

/// Compatibility of a writer's types with a reader's type.
enum ResolutionMatch {
    /// The branch for a writer's type: one of the same type before one to which it can be promoted.
    static func branch(for writer: AvroType, in branches: [AvroType]) -> Int? {
        branches.firstIndex { isSame(writer, $0) } ?? branches.firstIndex { matches(writer, $0) }
    }

    private static func isSame(_ writer: AvroType, _ reader: AvroType) -> Bool {
        switch (writer.kind, reader.kind) {
        case (.array(let from), .array(let to)), (.map(let from), .map(let to)): isSame(from, to)
        default: writer.name == reader.name
        }
    }

    /// Whether the types are compatible at their top; nested records and unions are compared with their values.
    static func matches(_ writer: AvroType, _ reader: AvroType) -> Bool {
        switch (writer.kind, reader.kind) {
        case (.null, .null), (.boolean, .boolean), (.int, .int), (.long, .long), (.float, .float),
            (.double, .double), (.bytes, .bytes), (.string, .string), (.union, _), (_, .union),
            (.int, .long), (.int, .float), (.int, .double), (.long, .float), (.long, .double), (.float, .double),
            (.string, .bytes), (.bytes, .string):
            true
        case (.array(let from), .array(let to)), (.map(let from), .map(let to)): matches(from, to)
        case (.record(let from), .record(let to)): isNamed(from.fullName, to.fullName, to.aliases)
        case (.enumeration(let from), .enumeration(let to)): isNamed(from.fullName, to.fullName, to.aliases)
        case (.fixed(let from), .fixed(let to)):
            from.size == to.size && isNamed(from.fullName, to.fullName, to.aliases)
        default: false
        }
    }

    /// By the specification namespaces are ignored; an alias is a full name.
    private static func isNamed(_ writer: String, _ reader: String, _ aliases: [String]) -> Bool {
        func last(_ name: String) -> Substring { name.split(separator: ".").last ?? "" }
        return last(writer) == last(reader) || aliases.contains(writer)
    }
}
