/// A schema: its text as given and the types that it describes. Equal means the same object.
package final class AvroSchema: Sendable, Hashable {
    /// The text as given.
    package let json: [UInt8]
    package let root: AvroType
    /// The records of a schema in which one holds itself.
    private let recursive: [AvroRecord]

    private init(json: [UInt8], root: AvroType, recursive: [AvroRecord]) {
        self.json = json
        self.root = root
        self.recursive = recursive
    }

    deinit {
        // They would hold each other for ever.
        for record in recursive { record.dismantle() }
    }

    /// Reads a schema anew. ``compiled(_:)`` is for texts that come with every packet.
    package static func parse(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        try parse(JSONParser.parse(json), text: Array(json))
    }

    package static func parse(_ json: String) throws(AvroError) -> AvroSchema { try parse(ArraySlice(json.utf8)) }

    static func parse(_ document: JSONValue, text: [UInt8]) throws(AvroError) -> AvroSchema {
        var parser = SchemaParser()
        do {
            return AvroSchema(json: text, root: try parser.type(document), recursive: parser.recursive)
        } catch {
            for record in parser.recursive { record.dismantle() }
            throw error
        }
    }

    package static func == (left: AvroSchema, right: AvroSchema) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
