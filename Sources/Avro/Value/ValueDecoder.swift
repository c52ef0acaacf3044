extension AvroValue {
    /// Decodes a body with one record by its writer schema.
    package static func decode(_ body: ArraySlice<UInt8>, schema: AvroSchema) throws(AvroError) -> AvroValue {
        let (value, length) = try decodePrefix(body, schema: schema)
        guard length == body.count else {
            throw AvroError(.trailingBytes, offset: length, detail: "\(body.count - length) bytes after the record")
        }
        return value
    }

    /// Decodes a record that others may follow.
    ///
    /// - Returns: The record and its length, bytes.
    package static func decodePrefix(
        _ body: ArraySlice<UInt8>, schema: AvroSchema
    ) throws(AvroError) -> (value: AvroValue, length: Int) {
        let decoder = ValueDecoder(body: body)
        return try ByteCursor.over(body) { (cursor) throws(AvroError) -> (value: AvroValue, length: Int) in
            (try decoder.value(schema.root, &cursor, depth: 0), cursor.position)
        }
    }
}

/// Builds trees from a body.
struct ValueDecoder {
    let body: ArraySlice<UInt8>

    func value(
        _ type: AvroType, _ cursor: inout ByteCursor, depth: Int
    ) throws(AvroError) -> AvroValue {
        try cursor.enter(depth)
        switch type.kind {
        case .null: return .null
        case .boolean: return .boolean(try cursor.boolean())
        case .int: return .int(try cursor.long())
        case .long: return .long(try cursor.long())
        case .float: return .float(try cursor.float())
        case .double: return .double(try cursor.double())
        case .bytes: return .bytes(slice(try cursor.bytes()))
        case .string: return .string(try text(&cursor))
        case .fixed(let fixed): return .fixed(try self.fixed(fixed, &cursor))
        case .enumeration(let enumeration):
            return .symbol(enumeration.symbols[try cursor.symbol(of: enumeration.symbols.count)])
        case .union(let branches):
            let branch = try cursor.branch(of: branches.count)
            return .union(branch: branch, try value(branches[branch], &cursor, depth: depth + 1))
        case .record(let record):
            var values: [AvroValue] = []
            let fields = record.fields
            values.reserveCapacity(fields.count)
            for field in fields {
                do { values.append(try value(field.type, &cursor, depth: depth + 1)) } catch {
                    throw error.inside(field.name)
                }
            }
            return .record(AvroRecordValue(record, values))
        case .array(let item):
            var values: [AvroValue] = []
            try ValueSkipper.items(&cursor, minimumSize: item.minimumSize) { (cursor, index) throws(AvroError) in
                values.append(try value(item, &cursor, depth: depth + 1))
            }
            return .array(values)
        case .map(let type):
            var entries: [AvroEntry] = []
            try ValueSkipper.items(&cursor, minimumSize: 1 + type.minimumSize) { (cursor, index) throws(AvroError) in
                let key = try text(&cursor)
                entries.append(AvroEntry(key, try value(type, &cursor, depth: depth + 1)))
            }
            return .map(entries)
        }
    }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> {
        body[body.startIndex + range.lowerBound..<body.startIndex + range.upperBound]
    }

    func text(_ cursor: inout ByteCursor) throws(AvroError) -> String {
        String(decoding: cursor.buffer(try cursor.string()), as: UTF8.self)
    }

    func fixed(_ fixed: AvroFixed, _ cursor: inout ByteCursor) throws(AvroError) -> ArraySlice<UInt8> {
        let start = try cursor.consume(fixed.size, fixed.fullName)
        return slice(start..<start + fixed.size)
    }
}
