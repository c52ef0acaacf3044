/// Rewrites a schema's JSON in parallel with its types, by the rules of ``SchemaCorrection``.
struct SchemaCorrector {
    private(set) var isChanged = false
    private(set) var permutations: BranchPermutations = [:]
    /// By full name in the original: the current type of the name, and its full name in the correction.
    private var defined: [String: (type: AvroType, name: String)] = [:]
    private var usedNames: Set<String> = []
    /// The number of uses of each name: thousands of types may have one.
    private var nameCounts: [String: Int] = [:]

    /// Branches of a union that may be reordered at most: their numbers have one byte each.
    private static let branchLimit = 64

    /// The corrected JSON of a type.
    mutating func type(_ json: JSONValue, _ type: AvroType, namespace: String) -> JSONValue {
        switch json {
        case .string(let name): return reference(name, namespace: namespace)
        case .array(let branches):
            guard case .union(let types) = type.kind else { return json }
            return .array(zip(branches, types).map { self.type($0, $1, namespace: namespace) })
        case .object(let members):
            guard let kind = json["type"]?.string else {
                return replace("type", in: members) { $0.type($1, type, namespace: namespace) }
            }
            switch (kind, type.kind) {
            case ("array", .array(let item)):
                return replace("items", in: members) { $0.type($1, item, namespace: namespace) }
            case ("map", .map(let value)):
                return replace("values", in: members) { $0.type($1, value, namespace: namespace) }
            case ("record", _), ("error", _), ("enum", _), ("fixed", _):
                return definition(json, members, type, namespace: namespace)
            default: return replace("type", in: members) { $0.type($1, type, namespace: namespace) }
            }
        default: return json
        }
    }

    private mutating func replace(
        _ key: String, in members: [JSONMember], _ change: (inout SchemaCorrector, JSONValue) -> JSONValue
    ) -> JSONValue {
        var changed = members
        if let index = members.firstIndex(where: { $0.key == key }) {
            changed[index] = JSONMember(key, change(&self, members[index].value))
        }
        return .object(changed)
    }

    private func reference(_ name: String, namespace: String) -> JSONValue {
        guard SchemaParser.primitives[name] == nil else { return .string(name) }
        let full = SchemaName(name, namespace: nil, around: namespace).full
        let key = defined[full] == nil ? name : full
        guard let known = defined[key], known.name != key else { return .string(name) }
        return .string(known.name)
    }

    // MARK: - Named types

    private mutating func definition(
        _ json: JSONValue, _ members: [JSONMember], _ type: AvroType, namespace: String
    ) -> JSONValue {
        let name = SchemaName(json["name"]?.string ?? "", namespace: json["namespace"]?.string, around: namespace)
        if let first = defined[name.full] {
            var shape = ShapeComparison()
            if shape.isSame(first.type, type) {
                isChanged = true
                for (first, again) in shape.records { permutations[again] = permutations[first] }
                return .string(first.name)
            }
        }
        let newName = freeName(name.full)
        defined[name.full] = (type, newName)
        var changed = members
        if newName != name.full {
            isChanged = true
            changed = members.map { $0.key == "name" ? JSONMember("name", .string(newName)) : $0 }
            changed.removeAll { $0.key == "namespace" }
            if !newName.contains(".") { changed.append(JSONMember("namespace", .string(""))) }
        }
        guard case .record(let record) = type.kind else { return .object(changed) }
        return replace("fields", in: changed) { corrector, fields in
            // References inside are resolved in the namespace of the original name.
            .array(corrector.fields(fields.array ?? [], record, namespace: name.namespace))
        }
    }

    private mutating func freeName(_ name: String) -> String {
        let valid = FieldNames.validFull(name)
        var free = valid
        var count = nameCounts[valid, default: 1]
        while !usedNames.insert(free).inserted {
            count += 1
            free = "\(valid)_\(count)"
        }
        nameCounts[valid] = count
        return free
    }

    // MARK: - Fields

    private mutating func fields(
        _ fields: [JSONValue], _ record: AvroRecord, namespace: String
    ) -> [JSONValue] {
        let names = FieldNames.unique(record.fields.map { FieldNames.valid($0.name) })
        var changed: [JSONValue] = []
        for (index, json) in fields.enumerated() where index < record.fields.count {
            changed.append(field(json, record, index, name: names[index], namespace: namespace))
        }
        return changed
    }

    private mutating func field(
        _ json: JSONValue, _ record: AvroRecord, _ index: Int, name: String, namespace: String
    ) -> JSONValue {
        let field = record.fields[index]
        var members = json.members ?? []
        if let nameIndex = members.firstIndex(where: { $0.key == "name" }), field.name != name {
            isChanged = true
            members[nameIndex] = JSONMember("name", .string(name))
        }
        guard let typeIndex = members.firstIndex(where: { $0.key == "type" }) else { return .object(members) }
        let changed = type(members[typeIndex].value, field.type, namespace: namespace)
        members[typeIndex] = JSONMember("type", changed)
        guard let given = field.defaultValue else { return .object(members) }
        guard case .union(let branches) = field.type.kind else {
            if !Self.fits(given, field.type) { drop(&members) }
            return .object(members)
        }
        guard let branch = branches.firstIndex(where: { Self.fits(given, $0) }) else {
            drop(&members)
            return .object(members)
        }
        if branch == 0 { return .object(members) }
        if branches.count <= Self.branchLimit, let moved = Self.move(branch, in: changed) {
            isChanged = true
            members[typeIndex] = JSONMember("type", moved)
            permutations[record, default: [:]][index] = branches.indices.map { old in
                UInt8(truncatingIfNeeded: old == branch ? 0 : old < branch ? old + 1 : old)
            }
        } else {
            drop(&members)
        }
        return .object(members)
    }

    private mutating func drop(_ members: inout [JSONMember]) {
        isChanged = true
        members.removeAll { $0.key == "default" }
    }

    /// Whether strict readers accept a default for a type.
    private static func fits(_ json: JSONValue, _ type: AvroType) -> Bool {
        json.isStrict && DefaultValue.value(json, type) != nil
    }

    /// A union with one branch moved to the front; nil where it could reference a type before the branch that defines it.
    private static func move(_ branch: Int, in json: JSONValue) -> JSONValue? {
        switch json {
        case .array(var branches):
            guard branches.indices.contains(branch),
                branches[branch].isPrimitive || !branches[..<branch].contains(where: \.definesType)
            else { return nil }
            branches.insert(branches.remove(at: branch), at: 0)
            return .array(branches)
        case .object(let members):
            guard let index = members.firstIndex(where: { $0.key == "type" }),
                let moved = move(branch, in: members[index].value)
            else { return nil }
            var changed = members
            changed[index] = JSONMember("type", moved)
            return .object(changed)
        default: return nil
        }
    }
}

extension JSONValue {
    /// Whether RFC 8259 allows the value: it has no NaN or infinity.
    fileprivate var isStrict: Bool {
        switch self {
        case .number(let text): !text.hasSuffix("NaN") && !text.hasSuffix("Infinity")
        case .array(let values): values.allSatisfy(\.isStrict)
        case .object(let members): members.allSatisfy(\.value.isStrict)
        default: true
        }
    }

    /// Whether a type's JSON is the name of a primitive type.
    fileprivate var isPrimitive: Bool { string.map { SchemaParser.primitives[$0] != nil } ?? false }

    /// Whether a type's JSON gives a name to a type.
    fileprivate var definesType: Bool {
        switch self {
        case .array(let types): types.contains(where: \.definesType)
        case .object(let members):
            self["name"] != nil
                || members.contains { ["type", "items", "values"].contains($0.key) && $0.value.definesType }
        default: false
        }
    }
}
