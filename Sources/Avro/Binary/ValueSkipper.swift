/// Skips whole values with all checks, to find the error in a body.
enum ValueSkipper {
    /// Skips one value at the start of `bytes`; others may follow.
    ///
    /// - Parameters:
    ///   - type: The writer's type.
    ///   - bytes: The body.
    ///   - checkingValues: Whether strings must be UTF-8, and values what their logical types allow.
    /// - Returns: The value's length in bytes.
    /// - Throws: ``AvroError`` for the first value that its type does not allow.
    static func skip(
        _ type: AvroType, in bytes: ArraySlice<UInt8>, checkingValues: Bool
    ) throws(AvroError) -> Int {
        try ByteCursor.over(bytes) { (cursor) throws(AvroError) -> Int in
            try skip(type, &cursor, checkingValues: checkingValues, depth: 0)
            return cursor.position
        }
    }

    static func skip(
        _ type: AvroType, _ cursor: inout ByteCursor, checkingValues: Bool, depth: Int
    ) throws(AvroError) {
        try cursor.enter(depth)
        switch type.kind {
        case .null: break
        case .boolean: _ = try cursor.boolean()
        case .int, .long:
            let first = cursor.position
            let value = try cursor.long()
            if checkingValues { try check(value, type, at: first) }
        case .float: _ = try cursor.float()
        case .double: _ = try cursor.double()
        case .bytes:
            let range = try cursor.bytes()
            if checkingValues { try check(range, type) }
        case .string:
            let range = try cursor.string(checking: checkingValues)
            if checkingValues { try check(range, type, cursor) }
        case .fixed(let fixed): _ = try cursor.consume(fixed.size, fixed.fullName)
        case .enumeration(let enumeration): _ = try cursor.symbol(of: enumeration.symbols.count)
        case .union(let branches):
            let branch = try cursor.branch(of: branches.count)
            try skip(branches[branch], &cursor, checkingValues: checkingValues, depth: depth + 1)
        case .record(let record):
            for field in record.fields {
                do {
                    try skip(field.type, &cursor, checkingValues: checkingValues, depth: depth + 1)
                } catch { throw error.inside(field.name) }
            }
        case .array(let item):
            try items(&cursor, minimumSize: item.minimumSize) { (cursor, index) throws(AvroError) in
                try skip(item, &cursor, checkingValues: checkingValues, depth: depth + 1)
            }
        case .map(let value):
            try items(&cursor, minimumSize: 1 + value.minimumSize) { (cursor, index) throws(AvroError) in
                _ = try cursor.string(checking: checkingValues)
                try skip(value, &cursor, checkingValues: checkingValues, depth: depth + 1)
            }
        }
    }

    /// Calls `read` for every item of an array's or map's blocks; errors have the item's index.
    static func items(
        _ cursor: inout ByteCursor, minimumSize: Int,
        _ read: (inout ByteCursor, _ index: Int) throws(AvroError) -> Void
    ) throws(AvroError) {
        var index = 0
        while true {
            let block: ByteCursor.Block
            do { block = try cursor.block(minimumSize: minimumSize) } catch { throw error.inside("[\(index)]") }
            if block.count == 0 { return }
            for _ in 0..<block.count {
                do { try read(&cursor, index) } catch { throw error.inside("[\(index)]") }
                index += 1
            }
            try cursor.finish(block)
        }
    }
}

// MARK: - Values of logical types

extension ValueSkipper {
    private static func check(_ value: Int64, _ type: AvroType, at offset: Int) throws(AvroError) {
        guard case .range(let least, let greatest) = LogicalValueCheck(type), !(least...greatest).contains(value) else {
            return
        }
        throw refused("\(value)", type, at: offset, "\(least) to \(greatest)")
    }

    private static func check(_ range: Range<Int>, _ type: AvroType) throws(AvroError) {
        guard case .decimal = LogicalValueCheck(type), !LogicalValueCheck.isDecimal(range.count) else { return }
        throw refused(
            "a value of \(range.count) bytes", type, at: range.lowerBound,
            "1 to \(LogicalValueCheck.decimalBytes) bytes")
    }

    private static func check(_ range: Range<Int>, _ type: AvroType, _ cursor: ByteCursor) throws(AvroError) {
        guard case .uuid = LogicalValueCheck(type), !LogicalValueCheck.isUUID(cursor.buffer(range)) else { return }
        let text = String(decoding: cursor.buffer(range).prefix(64), as: UTF8.self)
        throw refused("\"\(text)\"", type, at: range.lowerBound, "32 hexadecimal digits")
    }

    private static func refused(_ value: String, _ type: AvroType, at offset: Int, _ allowed: String) -> AvroError {
        AvroError(
            .invalidLogicalValue, offset: offset,
            detail: "\(value) is not a valid \(type.logicalType?.name ?? type.name): strict readers allow \(allowed)")
    }
}
