/// A record type. A recursive one is valid only as long as its schema exists.
package final class AvroRecord: Sendable, Hashable {
    /// The name with its namespace.
    package let fullName: String
    /// Its aliases.
    package let aliases: [String]
    /// The schema's description of it.
    package let doc: String?

    // Written by the parser before the schema is returned. Emptied by the deinit of a recursive schema, when none of its types
    // may be in use; so it is never accessed by two threads at once.
    private nonisolated(unsafe) var shape = Shape()

    private struct Shape {
        var fields: [AvroField] = []
        var indexes: [String: Int] = [:]
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
    package func field(named name: String) -> AvroField? { index(of: name).map { fields[$0] } }

    /// The index of the first field of that name.
    package func index(of name: String) -> Int? { shape.indexes[name] }

    var minimumSize: Int { shape.minimumSize }
    var fixedSize: Int? { shape.fixedSize }

    /// Sets the fields once they are parsed: a recursive record is referenced in its own fields.
    func complete(_ fields: [AvroField]) {
        let bound = AvroLimits.bodyBytes
        let names = FieldNames.unique(fields.map(\.name))
        let fields = zip(fields, names).map { $0.named($1) }
        let minimum = fields.reduce(0) { min(bound, $0 + $1.type.minimumSize) }
        let fixed = fields.reduce(0) { (sum: Int?, field) in
            guard let sum, let size = field.type.fixedSize, sum + size < bound else { return nil }
            return sum + size
        }
        let indexes = Dictionary(zip(fields.map(\.name), fields.indices)) { first, _ in first }
        shape = Shape(fields: fields, indexes: indexes, minimumSize: minimum, fixedSize: fixed)
    }

    /// Releases the fields, which may reference this record.
    func dismantle() { shape = Shape() }

    package static func == (left: AvroRecord, right: AvroRecord) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A field of a record type.
package struct AvroField: Sendable {
    /// How records are sorted by a field.
    package enum Order: String, Sendable { case ascending, descending, ignore }

    /// The name in the schema.
    package let name: String
    /// The name, with the suffix `_2` for the second field of that name in the record.
    package let uniqueName: String
    /// The type of its values.
    package let type: AvroType
    /// The default in the schema, which is not checked against the type; nil where there is none.
    package let defaultValue: JSONValue?
    /// Its aliases.
    package let aliases: [String]
    /// The schema's description of it.
    package let doc: String?
    /// How records are sorted by it.
    package let order: Order

    init(name: String, type: AvroType, defaultValue: JSONValue?, aliases: [String], doc: String?, order: Order) {
        self.init(name: name, uniqueName: name, type, defaultValue, aliases, doc, order)
    }

    private init(
        name: String, uniqueName: String, _ type: AvroType, _ defaultValue: JSONValue?, _ aliases: [String],
        _ doc: String?, _ order: Order
    ) {
        self.name = name
        self.uniqueName = uniqueName
        self.type = type
        self.defaultValue = defaultValue
        self.aliases = aliases
        self.doc = doc
        self.order = order
    }

    /// The field under another unique name.
    fileprivate func named(_ unique: String) -> AvroField {
        AvroField(name: name, uniqueName: unique, type, defaultValue, aliases, doc, order)
    }
}
