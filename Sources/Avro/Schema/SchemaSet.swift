/// Schemas in several texts that reference each other's types, as ZTF and LSST publish theirs.
package struct SchemaSet: Sendable {
    private var definitions: [String: JSONValue] = [:]
    /// Full names of the top-level types of the texts, in their order.
    package private(set) var names: [String] = []

    /// - Parameter texts: One type each, or an array of types; of two with one name the later one is used.
    /// - Throws: ``AvroError`` where a text is not JSON or defines no type.
    package init(_ texts: [ArraySlice<UInt8>]) throws(AvroError) {
        for text in texts {
            let document = try JSONParser.parse(text)
            for definition in document.array ?? [document] {
                guard let name = definition["name"]?.string, !name.isEmpty else {
                    throw AvroError(.invalidSchema, detail: "a text of the set defines no named type")
                }
                let full = SchemaName(name, namespace: definition["namespace"]?.string, around: "").full
                if definitions.updateValue(definition, forKey: full) == nil { names.append(full) }
            }
        }
    }

    /// The self-contained schema of a type, with the types that it references defined at their first use.
    package func schema(named fullName: String) throws(AvroError) -> AvroSchema {
        guard let definition = definitions[fullName] else {
            throw AvroError(.unknownType, detail: "no type named \(fullName) in the set")
        }
        var assembly = Assembly(definitions: definitions)
        let document = try assembly.type(definition, namespace: "", depth: 0)
        return try AvroSchema.parse(document, text: document.text)
    }

    /// Inserts definitions into a text.
    private struct Assembly {
        let definitions: [String: JSONValue]
        var defined: Set<String> = []

        mutating func type(
            _ json: JSONValue, namespace: String, depth: Int
        ) throws(AvroError) -> JSONValue {
            guard depth < AvroLimits.jsonDepth else { throw AvroError(.nestedTooDeep, detail: "types of a set") }
            switch json {
            case .string(let name): return try reference(name, namespace: namespace, depth: depth)
            case .array(let branches):
                var types: [JSONValue] = []
                for branch in branches { types.append(try type(branch, namespace: namespace, depth: depth + 1)) }
                return .array(types)
            case .object(let members): return try object(members, json, namespace: namespace, depth: depth)
            default: return json
            }
        }

        private mutating func reference(
            _ name: String, namespace: String, depth: Int
        ) throws(AvroError) -> JSONValue {
            var full = SchemaName(name, namespace: nil, around: namespace).full
            // As in the parser: a type without a namespace may be referenced from within one.
            if definitions[full] == nil, !defined.contains(full) { full = name }
            guard SchemaParser.primitives[name] == nil, !defined.contains(full), let found = definitions[full],
                var members = found.members
            else { return .string(name) }
            if found["namespace"] == nil, !full.contains(".") {
                // Without this the type would get the enclosing namespace.
                members.append(JSONMember("namespace", .string("")))
            }
            return try type(.object(members), namespace: "", depth: depth + 1)
        }

        private mutating func object(
            _ members: [JSONMember], _ json: JSONValue, namespace: String, depth: Int
        ) throws(AvroError) -> JSONValue {
            var inside = namespace
            if let name = json["name"]?.string {
                let name = SchemaName(name, namespace: json["namespace"]?.string, around: namespace)
                defined.insert(name.full)
                inside = name.namespace
            }
            var changed: [JSONMember] = []
            for member in members {
                let isType = member.key == "items" || member.key == "values"
                if isType || (member.key == "type" && member.value.string.map(Self.isKind) != true) {
                    changed.append(JSONMember(member.key, try type(member.value, namespace: inside, depth: depth + 1)))
                } else if member.key == "fields", case .array(let fields) = member.value {
                    changed.append(JSONMember("fields", .array(try self.fields(fields, inside, depth: depth + 1))))
                } else {
                    changed.append(member)
                }
            }
            return .object(changed)
        }

        private mutating func fields(
            _ fields: [JSONValue], _ namespace: String, depth: Int
        ) throws(AvroError) -> [JSONValue] {
            var changed: [JSONValue] = []
            for field in fields {
                var members: [JSONMember] = []
                for member in field.members ?? [] {
                    let isType = member.key == "type"
                    let value = isType ? try type(member.value, namespace: namespace, depth: depth + 1) : member.value
                    members.append(JSONMember(member.key, value))
                }
                changed.append(.object(members))
            }
            return changed
        }

        private static func isKind(_ name: String) -> Bool {
            ["record", "error", "enum", "fixed", "array", "map"].contains(name)
        }
    }
}
