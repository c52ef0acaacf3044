/// One pass of a projection's program over a body, by raw pointers. Every read is checked against the body's end; an error
/// ends the walk with nil and without a reason.
struct ProjectionWalk {
    private let start: BytePointer
    private let end: BytePointer
    private let program: ProjectionProgram
    private let code: UnsafeMutablePointer<Instruction>
    private let lists: UnsafeMutablePointer<ProjectedList>?
    private let spans: UnsafeMutablePointer<Range<Int>>?
    private var depth = 0
    private var emptyItems = 0
    private var listValues = 0
    /// A copy of the body in which branches are renumbered, if the program does that.
    private var output: UnsafeMutablePointer<UInt8>?
    /// The offset of a branch to be renumbered that has more than one byte.
    private var nonMinimalBranch: Int?

    init(
        start: BytePointer, count: Int, program: ProjectionProgram, lists: UnsafeMutablePointer<ProjectedList>?,
        spans: UnsafeMutablePointer<Range<Int>>?
    ) {
        self.start = start
        end = start + count
        self.program = program
        code = program.code
        self.lists = lists
        self.spans = spans
    }

    /// Walks the record and returns its length.
    mutating func record(into columns: UnsafeMutablePointer<AvroScalar>?) -> Int? {
        withUnsafeTemporaryAllocation(of: AvroScalar.self, capacity: 1) { none in
            guard let slots = columns ?? none.baseAddress else { return nil }
            return run(0, at: start, into: slots).map { $0 - start }
        }
    }

    /// Runs a program that renumbers branches.
    ///
    /// - Returns: The record's length, or after an error the offset of a branch of several bytes, if that is the reason.
    static func patch(
        _ bytes: UnsafeBufferPointer<UInt8>, program: ProjectionProgram, output: UnsafeMutablePointer<UInt8>?
    ) -> (length: Int?, nonMinimalBranch: Int?) {
        guard let start = bytes.baseAddress else { return (nil, nil) }
        var walk = ProjectionWalk(start: start, count: bytes.count, program: program, lists: nil, spans: nil)
        walk.output = output
        let length = walk.record(into: nil)
        return (length, walk.nonMinimalBranch)
    }

    // MARK: - The loop

    /// Runs instructions from `entry` to their end. Long by nature: one case an instruction, so that no call and no
    /// reference count stands between two fields.
    private mutating func run(
        _ entry: Int, at from: BytePointer, into slots: UnsafeMutablePointer<AvroScalar>
    ) -> BytePointer? {
        var position = from
        var next = code + entry
        let end = end
        let start = start
        while true {
            let step = next.pointee
            next += 1
            switch step.code {
            case .end: return position

            case .skipFixed:
                guard end - position >= step.argument else { return nil }
                position += step.argument
            case .skipBoolean:
                guard position < end, position.pointee <= 1 else { return nil }
                position += 1
            case .skipLong:
                guard rawVarint(&position, end) != nil else { return nil }
            case .skipLength:
                guard let length = rawLength(&position, end) else { return nil }
                position += length
            case .skipString:
                guard skipString(&position, end) else { return nil }
            case .skipEnum:
                guard let index = rawVarint(&position, end), index & 1 == 0, index >> 1 < UInt64(step.argument)
                else { return nil }
            case .skipNullableFixed:
                for _ in 0..<step.slot {
                    switch branch(step, &position, end) {
                    case .null: break
                    case .value:
                        guard end - position >= step.argument else { return nil }
                        position += step.argument
                    case .fault: return nil
                    }
                }
            case .skipNullableLong:
                switch branch(step, &position, end) {
                case .null: break
                case .value: guard rawVarint(&position, end) != nil else { return nil }
                case .fault: return nil
                }
            case .skipNullableLength:
                switch branch(step, &position, end) {
                case .null: break
                case .value:
                    guard let length = rawLength(&position, end) else { return nil }
                    position += length
                case .fault: return nil
                }
            case .skipNullableString:
                switch branch(step, &position, end) {
                case .null: break
                case .value: guard skipString(&position, end) else { return nil }
                case .fault: return nil
                }

            case .storeNull:
                slots[Int(step.slot)] = .null
            case .storeBoolean:
                guard position < end, position.pointee <= 1 else { return nil }
                slots[Int(step.slot)] = .boolean(position.pointee == 1)
                position += 1
            case .storeLong:
                guard let raw = rawVarint(&position, end) else { return nil }
                slots[Int(step.slot)] = .long(zigzag(raw))
            case .storeFloat:
                guard storeFloat(step, &position, end, slots) else { return nil }
            case .storeDouble:
                guard storeDouble(step, &position, end, slots) else { return nil }
            case .storeString:
                guard storeString(step, &position, start, end, slots) else { return nil }
            case .storeBytes:
                guard storeBytes(step, &position, start, end, slots) else { return nil }
            case .storeFixed:
                guard end - position >= step.argument else { return nil }
                slots[Int(step.slot)] = .bytes(
                    offset: UInt32(truncatingIfNeeded: position - start),
                    count: UInt32(truncatingIfNeeded: step.argument))
                position += step.argument
            case .storeEnum:
                guard let index = rawVarint(&position, end), index & 1 == 0, index >> 1 < UInt64(step.argument)
                else { return nil }
                slots[Int(step.slot)] = .symbol(UInt32(truncatingIfNeeded: index >> 1))

            case .storeNullableLong:
                switch branch(step, &position, end) {
                case .null: slots[Int(step.slot)] = .null
                case .value:
                    guard let raw = rawVarint(&position, end) else { return nil }
                    slots[Int(step.slot)] = .long(zigzag(raw))
                case .fault: return nil
                }
            case .storeNullableFloat:
                switch branch(step, &position, end) {
                case .null: slots[Int(step.slot)] = .null
                case .value: guard storeFloat(step, &position, end, slots) else { return nil }
                case .fault: return nil
                }
            case .storeNullableDouble:
                switch branch(step, &position, end) {
                case .null: slots[Int(step.slot)] = .null
                case .value: guard storeDouble(step, &position, end, slots) else { return nil }
                case .fault: return nil
                }
            case .storeNullableString:
                switch branch(step, &position, end) {
                case .null: slots[Int(step.slot)] = .null
                case .value: guard storeString(step, &position, start, end, slots) else { return nil }
                case .fault: return nil
                }
            case .storeNullableBytes:
                switch branch(step, &position, end) {
                case .null: slots[Int(step.slot)] = .null
                case .value: guard storeBytes(step, &position, start, end, slots) else { return nil }
                case .fault: return nil
                }

            case .nullable:
                switch branch(step, &position, end) {
                case .null:
                    if step.slot >= 0 { slots[Int(step.slot)] = .null }
                    next = code + step.argument
                case .value: break
                case .fault: return nil
                }
            case .union:
                guard let index = rawVarint(&position, end), index & 1 == 0,
                    index >> 1 < UInt64(truncatingIfNeeded: step.slot)
                else { return nil }
                next = code + Int(program.branches[step.argument + Int(index >> 1)])
            case .jump:
                next = code + step.argument
            case .call:
                guard let after = called(Int(program.calls[step.argument]), at: position, into: slots) else {
                    return nil
                }
                position = after
            case .skipArray, .skipMap:
                guard let after = skipItems(step, at: position, into: slots) else { return nil }
                position = after
            case .storeList:
                guard let after = storeList(step.argument, at: position) else { return nil }
                position = after
            case .nullList:
                lists?[step.argument].presence = .null
            case .encodedStart:
                slots[Int(step.slot)] = .encoded(offset: UInt32(truncatingIfNeeded: position - start), count: 0)
            case .encodedEnd:
                if case .encoded(let offset, _) = slots[Int(step.slot)] {
                    slots[Int(step.slot)] = .encoded(
                        offset: offset, count: UInt32(truncatingIfNeeded: position - start) &- offset)
                }
            case .spanStart:
                spans?[Int(step.slot)] = position - start..<position - start
            case .spanEnd:
                if let spans { spans[Int(step.slot)] = spans[Int(step.slot)].lowerBound..<position - start }
            case .copy:
                slots[Int(step.slot)] = slots[step.argument]
            case .check:
                guard program.checks[step.argument].accepts(position, end) else { return nil }
            case .patch:
                guard position < end else { return nil }
                let branch = position.pointee
                if branch >= 0x80 {
                    nonMinimalBranch = position - start
                    return nil
                }
                guard branch & 1 == 0, Int32(branch >> 1) < step.slot else { return nil }
                let number = program.branches[step.argument + Int(branch >> 1)]
                output?[position - start] = UInt8(truncatingIfNeeded: number << 1)
            }
        }
    }

    // MARK: - What is not flat

    private mutating func called(
        _ entry: Int, at position: BytePointer, into slots: UnsafeMutablePointer<AvroScalar>
    ) -> BytePointer? {
        guard depth < AvroLimits.depth else { return nil }
        depth += 1
        defer { depth -= 1 }
        return run(entry, at: position, into: slots)
    }

    private mutating func skipItems(
        _ step: Instruction, at from: BytePointer, into slots: UnsafeMutablePointer<AvroScalar>
    ) -> BytePointer? {
        let shape = program.items[step.argument]
        let isMap = step.code == .skipMap
        var position = from
        while let block = rawBlock(shape.minimumSize, &position, end, &emptyItems) {
            if block.count == 0 { return position }
            if shape.fixedSize >= 0 {
                position += block.count * shape.fixedSize  // within the body: the count was checked against it
            } else {
                for _ in 0..<block.count {
                    if isMap {
                        guard let length = rawLength(&position, end),
                            !shape.checksText || UTF8Check.isValid(position, length)
                        else { return nil }
                        position += length
                    }
                    guard let after = called(shape.entry, at: position, into: slots) else { return nil }
                    position = after
                }
            }
            if let stop = block.stop, stop != position { return nil }
        }
        return nil
    }

    private mutating func storeList(_ index: Int, at from: BytePointer) -> BytePointer? {
        guard let lists else { return nil }
        let shape = program.listItems[index]
        let width = program.widths[index]
        var position = from
        lists[index].presence = .present
        while let block = rawBlock(shape.minimumSize, &position, end, &emptyItems) {
            if block.count == 0 { return position }
            var rest = block.count
            while rest > 0 {
                // Rows are added as they are read, so that a false count costs little.
                let rows = min(rest, 1_024)
                let first = lists[index].count
                listValues += rows * max(1, width)
                guard listValues <= AvroLimits.listValues else { return nil }
                lists[index].grow(by: rows)
                rest -= rows
                let after = lists[index].values.withUnsafeMutableBufferPointer { values in
                    self.rows(rows, entry: shape.entry, at: position, into: values.baseAddress, first, width)
                }
                guard let after else { return nil }
                position = after
            }
            if let stop = block.stop, stop != position { return nil }
        }
        return nil
    }

    private mutating func rows(
        _ count: Int, entry: Int, at from: BytePointer, into values: UnsafeMutablePointer<AvroScalar>?, _ first: Int,
        _ width: Int
    ) -> BytePointer? {
        withUnsafeTemporaryAllocation(of: AvroScalar.self, capacity: 1) { none in
            guard var slots = values.map({ $0 + first * width }) ?? none.baseAddress else { return nil }
            var position = from
            for _ in 0..<count {
                guard let after = called(entry, at: position, into: slots) else { return nil }
                position = after
                slots += width
            }
            return position
        }
    }
}

// MARK: - Single values

private enum Branch { case null, value, fault }

/// Reads the branch of a nullable union: one byte, unless a writer used more than needed.
@inline(__always)
private func branch(_ step: Instruction, _ position: inout BytePointer, _ end: BytePointer) -> Branch {
    guard position < end else { return .fault }
    let byte = position.pointee
    if byte == step.nullByte ^ 2 {
        position += 1
        return .value
    }
    if byte == step.nullByte {
        position += 1
        return .null
    }
    guard let raw = rawVarint(&position, end), raw == 0 || raw == 2 else { return .fault }
    return raw == UInt64(step.nullByte) ? .null : .value
}

@inline(__always)
private func skipString(_ position: inout BytePointer, _ end: BytePointer) -> Bool {
    guard let length = rawLength(&position, end), UTF8Check.isValid(position, length) else { return false }
    position += length
    return true
}

@inline(__always)
private func storeFloat(
    _ step: Instruction, _ position: inout BytePointer, _ end: BytePointer, _ slots: UnsafeMutablePointer<AvroScalar>
) -> Bool {
    guard end - position >= 4 else { return false }
    slots[Int(step.slot)] = .float(Float(bitPattern: rawBits(position, as: UInt32.self)))
    position += 4
    return true
}

@inline(__always)
private func storeDouble(
    _ step: Instruction, _ position: inout BytePointer, _ end: BytePointer, _ slots: UnsafeMutablePointer<AvroScalar>
) -> Bool {
    guard end - position >= 8 else { return false }
    slots[Int(step.slot)] = .double(Double(bitPattern: rawBits(position, as: UInt64.self)))
    position += 8
    return true
}

@inline(__always)
private func storeString(
    _ step: Instruction, _ position: inout BytePointer, _ start: BytePointer, _ end: BytePointer,
    _ slots: UnsafeMutablePointer<AvroScalar>
) -> Bool {
    guard let length = rawLength(&position, end), UTF8Check.isValid(position, length) else { return false }
    slots[Int(step.slot)] = .string(
        offset: UInt32(truncatingIfNeeded: position - start), count: UInt32(truncatingIfNeeded: length))
    position += length
    return true
}

@inline(__always)
private func storeBytes(
    _ step: Instruction, _ position: inout BytePointer, _ start: BytePointer, _ end: BytePointer,
    _ slots: UnsafeMutablePointer<AvroScalar>
) -> Bool {
    guard let length = rawLength(&position, end) else { return false }
    slots[Int(step.slot)] = .bytes(
        offset: UInt32(truncatingIfNeeded: position - start), count: UInt32(truncatingIfNeeded: length))
    position += length
    return true
}
