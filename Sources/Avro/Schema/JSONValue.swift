/// A JSON value that keeps the order of members and the text of numbers, so that a schema can be written unchanged.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The first member named `key`; nil where there is none or this is not an object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text; `nil` for another kind of value.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The array's values; `nil` for another kind of value.
    package var array: [JSONValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    /// The object's members; `nil` for another kind of value.
    package var members: [JSONMember]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The strings of an array of strings; nil for anything else.
    package var strings: [String]? {
        guard let values = array else { return nil }
        let texts = values.compactMap(\.string)
        return texts.count == values.count ? texts : nil
    }

    /// The number as an integer; nil where it is not one or does not fit 64 bits.
    package var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }
}

/// A member of a JSON object.
package struct JSONMember: Hashable, Sendable {
    /// The member's name.
    package let key: String
    /// The member's value.
    package let value: JSONValue

    /// A member of this name and value.
    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

extension JSONValue {
    /// The value as compact JSON text in UTF-8.
    package var text: [UInt8] {
        var bytes: [UInt8] = []
        render(into: &bytes)
        return bytes
    }

    private func render(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): JSONText.quote(text, into: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes += ", ".utf8 }
                value.render(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes += ", ".utf8 }
                JSONText.quote(member.key, into: &bytes)
                bytes += ": ".utf8
                member.value.render(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
