internal import Foundation

/// JSON in one line whose members stand in the order in which a value encodes them; those of a dictionary are sorted.
package enum OrderedJSON {
    /// A value as JSON; compact is without a space behind commas and colons.
    package static func bytes(of value: some Encodable, isCompact: Bool = false) throws -> [UInt8] {
        let node = JSONNode()
        try node.set(value)
        var text = ""
        node.write(to: &text, space: isCompact ? "" : " ")
        return Array(text.utf8)
    }
}

/// A member whose name is known only as it is written.
package struct NamedKey: CodingKey {
    /// The name.
    package let stringValue: String
    /// There is none.
    package var intValue: Int? { nil }

    /// A name.
    package init(_ name: String) { stringValue = name }
    /// A name.
    package init?(stringValue: String) { self.init(stringValue) }
    /// Members have names.
    package init?(intValue: Int) { nil }
}

/// Members in the order in which they are given.
package struct OrderedMembers<Value: Encodable>: Encodable {
    private var members: [(name: String, value: Value)] = []

    /// No members.
    package init() {}

    /// Members in this order.
    package init(_ members: some Sequence<(String, Value)>) { self.members = members.map { ($0, $1) } }

    /// Adds the last member.
    package mutating func append(_ name: String, _ value: Value) { members.append((name, value)) }

    /// One object.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: NamedKey.self)
        for member in members { try container.encode(member.value, forKey: NamedKey(member.name)) }
    }
}

/// A value that is being encoded.
private final class JSONNode: Encoder {
    private enum Kind { case literal, object, list }

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var kind = Kind.literal
    private var literal = "null"
    private var members: [(name: String, node: JSONNode)] = []
    private var isSorted = false
    private var elements: [JSONNode] = []

    func set(_ value: some Encodable) throws {
        switch value {
        case let text as String: literal = try Self.quoted(text)
        case let flag as Bool: literal = flag ? "true" : "false"
        case let number as Double: literal = number.isFinite ? "\(number)" : "null"
        case let number as Float: literal = number.isFinite ? "\(number)" : "null"
        case let number as any BinaryInteger: literal = "\(number)"
        default:
            if value is any Unordered { (kind, isSorted) = (.object, true) }
            try value.encode(to: self)
        }
    }

    /// A member's node; an object's members follow one another, whoever adds them.
    func member(_ quotedName: String) -> JSONNode {
        members.append((quotedName, JSONNode()))
        return members[members.count - 1].node
    }

    func element() -> JSONNode {
        elements.append(JSONNode())
        return elements[elements.count - 1]
    }

    var count: Int { elements.count }

    func write(to text: inout String, space: String) {
        switch kind {
        case .literal: text += literal
        case .list:
            text += "["
            for (index, node) in elements.enumerated() {
                if index > 0 { text += "," + space }
                node.write(to: &text, space: space)
            }
            text += "]"
        case .object:
            text += "{"
            let shown = isSorted ? members.sorted { $0.name < $1.name } : members
            for (index, member) in shown.enumerated() {
                text += (index > 0 ? "," + space : "") + member.name + ":" + space
                member.node.write(to: &text, space: space)
            }
            text += "}"
        }
    }

    static func quoted(_ text: String) throws -> String {
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
        guard !isPlain else { return "\"\(text)\"" }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }

    // MARK: - Encoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        kind = .object
        return KeyedEncodingContainer(JSONMembers(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        kind = .list
        return JSONElements(node: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { JSONSingle(node: self) }
}

/// A dictionary, whose order says nothing.
private protocol Unordered {}
extension Dictionary: Unordered {}

private struct JSONMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONNode
    let codingPath: [any CodingKey] = []

    private func member(_ key: any CodingKey) -> JSONNode {
        // A string can always be quoted.
        node.member((try? JSONNode.quoted(key.stringValue)) ?? "\"\"")
    }

    func encodeNil(forKey key: Key) { _ = member(key) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws { try member(key).set(value) }
    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        member(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { member(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { node.member("\"super\"") }
    func superEncoder(forKey key: Key) -> any Encoder { member(key) }
}

private struct JSONElements: UnkeyedEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey] = []
    var count: Int { node.count }

    func encodeNil() { _ = node.element() }
    func encode<Value: Encodable>(_ value: Value) throws { try node.element().set(value) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        node.element().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { node.element().unkeyedContainer() }
    func superEncoder() -> any Encoder { node.element() }
}

private struct JSONSingle: SingleValueEncodingContainer {
    let node: JSONNode
    let codingPath: [any CodingKey] = []

    func encodeNil() {}
    func encode<Value: Encodable>(_ value: Value) throws { try node.set(value) }
}
