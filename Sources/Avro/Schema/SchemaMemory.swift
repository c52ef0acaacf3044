/// Upper estimate of the memory of a schema's types, bytes, computed while they are parsed.
struct SchemaMemory {
    private(set) var bytes = 0

    /// A field, with its entry among the record's names.
    mutating func add(field name: String, doc: String?, defaultValue: JSONValue?, aliases: [String]) {
        bytes += 256 + 2 * Self.heap(name) + (doc.map(Self.heap) ?? 0) + Self.strings(aliases)
        if let defaultValue { bytes += Self.json(defaultValue) }
    }

    /// A record, an enum or a fixed type without its fields.
    mutating func add(named name: String, doc: String?, aliases: [String], symbols: [String] = []) {
        bytes += 320 + 2 * Self.heap(name) + (doc.map(Self.heap) ?? 0) + Self.strings(aliases) + Self.strings(symbols)
    }

    /// A union, or with one type an array or a map.
    mutating func add(types count: Int) { bytes += 64 + 64 * count }

    /// Bytes of a text in addition to the 16 of its value.
    private static func heap(_ text: String) -> Int { text.utf8.count > 15 ? 48 + text.utf8.count : 0 }

    private static func strings(_ texts: [String]) -> Int {
        texts.isEmpty ? 0 : texts.reduce(32) { $0 + 16 + heap($1) }
    }

    private static func json(_ value: JSONValue) -> Int {
        switch value {
        case .null, .boolean: 32
        case .number(let text), .string(let text): 48 + heap(text)
        case .array(let values): values.reduce(80) { $0 + 8 + json($1) }
        case .object(let members): members.reduce(80) { $0 + 24 + heap($1.key) + json($1.value) }
        }
    }
}
