/// Reads single values of a body in order, and reports each error with its byte.
struct ByteCursor {
    private let start: BytePointer
    let count: Int
    var position: Int
    private var steps: Int
    private var emptyItems = 0

    /// A cursor over bytes, which must outlive it.
    init(_ start: BytePointer, count: Int) {
        self.start = start
        self.count = count
        position = 0
        let (product, isOver) = count.multipliedReportingOverflow(by: 16)
        steps = (isOver ? Int.max / 2 : product) + AvroLimits.freeSteps
    }

    /// Calls `read` with a cursor over a slice.
    static func over<Result>(
        _ bytes: ArraySlice<UInt8>, _ read: (inout ByteCursor) throws(AvroError) -> Result
    ) throws(AvroError) -> Result {
        try bytes.withUnsafeBufferPointer { (buffer) throws(AvroError) -> Result in
            if let start = buffer.baseAddress {
                var cursor = ByteCursor(start, count: buffer.count)
                return try read(&cursor)
            }
            var nothing: UInt8 = 0
            return try withUnsafePointer(to: &nothing) { (start) throws(AvroError) -> Result in
                var cursor = ByteCursor(start, count: 0)
                return try read(&cursor)
            }
        }
    }

    var remaining: Int { count - position }

    /// Counts a value: types without bytes could nest to an unbounded number of values.
    private mutating func step() throws(AvroError) {
        steps -= 1
        guard steps > 0 else { throw AvroError(.tooManyItems, offset: position, detail: "values that take no bytes") }
    }

    /// Counts a value and checks its depth.
    mutating func enter(_ depth: Int) throws(AvroError) {
        guard depth <= AvroLimits.depth else {
            throw AvroError(.nestedTooDeep, offset: position, detail: "deeper than \(AvroLimits.depth)")
        }
        try step()
    }

    // MARK: - Numbers

    mutating func long() throws(AvroError) -> Int64 {
        let first = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < count {
            let byte = start[position]
            position += 1
            if shift == 63 && byte > 1 {
                throw AvroError(.varintTooLong, offset: first, detail: "an integer of more than 64 bits")
            }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return zigzag(value) }
            shift += 7
        }
        throw AvroError(.truncated, offset: first, detail: "the bytes end within an integer")
    }

    mutating func boolean() throws(AvroError) -> Bool {
        let byte = start[try consume(1, "a boolean")]
        guard byte <= 1 else { throw AvroError(.invalidBoolean, offset: position - 1, detail: "the byte is \(byte)") }
        return byte == 1
    }

    mutating func float() throws(AvroError) -> Float {
        Float(bitPattern: rawBits(start + (try consume(4, "a float")), as: UInt32.self))
    }

    mutating func double() throws(AvroError) -> Double {
        Double(bitPattern: rawBits(start + (try consume(8, "a double")), as: UInt64.self))
    }

    // MARK: - Bytes

    /// Skips bytes and returns their start.
    mutating func consume(_ size: Int, _ what: @autoclosure () -> String) throws(AvroError) -> Int {
        guard size <= remaining else {
            throw AvroError(
                .truncated, offset: position, detail: "\(what()) takes \(size) bytes and \(remaining) are left")
        }
        defer { position += size }
        return position
    }

    /// The range of a `bytes` value's contents.
    mutating func bytes() throws(AvroError) -> Range<Int> {
        let first = position
        let length = try long()
        guard length >= 0 else { throw AvroError(.negativeLength, offset: first, detail: "\(length) bytes") }
        guard length <= remaining else {
            throw AvroError(
                .lengthExceedsBody, offset: first, detail: "\(length) bytes wanted and \(remaining) are left")
        }
        let from = try consume(Int(length), "bytes")
        return from..<from + Int(length)
    }

    /// The range of a string's UTF-8.
    mutating func string(checking: Bool = true) throws(AvroError) -> Range<Int> {
        let range = try bytes()
        if checking && !UTF8Check.isValid(start + range.lowerBound, range.count) {
            throw AvroError(.invalidUTF8, offset: range.lowerBound, detail: "a string of \(range.count) bytes")
        }
        return range
    }

    func buffer(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start + range.lowerBound, count: range.count)
    }

    // MARK: - Choices and counts

    mutating func branch(of count: Int) throws(AvroError) -> Int {
        let first = position
        let index = try long()
        guard index >= 0, index < count else {
            throw AvroError(.unknownBranch, offset: first, detail: "branch \(index) of \(count)")
        }
        return Int(index)
    }

    mutating func symbol(of count: Int) throws(AvroError) -> Int {
        let first = position
        let index = try long()
        guard index >= 0, index < count else {
            throw AvroError(.unknownSymbol, offset: first, detail: "symbol \(index) of \(count)")
        }
        return Int(index)
    }

    /// A block of an array or map: its number of items, and its end where it states one. The last one has no items.
    struct Block {
        let count: Int
        fileprivate let stop: Int?
    }

    mutating func block(minimumSize: Int) throws(AvroError) -> Block {
        let first = position
        let count = try long()
        var stop: Int?
        if count < 0 {
            let size = try bytes()
            stop = size.upperBound
            position = size.lowerBound
        }
        let bound = minimumSize > 0 ? remaining / minimumSize : AvroLimits.emptyItems - emptyItems
        guard count.magnitude <= UInt64(bound) else {
            throw AvroError(
                .tooManyItems, offset: first,
                detail: "a block of \(count.magnitude) items where there is room for \(bound)")
        }
        if minimumSize == 0 { emptyItems += Int(count.magnitude) }
        return Block(count: Int(count.magnitude), stop: stop)
    }

    /// Checks that a block ended where it states.
    func finish(_ block: Block) throws(AvroError) {
        guard let stop = block.stop, stop != position else { return }
        throw AvroError(.blockSizeMismatch, offset: position, detail: "the block says it ends at byte \(stop)")
    }
}
