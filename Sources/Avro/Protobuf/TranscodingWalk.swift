/// One pass of a transcoding's program over a body, by raw pointers. Every read is checked against the body's end, every
/// write against the output's end; an error ends the walk with nil and without a reason.
struct TranscodingWalk {
    /// Bytes that a step may write without a check: a tag of four bytes, a varint of ten, or a number in decimal.
    private static let stepRoom = 32

    private let end: BytePointer
    private let program: TranscodingProgram
    private let output: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// Bytes written.
    private(set) var written = 0
    /// Whether the walk ended because the output was full.
    private(set) var isFull = false
    private var depth = 0
    private var emptyItems = 0
    /// The start of the list that is being joined.
    private var joinedFrom = 0

    init(
        end: BytePointer, program: TranscodingProgram, output: UnsafeMutablePointer<UInt8>, capacity: Int
    ) {
        self.end = end
        self.program = program
        self.output = output
        self.capacity = capacity
    }

    /// Walks the record and returns its end.
    mutating func record(at start: BytePointer) -> BytePointer? { run(0, at: start) }

    // MARK: - The loop

    /// Runs steps from `entry` to their end. Long by nature: one case a step, so that no call and no reference count
    /// stands between two fields.
    private mutating func run(_ entry: Int, at from: BytePointer) -> BytePointer? {
        var position = from
        var next = program.code + entry
        let end = end
        let output = output
        let full = output + max(0, capacity - Self.stepRoom)
        var out = output + written
        while true {
            let step = next.pointee
            next += 1
            guard out <= full else {
                isFull = true
                return nil
            }
            if step.nullByte != TranscodingStep.noUnion {
                switch isNull(step.nullByte, &position, end) {
                case true?: continue
                case false?: break
                case nil: return nil
                }
            }
            switch step.code {
            case .end:
                written = out - output
                return position

            case .skipFixed:
                guard end - position >= Int(step.argument) else { return nil }
                position += Int(step.argument)
            case .skipBoolean:
                guard position < end, position.pointee <= 1 else { return nil }
                position += 1
            case .skipLong:
                guard rawVarint(&position, end) != nil else { return nil }
            case .skipLength:
                guard let length = rawLength(&position, end) else { return nil }
                position += length
            case .skipEnum:
                guard rawIndex(&position, end, below: step.argument) != nil else { return nil }

            case .boolean:
                guard position < end, position.pointee <= 1 else { return nil }
                putTag(step, &out)
                out.pointee = position.pointee
                out += 1
                position += 1
            case .long:
                guard let raw = rawVarint(&position, end) else { return nil }
                putTag(step, &out)
                putVarint(UInt64(bitPattern: zigzag(raw)), &out)
            case .milliseconds:
                guard let raw = rawVarint(&position, end) else { return nil }
                let (micros, isOver) = zigzag(raw).multipliedReportingOverflow(by: 1_000)
                putTag(step, &out)
                putVarint(UInt64(bitPattern: isOver ? zigzag(raw) : micros), &out)
            case .float:
                guard end - position >= 4 else { return nil }
                let bits = rawBits(position, as: UInt32.self)
                position += 4
                if step.argument != 0 && bits & 0x7F80_0000 == 0x7F80_0000 { continue }
                putTag(step, &out)
                UnsafeMutableRawPointer(out).storeBytes(of: bits.littleEndian, as: UInt32.self)
                out += 4
            case .double:
                guard end - position >= 8 else { return nil }
                let bits = rawBits(position, as: UInt64.self)
                position += 8
                if step.argument != 0 && bits & 0x7FF0_0000_0000_0000 == 0x7FF0_0000_0000_0000 { continue }
                putTag(step, &out)
                UnsafeMutableRawPointer(out).storeBytes(of: bits.littleEndian, as: UInt64.self)
                out += 8
            case .string:
                guard let length = rawLength(&position, end), UTF8Check.isValid(position, length) else { return nil }
                guard put(step, position, length, &out, full) else { return nil }
                position += length
            case .bytes:
                guard let length = rawLength(&position, end) else { return nil }
                guard put(step, position, length, &out, full) else { return nil }
                position += length
            case .fixed:
                let length = Int(step.argument)
                guard end - position >= length, put(step, position, length, &out, full) else { return nil }
                position += length
            case .symbol:
                guard let index = rawIndex(&position, end, below: step.extra) else { return nil }
                let start = program.symbols[Int(step.argument) + index]
                let length = program.symbols[Int(step.argument) + index + 1] - start
                guard full - out >= length else {
                    isFull = true
                    return nil
                }
                putTag(step, &out)
                out.update(from: program.text + start, count: length)
                out += length
            case .joinedLong:
                guard let raw = rawVarint(&position, end) else { return nil }
                if out - output > joinedFrom {
                    out.pointee = UInt8(ascii: ",")
                    out += 1
                }
                putDecimal(zigzag(raw), &out)

            case .call, .skipUnion, .skipItems, .message, .list, .joinedList:
                written = out - output
                guard let after = nested(step, at: position) else { return nil }
                position = after
                out = output + written
            }
        }
    }

    /// Writes bytes of any length with their tag.
    @inline(__always)
    private mutating func put(
        _ step: TranscodingStep, _ bytes: BytePointer, _ length: Int, _ out: inout UnsafeMutablePointer<UInt8>,
        _ full: UnsafeMutablePointer<UInt8>
    ) -> Bool {
        guard full - out >= length else {
            isFull = true
            return false
        }
        putTag(step, &out)
        putVarint(UInt64(length), &out)
        out.update(from: bytes, count: length)
        out += length
        return true
    }

    // MARK: - What is not flat

    private mutating func nested(_ step: TranscodingStep, at position: BytePointer) -> BytePointer? {
        guard depth < AvroLimits.depth * 2 else { return nil }
        depth += 1
        defer { depth -= 1 }
        var position = position
        switch step.code {
        case .call: return run(Int(step.argument), at: position)
        case .skipUnion:
            guard let branch = rawIndex(&position, end, below: step.extra) else { return nil }
            return run(Int(program.branches[Int(step.argument) + branch]), at: position)
        case .message:
            return delimited(step) { walk in walk.run(Int(step.argument), at: position) }
        case .joinedList:
            let start = written
            let after = delimited(step) { walk in
                walk.joinedFrom = walk.written
                return walk.items(Int(step.argument), at: position)
            }
            // An empty list has no field.
            if written == start + Int(step.tagCount) + 1 { written = start }
            return after
        default: return items(Int(step.argument), at: position)
        }
    }

    /// Writes a tag, then the length and bytes of what `write` writes.
    private mutating func delimited(
        _ step: TranscodingStep, _ write: (inout TranscodingWalk) -> BytePointer?
    ) -> BytePointer? {
        var out = output + written
        putTag(step, &out)
        let guess = 2  // the bytes of a length from 128 to 16,383, which most have
        let start = out - output + guess
        written = start
        guard let after = write(&self) else { return nil }
        let count = written - start
        let width = count < 0x80 ? 1 : (64 - UInt64(count).leadingZeroBitCount + 6) / 7
        if width != guess {
            guard written + width <= capacity else {
                isFull = true
                return nil
            }
            let contents = UnsafeMutableRawPointer(output + start)
            contents.advanced(by: width - guess).copyMemory(from: contents, byteCount: count)
        }
        putVarint(UInt64(count), &out)
        written = start - guess + width + count
        return after
    }

    private mutating func items(_ index: Int, at from: BytePointer) -> BytePointer? {
        let shape = program.items[index]
        var position = from
        while let block = rawBlock(shape.minimumSize, &position, end, &emptyItems) {
            if block.count == 0 { return position }
            for _ in 0..<block.count {
                if shape.isMap {
                    guard let length = rawLength(&position, end) else { return nil }
                    position += length
                }
                guard let after = run(shape.entry, at: position) else { return nil }
                position = after
            }
            if let stop = block.stop, stop != position { return nil }
        }
        return nil
    }
}

// MARK: - Single values

/// Reads the branch of a nullable union; nil where it is not valid.
@inline(__always)
private func isNull(_ nullByte: UInt8, _ position: inout BytePointer, _ end: BytePointer) -> Bool? {
    guard position < end else { return nil }
    let byte = position.pointee
    if byte == nullByte ^ 2 {
        position += 1
        return false
    }
    if byte == nullByte {
        position += 1
        return true
    }
    guard let raw = rawVarint(&position, end), raw == 0 || raw == 2 else { return nil }
    return raw == UInt64(nullByte)
}

/// Reads the index of a branch or a symbol.
@inline(__always)
private func rawIndex(_ position: inout BytePointer, _ end: BytePointer, below count: Int32) -> Int? {
    guard let index = rawVarint(&position, end), index & 1 == 0, index >> 1 < UInt64(truncatingIfNeeded: count) else {
        return nil
    }
    return Int(index >> 1)
}

/// Writes all four bytes, and advances by those of the tag.
@inline(__always)
private func putTag(_ step: TranscodingStep, _ out: inout UnsafeMutablePointer<UInt8>) {
    UnsafeMutableRawPointer(out).storeBytes(of: step.tag.littleEndian, as: UInt32.self)
    out += Int(step.tagCount)
}

@inline(__always)
private func putVarint(_ value: UInt64, _ out: inout UnsafeMutablePointer<UInt8>) {
    var rest = value
    while rest > 0x7F {
        out.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
        out += 1
        rest >>= 7
    }
    out.pointee = UInt8(truncatingIfNeeded: rest)
    out += 1
}

private func putDecimal(_ value: Int64, _ out: inout UnsafeMutablePointer<UInt8>) {
    if value < 0 {
        out.pointee = UInt8(ascii: "-")
        out += 1
    }
    var digits = 1
    var rest = value.magnitude
    while rest >= 10 {
        rest /= 10
        digits += 1
    }
    rest = value.magnitude
    for index in stride(from: digits - 1, through: 0, by: -1) {
        out[index] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
    }
    out += digits
}
