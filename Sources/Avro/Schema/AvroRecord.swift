/// A record type. It is whole as long as a schema that holds it lives.
package final class AvroRecord: Sendable, Hashable {
    package let fullName: String
    package let aliases: [String]
    package let doc: String?

    // Written by the parser before the schema is handed out, and emptied by the schema's deinit, when nothing that
    // came from the schema may be in use any more; so no two threads ever meet here.
    private nonisolated(unsafe) var shape = Shape()

    private struct Shape {
        var fields: [AvroField] = []
        var minimumSize = 0
        var fixedSize: Int?
    }

    init(fullName: String, aliases: [String], doc: String?) {
        self.fullName = fullName
        self.aliases = aliases
        self.doc = doc
    }

    /// The fields in the order of their values. A name may come twice: WINTER packets have such a schema.
    package var fields: [AvroField] { shape.fields }

    /// The first field of that name.
    package func field(named name: String) -> AvroField? { fields.first { $0.name == name } }

    var minimumSize: Int { shape.minimumSize }
    var fixedSize: Int? { shape.fixedSize }

    /// Sets the fields, once they are parsed: a recursive record is named in its own fields.
    func complete(_ fields: [AvroField]) {
        let bound = AvroLimits.bodyBytes
        let minimum = fields.reduce(0) { min(bound, $0 + $1.type.minimumSize) }
        let fixed = fields.reduce(0) { (sum: Int?, field) in
            guard let sum, let size = field.type.fixedSize, sum + size < bound else { return nil }
            return sum + size
        }
        shape = Shape(fields: fields, minimumSize: minimum, fixedSize: fixed)
    }

    /// Lets go of the fields, which may hold this record again.
    func dismantle() { shape = Shape() }

    package static func == (left: AvroRecord, right: AvroRecord) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A field of a record type.
package struct AvroField: Sendable {
    package enum Order: String, Sendable { case ascending, descending, ignore }

    package let name: String
    package let type: AvroType
    /// The default as the schema gives it, never checked against the type; nil where there is none.
    package let defaultValue: JSONValue?
    package let aliases: [String]
    package let doc: String?
    package let order: Order
}
