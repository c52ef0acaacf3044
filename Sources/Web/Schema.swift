internal import JSON

/// Pieces of JSON Schema (2020-12), as OpenAPI 3.1 uses it.
enum Schema {
    static func text(_ meaning: String) -> JSONTree { ["type": "string", "description": .text(meaning)] }
    static func integer(_ meaning: String) -> JSONTree { ["type": "integer", "description": .text(meaning)] }
    static func number(_ meaning: String) -> JSONTree { ["type": "number", "description": .text(meaning)] }
    static func flag(_ meaning: String) -> JSONTree { ["type": "boolean", "description": .text(meaning)] }

    /// An id: digits, since many readers of JSON round long numbers.
    static func id(_ meaning: String) -> JSONTree {
        ["type": "string", "pattern": "^-?[0-9]{1,19}$", "description": .text(meaning)]
    }

    /// A value that may be null.
    static func orNull(_ schema: JSONTree) -> JSONTree {
        guard case .object(let members) = schema else { return schema }
        return .object(
            members.map { member in
                guard member.name == "type" else { return member }
                return (name: "type", value: .list([member.value, "null"]))
            })
    }

    static func list(_ items: JSONTree) -> JSONTree { ["type": "array", "items": items] }

    /// An object with exactly these members, of which some may be missing.
    static func object(_ members: [(String, JSONTree)], optional: Set<String> = []) -> JSONTree {
        [
            "type": "object",
            "properties": .object(members.map { (name: $0, value: $1) }),
            "required": .list(members.filter { !optional.contains($0.0) }.map { .text($0.0) }),
            "additionalProperties": false,
        ]
    }

    /// An object whose members follow from the survey's schema or the statement.
    static func open(_ meaning: String, of values: JSONTree? = nil) -> JSONTree {
        ["type": "object", "description": .text(meaning), "additionalProperties": values ?? true]
    }

    /// A schema that the document has under a name.
    static func named(_ name: String) -> JSONTree { ["$ref": "#/components/schemas/\(name)"] }

    /// A page of a list.
    static func page(_ name: String, of items: JSONTree) -> JSONTree {
        object([
            (name, list(items)),
            ("next", orNull(text("the 'cursor' that asks for the next page; null where there is none"))),
        ])
    }
}
