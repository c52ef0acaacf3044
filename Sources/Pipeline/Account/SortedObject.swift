/// An object of JSON whose members are in the order of their names, so that the same values make the same text.
package struct SortedObject<Value: Encodable>: Encodable {
    private let values: [String: Value]

    /// The members of a dictionary.
    package init(_ values: [String: Value]) { self.values = values }

    /// Writes one object.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: MemberName.self)
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            try members.encode(value, forKey: MemberName(name))
        }
    }
}

/// The name of a member that is known only when it is written.
struct MemberName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}
