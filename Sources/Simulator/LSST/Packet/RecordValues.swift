/// A field of a record that the simulator knows, named as the schema names it.
protocol PacketField: RawRepresentable, CaseIterable, Sendable where RawValue == Int {}

/// The values of one record, by field, to be written in the order and the types of a schema.
///
/// One is filled again and again: a field that is not set keeps its value.
struct RecordValues<Field: PacketField> {
    enum State: UInt8 { case none, number, integer, flag, text }

    /// The bits of a number, an integer or a flag.
    fileprivate(set) var bits: [UInt64]
    fileprivate(set) var states: [State]
    fileprivate(set) var texts: [[UInt8]]

    init() {
        let count = Field.allCases.count
        bits = [UInt64](repeating: 0, count: count)
        states = [State](repeating: .none, count: count)
        texts = [[UInt8]](repeating: [], count: count)
    }

    /// Sets a number; one that is not finite is none.
    mutating func number(_ field: Field, _ value: Double?) {
        guard let value, value.isFinite else { return none(field) }
        bits[field.rawValue] = value.bitPattern
        states[field.rawValue] = .number
    }

    mutating func integer(_ field: Field, _ value: Int64?) {
        guard let value else { return none(field) }
        bits[field.rawValue] = UInt64(bitPattern: value)
        states[field.rawValue] = .integer
    }

    mutating func flag(_ field: Field, _ value: Bool) {
        bits[field.rawValue] = value ? 1 : 0
        states[field.rawValue] = .flag
    }

    mutating func text(_ field: Field, _ value: [UInt8]) {
        texts[field.rawValue] = value
        states[field.rawValue] = .text
    }

    mutating func text(_ field: Field, _ value: String) { text(field, Array(value.utf8)) }

    mutating func none(_ field: Field) { states[field.rawValue] = .none }
}
