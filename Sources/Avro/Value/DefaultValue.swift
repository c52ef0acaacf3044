/// Defaults of a schema, which JSON encodes in its own way.
///
/// Source: Apache Avro 1.12 specification, "Complex Types", table of field default values.
struct DefaultValue {
    /// Values of one default at most: nested records could have any number.
    private var steps = 100_000

    /// The value of a default; nil where it does not match the type. In a union it is of the first branch that it matches, as in
    /// the specification since 1.12.
    static func value(_ json: JSONValue, _ type: AvroType) -> AvroValue? {
        var reader = DefaultValue()
        return reader.value(json, type, depth: 0)
    }

    private mutating func value(_ json: JSONValue, _ type: AvroType, depth: Int) -> AvroValue? {
        steps -= 1
        guard depth <= AvroLimits.depth, steps > 0 else { return nil }
        switch (type.kind, json) {
        case (.null, .null): return .null
        case (.boolean, .boolean(let value)): return .boolean(value)
        case (.int, .number): return json.integer.flatMap(Int32.init(exactly:)).map { .int(Int64($0)) }
        case (.long, .number): return json.integer.map { .long($0) }
        case (.float, .number(let text)): return Float(text).map { .float($0) }
        case (.double, .number(let text)): return Double(text).map { .double($0) }
        case (.string, .string(let text)): return .string(text)
        case (.bytes, .string(let text)): return Self.latin1(text).map { .bytes($0[...]) }
        case (.fixed(let fixed), .string(let text)):
            return Self.latin1(text).flatMap { $0.count == fixed.size ? .fixed($0[...]) : nil }
        case (.enumeration(let enumeration), .string(let text)):
            return enumeration.symbols.contains(text) ? .symbol(text) : nil
        case (.array(let item), .array(let values)):
            var items: [AvroValue] = []
            for json in values {
                guard let value = value(json, item, depth: depth + 1) else { return nil }
                items.append(value)
            }
            return .array(items)
        case (.map(let item), .object(let members)):
            var entries: [AvroEntry] = []
            for member in members {
                guard let value = value(member.value, item, depth: depth + 1) else { return nil }
                entries.append(AvroEntry(member.key, value))
            }
            return .map(entries)
        case (.record(let record), .object): return self.record(json, record, depth: depth)
        case (.union(let branches), _):
            for (index, branch) in branches.enumerated() {
                if let value = value(json, branch, depth: depth + 1) { return .union(branch: index, value) }
            }
            return nil
        default: return nil
        }
    }

    private mutating func record(_ json: JSONValue, _ record: AvroRecord, depth: Int) -> AvroValue? {
        var values: [AvroValue] = []
        for field in record.fields {
            guard let given = json[field.name] ?? field.defaultValue,
                let value = value(given, field.type, depth: depth + 1)
            else { return nil }
            values.append(value)
        }
        return .record(AvroRecordValue(record, values))
    }

    /// Bytes are encoded as the characters with these code points.
    private static func latin1(_ text: String) -> [UInt8]? {
        let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        return bytes.count == text.unicodeScalars.count ? bytes : nil
    }
}
