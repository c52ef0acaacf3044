internal import Foundation

/// JSON in one line whose members stand in the order in which a value encodes them; those of a dictionary are sorted.
enum OrderedJSON {
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let node = JSONNode()
        try node.set(value)
        return Array(node.text.utf8)
    }
}

/// A value that is being encoded.
private final class JSONNode: Encoder {
    private enum Content {
        case text(String)
        case object([(name: String, node: JSONNode)], isSorted: Bool)
        case list([JSONNode])
    }

    let codingPath: [any CodingKey] = []
    let userInfo: [CodingUserInfoKey: Any] = [:]
    private var content = Content.text("null")

    func set(_ value: some Encodable) throws {
        switch value {
        case let text as String: content = .text(try Self.quoted(text))
        case let flag as Bool: content = .text(flag ? "true" : "false")
        case let number as Double: content = .text(number.isFinite ? "\(number)" : "null")
        case let number as Float: content = .text(number.isFinite ? "\(number)" : "null")
        case let number as any BinaryInteger: content = .text("\(number)")
        default:
            if value is any Unordered { content = .object([], isSorted: true) }
            try value.encode(to: self)
        }
    }

    /// A member's node; an object's members follow one another, whoever adds them.
    func member(_ name: String) -> JSONNode {
        let node = JSONNode()
        if case .object(let members, let isSorted) = content {
            content = .object(members + [(name, node)], isSorted: isSorted)
        } else {
            content = .object([(name, node)], isSorted: false)
        }
        return node
    }

    func element() -> JSONNode {
        let node = JSONNode()
        if case .list(let nodes) = content { content = .list(nodes + [node]) } else { content = .list([node]) }
        return node
    }

    var count: Int { if case .list(let nodes) = content { nodes.count } else { 0 } }

    var text: String {
        switch content {
        case .text(let text): return text
        case .list(let nodes): return "[" + nodes.map(\.text).joined(separator: ", ") + "]"
        case .object(let members, let isSorted):
            let shown = isSorted ? members.sorted { $0.name < $1.name } : members
            return "{" + shown.map { "\($0.name): \($0.node.text)" }.joined(separator: ", ") + "}"
        }
    }

    static func quoted(_ text: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(text), as: UTF8.self)
    }

    // MARK: - Encoder

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .text = content { content = .object([], isSorted: false) }
        return KeyedEncodingContainer(JSONMembers(node: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .text = content { content = .list([]) }
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
