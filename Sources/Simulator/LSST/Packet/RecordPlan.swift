internal import Avro

/// How values of known fields are written as a record of a schema: made once of the schema, for any number of records.
///
/// A field that the simulator does not know is null, or else zero or empty.
struct RecordPlan<Field: PacketField>: Sendable {
    private enum Form: Sendable { case boolean, integer, float, double, text }

    private enum Step: Sendable {
        /// Bytes that every record has.
        case constant([UInt8])
        /// A field that must have a value.
        case required(Form, field: Int)
        case nullable(Form, field: Int, value: Int, null: Int)
    }

    private let steps: [Step]

    /// The plan of one field alone; `nil` for one that is not known.
    init?(field: AvroField) {
        guard let number = Field.allCases.first(where: { "\($0)" == field.name })?.rawValue,
            let step = Self.step(field.type, field: number)
        else { return nil }
        steps = [step]
    }

    /// - Throws: ``SimulatorError`` where the schema has a type that refers to itself.
    init(_ record: AvroRecord) throws(SimulatorError) {
        let known = Dictionary(uniqueKeysWithValues: Field.allCases.map { ("\($0)", $0.rawValue) })
        var steps: [Step] = []
        for field in record.fields {
            let found = known[field.name].flatMap { Self.step(field.type, field: $0) }
            let step = if let found { found } else { Step.constant(try EmptyValue.bytes(of: field.type)) }
            if case .constant(let more) = step, case .constant(let before)? = steps.last {
                steps[steps.count - 1] = .constant(before + more)
            } else {
                steps.append(step)
            }
        }
        self.steps = steps
    }

    private static func step(_ type: AvroType, field: Int) -> Step? {
        guard let (null, value) = type.nullable else { return form(type).map { .required($0, field: field) } }
        return form(value).map { .nullable($0, field: field, value: 1 - null, null: null) }
    }

    private static func form(_ type: AvroType) -> Form? {
        switch type.kind {
        case .boolean: .boolean
        case .int, .long: .integer
        case .float: .float
        case .double: .double
        case .string: .text
        default: nil
        }
    }

    /// Appends a record.
    func encode(_ values: borrowing RecordValues<Field>, into encoder: inout BinaryEncoder) {
        for step in steps {
            switch step {
            case .constant(let bytes): encoder.raw(bytes)
            case .required(let form, let field): Self.write(form, field, values, &encoder)
            case .nullable(let form, let field, let value, let null):
                guard values.states[field] != .none else {
                    encoder.branch(null)
                    continue
                }
                encoder.branch(value)
                Self.write(form, field, values, &encoder)
            }
        }
    }

    /// A value in the schema's type; zero or empty where there is none, or one of another sort.
    @inline(__always)
    private static func write(
        _ form: Form, _ field: Int, _ values: borrowing RecordValues<Field>, _ encoder: inout BinaryEncoder
    ) {
        let (state, bits) = (values.states[field], values.bits[field])
        switch form {
        case .boolean: encoder.boolean(state == .flag && bits == 1)
        case .integer:
            encoder.long(
                state == .integer ? Int64(bitPattern: bits) : state == .number ? Int64(Double(bitPattern: bits)) : 0)
        case .float: encoder.float(Float(number(state, bits)))
        case .double: encoder.double(number(state, bits))
        case .text:
            if state == .text { encoder.bytes(values.texts[field]) } else { encoder.long(0) }
        }
    }

    @inline(__always)
    private static func number(_ state: RecordValues<Field>.State, _ bits: UInt64) -> Double {
        state == .number ? Double(bitPattern: bits) : state == .integer ? Double(Int64(bitPattern: bits)) : 0
    }
}

/// What stands in a field of which nothing is known.
enum EmptyValue {
    private static let deepest = 32

    /// The binary form of null where the type allows it, else of zero, of nothing, or of the first branch or symbol.
    static func bytes(of type: AvroType, depth: Int = 0) throws(SimulatorError) -> [UInt8] {
        guard depth < deepest else {
            throw SimulatorError(.invalidArgument, detail: "the schema has a record within itself that must be there")
        }
        switch type.kind {
        case .null: return []
        case .boolean, .int, .long, .bytes, .string, .array, .map, .enumeration: return [0]
        case .float: return [0, 0, 0, 0]
        case .double: return [UInt8](repeating: 0, count: 8)
        case .fixed(let fixed): return [UInt8](repeating: 0, count: fixed.size)
        case .union(let branches):
            let chosen = branches.firstIndex { $0.isNull } ?? 0
            var encoder = BinaryEncoder()
            encoder.branch(chosen)
            return try encoder.bytes + (branches.isEmpty ? [] : bytes(of: branches[chosen], depth: depth + 1))
        case .record(let record):
            var bytes: [UInt8] = []
            for field in record.fields { bytes += try self.bytes(of: field.type, depth: depth + 1) }
            return bytes
        }
    }
}
