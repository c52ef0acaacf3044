/// A schema: its text and the types that it describes. Two are equal if they are the same object.
package final class AvroSchema: Sendable, Hashable {
    /// The schema's text.
    package let json: [UInt8]
    /// The type of bodies.
    package let root: AvroType
    /// Upper estimate of the memory of text and types, bytes.
    package let bytesInMemory: Int
    /// The records of a recursive schema.
    private let recursive: [AvroRecord]

    private init(json: [UInt8], root: AvroType, parser: SchemaParser) {
        self.json = json
        self.root = root
        recursive = parser.recursive
        bytesInMemory = json.count + parser.memory.bytes
    }

    deinit {
        // Otherwise they would retain each other.
        for record in recursive { record.dismantle() }
    }

    /// Parses a schema without the cache. ``compiled(_:)`` is for texts that every packet has.
    package static func parse(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        try parse(JSONParser.parse(json), text: Array(json))
    }

    /// Parses a schema in JSON.
    package static func parse(_ json: String) throws(AvroError) -> AvroSchema { try parse(ArraySlice(json.utf8)) }

    static func parse(_ document: JSONValue, text: [UInt8]) throws(AvroError) -> AvroSchema {
        var parser = SchemaParser()
        do {
            let root = try parser.type(document)
            try parser.checkMemory()
            return AvroSchema(json: text, root: root, parser: parser)
        } catch {
            for record in parser.recursive { record.dismantle() }
            throw error
        }
    }

    package static func == (left: AvroSchema, right: AvroSchema) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
