/// Builds types from a schema's JSON. It accepts the schemas of real surveys: defaults are not checked, a field name may occur
/// twice in a record, and a type that is defined again replaces the first one from there on.
struct SchemaParser {
    private var named: [String: AvroType] = [:]
    private var records: [AvroRecord] = []
    /// Records whose fields are being parsed.
    private var open: Set<AvroRecord> = []
    private var isRecursive = false
    /// All records of a recursive schema.
    var recursive: [AvroRecord] { isRecursive ? records : [] }
    private var fieldCount = 0
    /// The memory of the types parsed so far.
    private(set) var memory = SchemaMemory()

    static let primitives: [String: AvroType.Kind] = [
        "null": .null, "boolean": .boolean, "int": .int, "long": .long, "float": .float, "double": .double,
        "bytes": .bytes, "string": .string,
    ]

    /// The type of `json` in its enclosing namespace, which is empty for none.
    mutating func type(_ json: JSONValue, namespace: String = "", depth: Int = 0) throws(AvroError) -> AvroType {
        try checkMemory()
        guard depth <= AvroLimits.depth else {
            throw AvroError(.nestedTooDeep, detail: "types deeper than \(AvroLimits.depth)")
        }
        switch json {
        case .string(let name): return try reference(name, namespace: namespace)
        case .array(let branches): return try union(branches, namespace: namespace, depth: depth)
        case .object: return try definition(json, namespace: namespace, depth: depth)
        default: throw AvroError(.invalidSchema, detail: "a type is a name, an array or an object")
        }
    }

    /// Checks that the types parsed so far are within the bound of memory.
    func checkMemory() throws(AvroError) {
        guard memory.bytes <= AvroLimits.schemaMemory else {
            throw AvroError(
                .schemaTooLarge, detail: "its types take more than \(AvroLimits.schemaMemory) bytes of memory")
        }
    }

    private mutating func reference(_ name: String, namespace: String) throws(AvroError) -> AvroType {
        if let kind = Self.primitives[name] { return AvroType(kind) }
        // Some writers reference a type without a namespace from within one.
        guard let type = named[SchemaName(name, namespace: nil, around: namespace).full] ?? named[name] else {
            throw AvroError(.unknownType, detail: "no type named \(name.prefix(100))")
        }
        if case .record(let record) = type.kind, open.contains(record) { isRecursive = true }
        return type
    }

    private mutating func union(
        _ branches: [JSONValue], namespace: String, depth: Int
    ) throws(AvroError) -> AvroType {
        memory.add(types: branches.count)
        var types: [AvroType] = []
        for branch in branches {
            if case .array = branch { throw AvroError(.invalidSchema, detail: "a union directly in a union") }
            types.append(try type(branch, namespace: namespace, depth: depth + 1))
        }
        return AvroType(.union(types))
    }

    private mutating func definition(
        _ json: JSONValue, namespace: String, depth: Int
    ) throws(AvroError) -> AvroType {
        guard let type = json["type"] else { throw AvroError(.invalidSchema, detail: "a type object lacks its type") }
        let logical = logicalType(json)
        guard case .string(let name) = type else {
            // {"type": {...}}: the attributes of the outer object do not affect the encoding.
            let inner = try self.type(type, namespace: namespace, depth: depth + 1)
            return AvroType(inner.kind, logicalType: logical ?? inner.logicalType)
        }
        switch name {
        case "array":
            guard let items = json["items"] else { throw AvroError(.invalidSchema, detail: "an array lacks items") }
            memory.add(types: 1)
            return AvroType(.array(try self.type(items, namespace: namespace, depth: depth + 1)), logicalType: logical)
        case "map":
            guard let values = json["values"] else { throw AvroError(.invalidSchema, detail: "a map lacks values") }
            memory.add(types: 1)
            return AvroType(.map(try self.type(values, namespace: namespace, depth: depth + 1)), logicalType: logical)
        case "record", "error": return try record(json, namespace: namespace, depth: depth)
        case "enum": return try enumeration(json, namespace: namespace)
        case "fixed": return try fixed(json, namespace: namespace, logical: logical)
        default:
            let inner = try reference(name, namespace: namespace)
            return AvroType(inner.kind, logicalType: logical ?? inner.logicalType)
        }
    }

    private func logicalType(_ json: JSONValue) -> AvroLogicalType? {
        guard let name = json["logicalType"]?.string else { return nil }
        return AvroLogicalType(
            name: name, precision: json["precision"]?.integer.flatMap(Int.init(exactly:)),
            scale: json["scale"]?.integer.flatMap(Int.init(exactly:)))
    }

    private func name(_ json: JSONValue, namespace: String) throws(AvroError) -> SchemaName {
        guard let name = json["name"]?.string, !name.isEmpty, name.utf8.count <= AvroLimits.nameBytes else {
            throw AvroError(.invalidSchema, detail: "a named type lacks its name")
        }
        return SchemaName(name, namespace: json["namespace"]?.string, around: namespace)
    }

    private func aliases(_ json: JSONValue, namespace: String) -> [String] {
        (json["aliases"]?.strings ?? []).map { SchemaName($0, namespace: nil, around: namespace).full }
    }

    private mutating func record(
        _ json: JSONValue, namespace: String, depth: Int
    ) throws(AvroError) -> AvroType {
        let name = try name(json, namespace: namespace)
        guard let list = json["fields"]?.array else {
            throw AvroError(.invalidSchema, field: name.full, detail: "a record lacks its fields")
        }
        fieldCount += list.count
        guard fieldCount <= AvroLimits.fields else {
            throw AvroError(.schemaTooLarge, field: name.full, detail: "over \(AvroLimits.fields) fields")
        }
        let record = AvroRecord(
            fullName: name.full, aliases: aliases(json, namespace: name.namespace), doc: json["doc"]?.string)
        memory.add(named: record.fullName, doc: record.doc, aliases: record.aliases)
        records.append(record)
        open.insert(record)
        let type = AvroType(.record(record))
        named[name.full] = type
        var fields: [AvroField] = []
        fields.reserveCapacity(list.count)
        for field in list { fields.append(try self.field(field, namespace: name.namespace, depth: depth)) }
        open.remove(record)
        record.complete(fields)
        return type
    }

    private mutating func field(
        _ json: JSONValue, namespace: String, depth: Int
    ) throws(AvroError) -> AvroField {
        guard let name = json["name"]?.string, !name.isEmpty, name.utf8.count <= AvroLimits.nameBytes else {
            throw AvroError(.invalidSchema, detail: "a field lacks its name")
        }
        guard let type = json["type"] else {
            throw AvroError(.invalidSchema, field: name, detail: "a field lacks its type")
        }
        do {
            let field = AvroField(
                name: name, type: try self.type(type, namespace: namespace, depth: depth + 1),
                defaultValue: json["default"], aliases: json["aliases"]?.strings ?? [], doc: json["doc"]?.string,
                order: json["order"]?.string.flatMap(AvroField.Order.init) ?? .ascending)
            memory.add(field: name, doc: field.doc, defaultValue: field.defaultValue, aliases: field.aliases)
            return field
        } catch { throw error.inside(name) }
    }

    private mutating func enumeration(_ json: JSONValue, namespace: String) throws(AvroError) -> AvroType {
        let name = try name(json, namespace: namespace)
        guard let symbols = json["symbols"]?.strings else {
            throw AvroError(.invalidSchema, field: name.full, detail: "an enum lacks its symbols")
        }
        let enumeration = AvroEnum(
            fullName: name.full, aliases: aliases(json, namespace: name.namespace), doc: json["doc"]?.string,
            symbols: symbols, defaultSymbol: json["default"]?.string)
        memory.add(named: name.full, doc: enumeration.doc, aliases: enumeration.aliases, symbols: symbols)
        let type = AvroType(.enumeration(enumeration))
        named[name.full] = type
        return type
    }

    private mutating func fixed(
        _ json: JSONValue, namespace: String, logical: AvroLogicalType?
    ) throws(AvroError) -> AvroType {
        let name = try name(json, namespace: namespace)
        guard let size = json["size"]?.integer, size >= 0, size <= 1 << 30 else {
            throw AvroError(.invalidSchema, field: name.full, detail: "a fixed type lacks its size")
        }
        let fixed = AvroFixed(
            fullName: name.full, aliases: aliases(json, namespace: name.namespace), size: Int(size))
        memory.add(named: name.full, doc: nil, aliases: fixed.aliases)
        let type = AvroType(.fixed(fixed), logicalType: logical)
        named[name.full] = type
        return type
    }
}

/// A name, and the namespace of the types in its definition.
struct SchemaName {
    let full: String
    let namespace: String

    /// By the specification's "Names": a dotted name is a full name; else the given namespace applies, else the enclosing one.
    init(_ name: String, namespace: String?, around: String) {
        if let dot = name.lastIndex(of: ".") {
            full = name
            self.namespace = String(name[..<dot])
        } else {
            self.namespace = namespace ?? around
            full = self.namespace.isEmpty ? name : self.namespace + "." + name
        }
    }
}
