/// Steps over whole values with every check, to find what is wrong with a body and where.
enum ValueSkipper {
    /// Steps over one value at the start of `bytes`, which may go on.
    ///
    /// - Parameters:
    ///   - type: The writer's type.
    ///   - bytes: The body.
    ///   - checkingText: Whether strings must be UTF-8.
    /// - Returns: The value's length in bytes.
    /// - Throws: ``AvroError`` for the first value that is not as its type says.
    static func skip(
        _ type: AvroType, in bytes: ArraySlice<UInt8>, checkingText: Bool
    ) throws(AvroError) -> Int {
        try ByteCursor.over(bytes) { (cursor) throws(AvroError) -> Int in
            try skip(type, &cursor, checkingText: checkingText, depth: 0)
            return cursor.position
        }
    }

    static func skip(
        _ type: AvroType, _ cursor: inout ByteCursor, checkingText: Bool, depth: Int
    ) throws(AvroError) {
        try cursor.enter(depth)
        switch type.kind {
        case .null: break
        case .boolean: _ = try cursor.boolean()
        case .int, .long: _ = try cursor.long()
        case .float: _ = try cursor.float()
        case .double: _ = try cursor.double()
        case .bytes: _ = try cursor.bytes()
        case .string: _ = try cursor.string(checking: checkingText)
        case .fixed(let fixed): _ = try cursor.take(fixed.size, fixed.fullName)
        case .enumeration(let enumeration): _ = try cursor.symbol(of: enumeration.symbols.count)
        case .union(let branches):
            let branch = try cursor.branch(of: branches.count)
            try skip(branches[branch], &cursor, checkingText: checkingText, depth: depth + 1)
        case .record(let record):
            for field in record.fields {
                do {
                    try skip(field.type, &cursor, checkingText: checkingText, depth: depth + 1)
                } catch { throw error.inside(field.name) }
            }
        case .array(let item):
            try items(&cursor, minimumSize: item.minimumSize) { (cursor, index) throws(AvroError) in
                try skip(item, &cursor, checkingText: checkingText, depth: depth + 1)
            }
        case .map(let value):
            try items(&cursor, minimumSize: 1 + value.minimumSize) { (cursor, index) throws(AvroError) in
                _ = try cursor.string(checking: checkingText)
                try skip(value, &cursor, checkingText: checkingText, depth: depth + 1)
            }
        }
    }

    /// Calls `read` for every item of an array's or map's blocks; errors say which item.
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
