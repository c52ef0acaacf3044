/// Compiles a writer's schema and the plans of its fields to a transcoding's program.
///
/// The fields of a record and the items of a list are separate pieces of steps; steps refer to a piece by its number until all
/// are compiled and concatenated.
struct TranscodingCompiler {
    private var pieces: [[TranscodingStep]] = []
    private var items: [TranscodedItems] = []
    private var branches: [Int32] = []
    private var symbols = [0]
    private var text: [UInt8] = []
    /// Records that are skipped, each compiled once, so that a recursive one ends.
    private var skipped: [AvroRecord: Int] = [:]
    private var steps = 0

    mutating func compile(_ root: AvroType, _ plans: [ProtobufPlan]) throws(AvroError) -> TranscodingProgram {
        guard let record = root.record, root.nullable == nil else {
            throw AvroError(.invalidPath, detail: "the schema is of type \(root.name), not a record")
        }
        _ = try message(record, plans)
        let starts = pieces.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        let code = pieces.joined().map { step in
            var step = step
            if step.code == .call || step.code == .message { step.argument = Self.start(step.argument, starts) }
            return step
        }
        return TranscodingProgram(
            code: code,
            items: items.map { shape in
                var shape = shape
                shape.entry = starts[shape.entry]
                return shape
            }, branches: branches.map { Self.start($0, starts) }, symbols: symbols, text: text)
    }

    private static func start(_ piece: Int32, _ starts: [Int]) -> Int32 {
        Int32(truncatingIfNeeded: starts[Int(piece)])
    }

    // MARK: - Pieces

    /// Reserves the number of a piece, so that its own steps may refer to it.
    private mutating func newPiece() -> Int {
        pieces.append([])
        return pieces.count - 1
    }

    private mutating func finish(_ piece: Int, _ body: [TranscodingStep]) throws(AvroError) {
        steps += body.count + 1
        guard steps <= AvroLimits.instructions else {
            throw AvroError(.schemaTooLarge, detail: "over \(AvroLimits.instructions) steps")
        }
        pieces[piece] = body + [TranscodingStep(.end)]
    }

    private mutating func message(_ record: AvroRecord, _ plans: [ProtobufPlan]) throws(AvroError) -> Int {
        guard plans.count == record.fields.count else {
            throw AvroError(.invalidPath, field: record.fullName, detail: "\(plans.count) plans for its fields")
        }
        let piece = newPiece()
        var body: [TranscodingStep] = []
        for (field, plan) in zip(record.fields, plans) {
            do throws(AvroError) { try value(field.type, plan, &body) } catch { throw error.inside(field.name) }
        }
        try finish(piece, body)
        return piece
    }

    // MARK: - Values

    /// The type of a union with null, and the byte of its null branch.
    private static func unwrapped(_ type: AvroType) -> (type: AvroType, nullByte: UInt8) {
        guard let (branch, value) = type.nullable else { return (type, TranscodingStep.noUnion) }
        return (value, UInt8(branch * 2))
    }

    private mutating func value(
        _ type: AvroType, _ plan: ProtobufPlan, _ body: inout [TranscodingStep]
    ) throws(AvroError) {
        let (inner, nullByte) = Self.unwrapped(type)
        switch (plan, inner.kind) {
        case (.leftOut, _): try skip(type, &body)
        case (.field, .array(let item)), (.message, .array(let item)):
            let piece = newPiece()
            var steps: [TranscodingStep] = []
            try value(item, plan, &steps)
            try finish(piece, steps)
            body.append(list(.list, piece, minimumSize: item.minimumSize, nullByte))
        case (.field(let number), _):
            body.append(try scalar(inner, number, nullByte))
        case (.message(let number, let plans), .record(let record)):
            let step = TranscodingStep(.message, nullByte: nullByte, argument: try message(record, plans))
            body.append(try tagged(step, number, wire: 2))
        case (.merged(let plans), .record(let record)):
            body.append(TranscodingStep(.call, nullByte: nullByte, argument: try message(record, plans)))
        case (.entries(let number, let plan), .map(let value)):
            let entry = newPiece()
            var steps = [try scalar(AvroType(.string), 1, TranscodingStep.noUnion)]
            try self.value(value, plan, &steps)
            try finish(entry, steps)
            let piece = newPiece()
            try finish(piece, [try tagged(TranscodingStep(.message, argument: entry), number, wire: 2)])
            body.append(list(.list, piece, minimumSize: 1 + value.minimumSize, nullByte))
        case (.joined(let number, let name), .array(let item)):
            let piece = try joinedPiece(item, name)
            body.append(try tagged(list(.joinedList, piece, minimumSize: item.minimumSize, nullByte), number, wire: 2))
        default: throw Self.misfit(inner)
        }
    }

    private static func misfit(_ type: AvroType) -> AvroError {
        AvroError(.valueDoesNotFit, detail: "a value of type \(type.name) cannot be written so")
    }

    private mutating func list(
        _ code: TranscodingStep.Code, _ piece: Int, minimumSize: Int, _ nullByte: UInt8
    ) -> TranscodingStep {
        items.append(TranscodedItems(entry: piece, minimumSize: minimumSize))
        return TranscodingStep(code, nullByte: nullByte, argument: items.count - 1)
    }

    /// The steps of an item with one wanted number.
    private mutating func joinedPiece(_ item: AvroType, _ name: String) throws(AvroError) -> Int {
        guard let record = item.record else { throw Self.misfit(item) }
        var steps: [TranscodingStep] = []
        for field in record.fields {
            let (type, nullByte) = Self.unwrapped(field.type)
            switch type.kind {
            case .int where field.name == name, .long where field.name == name:
                steps.append(TranscodingStep(.joinedLong, nullByte: nullByte))
            case _ where field.name == name: throw Self.misfit(type).inside(name)
            default: try skip(field.type, &steps)
            }
        }
        let row = newPiece()
        try finish(row, steps)
        let piece = newPiece()
        try finish(piece, [TranscodingStep(.call, nullByte: Self.unwrapped(item).nullByte, argument: row)])
        return piece
    }

    private mutating func scalar(
        _ type: AvroType, _ number: Int, _ nullByte: UInt8
    ) throws(AvroError) -> TranscodingStep {
        // A number that is not finite is written as null where the field is nullable.
        let finite = nullByte == TranscodingStep.noUnion ? 0 : 1
        func step(_ code: TranscodingStep.Code, argument: Int = 0, extra: Int = 0) -> TranscodingStep {
            TranscodingStep(code, nullByte: nullByte, argument: argument, extra: extra)
        }
        switch type.kind {
        case .boolean: return try tagged(step(.boolean), number, wire: 0)
        case .int: return try tagged(step(.long), number, wire: 0)
        case .long:
            let isMilliseconds = type.logicalType?.name == "timestamp-millis"
            return try tagged(step(isMilliseconds ? .milliseconds : .long), number, wire: 0)
        case .float: return try tagged(step(.float, argument: finite), number, wire: 5)
        case .double: return try tagged(step(.double, argument: finite), number, wire: 1)
        case .string: return try tagged(step(.string), number, wire: 2)
        case .bytes: return try tagged(step(.bytes), number, wire: 2)
        case .fixed(let fixed): return try tagged(step(.fixed, argument: fixed.size), number, wire: 2)
        case .enumeration(let enumeration):
            let first = symbols.count - 1
            for symbol in enumeration.symbols {
                text += Self.varint(UInt64(symbol.utf8.count)) + symbol.utf8
                symbols.append(text.count)
            }
            return try tagged(step(.symbol, argument: first, extra: enumeration.symbols.count), number, wire: 2)
        case .null, .array, .map, .union, .record: throw Self.misfit(type)
        }
    }

    private func tagged(_ step: TranscodingStep, _ number: Int, wire: UInt64) throws(AvroError) -> TranscodingStep {
        guard number > 0, number < 1 << 25 else {
            throw AvroError(.invalidPath, detail: "\(number) is not a field number")
        }
        var step = step
        let bytes = Self.varint(UInt64(number) << 3 | wire)
        step.tagCount = UInt8(bytes.count)
        step.tag = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        return step
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(truncatingIfNeeded: rest)]
    }

    // MARK: - Skipped values

    private mutating func skip(_ type: AvroType, _ body: inout [TranscodingStep]) throws(AvroError) {
        let (inner, nullByte) = Self.unwrapped(type)
        func add(_ code: TranscodingStep.Code, argument: Int = 0) {
            body.append(TranscodingStep(code, nullByte: nullByte, argument: argument))
        }
        switch inner.kind {
        case .null: break
        case .boolean: add(.skipBoolean)
        case .int, .long: add(.skipLong)
        case .float: add(.skipFixed, argument: 4)
        case .double: add(.skipFixed, argument: 8)
        case .fixed(let fixed): add(.skipFixed, argument: fixed.size)
        case .bytes, .string: add(.skipLength)
        case .enumeration(let enumeration): add(.skipEnum, argument: enumeration.symbols.count)
        case .record(let record): add(.call, argument: try skippedPiece(record))
        case .array(let item): add(.skipItems, argument: try skippedItems(item, isMap: false))
        case .map(let value): add(.skipItems, argument: try skippedItems(value, isMap: true))
        case .union(let types):
            var entries: [Int32] = []
            for type in types { entries.append(Int32(truncatingIfNeeded: try skippedPiece(type))) }
            body.append(TranscodingStep(.skipUnion, argument: branches.count, extra: entries.count))
            branches += entries
        }
    }

    private mutating func skippedPiece(_ type: AvroType) throws(AvroError) -> Int {
        let piece = newPiece()
        var steps: [TranscodingStep] = []
        try skip(type, &steps)
        try finish(piece, steps)
        return piece
    }

    private mutating func skippedPiece(_ record: AvroRecord) throws(AvroError) -> Int {
        if let known = skipped[record] { return known }
        let piece = newPiece()
        skipped[record] = piece
        var steps: [TranscodingStep] = []
        for field in record.fields { try skip(field.type, &steps) }
        try finish(piece, steps)
        return piece
    }

    private mutating func skippedItems(_ type: AvroType, isMap: Bool) throws(AvroError) -> Int {
        let shape = TranscodedItems(
            entry: try skippedPiece(type), minimumSize: type.minimumSize + (isMap ? 1 : 0), isMap: isMap)
        items.append(shape)
        return items.count - 1
    }
}
