/// The requirements of strict readers that ``SchemaCorrection`` does not establish: those of the Avro 1.12 specification,
/// "Schema Declaration", as implemented by Python's avro and fastavro.
package struct StrictSchema {
    private var defined: Set<String> = []
    /// Digits of the longest decimal of Python's `decimal`.
    private static let greatestPrecision: Int64 = 999_999_999_999_999_999

    /// Checks that strict readers accept a schema.
    ///
    /// - Throws: ``AvroError/Code/invalidSchema`` with the first part that they refuse.
    package static func check(_ schema: AvroSchema) throws(AvroError) {
        let document = try JSONParser.parse(schema.json[...])
        var strict = StrictSchema()
        try strict.type(document, namespace: "")
        // Strict readers refuse a schema that the correction would change.
        var corrector = SchemaCorrector()
        _ = corrector.type(document, schema.root, namespace: "")
        guard !corrector.isChanged else { throw refused("defaults or definitions that do not fit") }
    }

    private static func refused(_ detail: String) -> AvroError {
        AvroError(.invalidSchema, detail: "strict readers do not accept \(detail)")
    }

    private mutating func type(_ json: JSONValue, namespace: String) throws(AvroError) {
        switch json {
        case .string(let name): try reference(name, namespace)
        case .array(let branches): try union(branches, namespace)
        default:
            guard let kind = json["type"]?.string else { throw Self.refused("a type within a type") }
            switch kind {
            case "array": try type(json["items"] ?? .null, namespace: namespace)
            case "map": try type(json["values"] ?? .null, namespace: namespace)
            case "record", "error", "enum", "fixed": try named(json, kind, namespace)
            default: try reference(kind, namespace)
            }
            try logicalType(json, kind)
        }
    }

    private func reference(_ name: String, _ namespace: String) throws(AvroError) {
        let full = SchemaName(name, namespace: nil, around: namespace).full
        guard SchemaParser.primitives[name] != nil || defined.contains(full) else {
            throw Self.refused("a name of no type that was defined before: \(name.prefix(100))")
        }
    }

    private mutating func union(_ branches: [JSONValue], _ namespace: String) throws(AvroError) {
        var kinds: Set<String> = []
        for branch in branches {
            let kind = Self.kind(branch, namespace)
            guard kinds.insert(kind).inserted else { throw Self.refused("a union with \(kind.prefix(100)) twice") }
            try type(branch, namespace: namespace)
        }
    }

    /// The key of a branch, which a union may have once: a full name, or the name of a type without one.
    private static func kind(_ branch: JSONValue, _ namespace: String) -> String {
        let kind = branch.string ?? branch["type"]?.string ?? ""
        if SchemaParser.primitives[kind] != nil || kind == "array" || kind == "map" { return kind }
        let name = branch.string ?? branch["name"]?.string ?? kind
        return SchemaName(name, namespace: branch["namespace"]?.string, around: namespace).full
    }

    private mutating func named(_ json: JSONValue, _ kind: String, _ around: String) throws(AvroError) {
        let name = SchemaName(json["name"]?.string ?? "", namespace: json["namespace"]?.string, around: around)
        let parts = name.full.split(separator: ".", omittingEmptySubsequences: false)
        guard json["namespace"].map({ $0.string != nil }) ?? true, parts.allSatisfy({ Self.isValid($0) }),
            SchemaParser.primitives[String(parts[parts.count - 1])] == nil, defined.insert(name.full).inserted
        else { throw Self.refused("the name \(name.full.prefix(100)) for a type") }
        try aliases(json)
        switch kind {
        case "enum": try enumeration(json)
        case "fixed": break
        default:
            var names: Set<String> = []
            for field in json["fields"]?.array ?? [] { try self.field(field, &names, name.namespace) }
        }
    }

    private mutating func field(
        _ json: JSONValue, _ names: inout Set<String>, _ namespace: String
    ) throws(AvroError) {
        let name = json["name"]?.string ?? ""
        guard Self.isValid(name[...]), names.insert(name).inserted else {
            throw Self.refused("the name \(name.prefix(100)) for a field")
        }
        if let order = json["order"], order.string.flatMap(AvroField.Order.init) == nil {
            throw AvroError(.invalidSchema, field: name, detail: "strict readers do not accept its order")
        }
        do {
            try aliases(json)
            try type(json["type"] ?? .null, namespace: namespace)
        } catch { throw error.inside(name) }
    }

    private func aliases(_ json: JSONValue) throws(AvroError) {
        guard json["aliases"].map({ $0.strings != nil }) ?? true else {
            throw Self.refused("aliases that are no names")
        }
    }

    private func enumeration(_ json: JSONValue) throws(AvroError) {
        let symbols = json["symbols"]?.strings ?? []
        let known = Set(symbols)
        guard known.count == symbols.count, symbols.allSatisfy({ Self.isValid($0[...]) }),
            json["default"].map({ $0.string.map(known.contains) ?? false }) ?? true
        else { throw Self.refused("the symbols of an enum") }
    }

    private func logicalType(_ json: JSONValue, _ kind: String) throws(AvroError) {
        guard kind == "bytes" || kind == "fixed", json["logicalType"]?.string == "decimal" else { return }
        let precision = json["precision"]?.integer ?? 0
        let scale = json["scale"].map { $0.integer ?? -1 } ?? 0
        guard (1...Self.greatestPrecision).contains(precision), (0...precision).contains(scale) else {
            throw Self.refused("a decimal's precision or scale")
        }
        guard kind == "fixed", let size = json["size"]?.integer else { return }
        // The digits of all numbers of so many bytes, with one bit for the sign.
        let digits = (0.301_029_995_663_981_2 * Double(8 * size - 1)).rounded(.down)
        guard Double(precision) <= digits else { throw Self.refused("a decimal of more digits than its bytes hold") }
    }

    /// `[A-Za-z_][A-Za-z0-9_]*`.
    private static func isValid(_ name: Substring) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 95
        }
    }
}
