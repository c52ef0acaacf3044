/// A record type. One that holds itself is whole only as long as its schema lives.
package final class AvroRecord: Sendable, Hashable {
    /// The name with its namespace.
    package let fullName: String
    /// Other names that a reader may know it by.
    package let aliases: [String]
    /// The schema's description of it.
    package let doc: String?

    // Written by the parser before the schema is handed out. Emptied by the deinit of a recursive schema, when nothing
    // that came from it may be in use any more; so no two threads ever meet here.
    private nonisolated(unsafe) var shape = Shape()

    private struct Shape {
        var fields: [AvroField] = []
        var places: [String: Int] = [:]
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

    /// The place of the first field of that name.
    package func index(of name: String) -> Int? { shape.places[name] }

    var minimumSize: Int { shape.minimumSize }
    var fixedSize: Int? { shape.fixedSize }

    /// Sets the fields, once they are parsed: a recursive record is named in its own fields.
    func complete(_ fields: [AvroField]) {
        let bound = AvroLimits.bodyBytes
        let names = FieldNames.unique(fields.map(\.name))
        let fields = zip(fields, names).map { $0.named($1) }
        let minimum = fields.reduce(0) { min(bound, $0 + $1.type.minimumSize) }
        let fixed = fields.reduce(0) { (sum: Int?, field) in
            guard let sum, let size = field.type.fixedSize, sum + size < bound else { return nil }
            return sum + size
        }
        let places = Dictionary(zip(fields.map(\.name), fields.indices)) { first, _ in first }
        shape = Shape(fields: fields, places: places, minimumSize: minimum, fixedSize: fixed)
    }

    /// Lets go of the fields, which may hold this record again.
    func dismantle() { shape = Shape() }

    package static func == (left: AvroRecord, right: AvroRecord) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A field of a record type.
package struct AvroField: Sendable {
    /// How records are sorted by a field.
    package enum Order: String, Sendable { case ascending, descending, ignore }

    /// The name as the schema gives it.
    package let name: String
    /// The name with `_2` after it where it is the second of its name in the record.
    package let uniqueName: String
    /// The type of its values.
    package let type: AvroType
    /// The default as the schema gives it, never checked against the type; nil where there is none.
    package let defaultValue: JSONValue?
    /// Other names that a reader may know it by.
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
