/// A schema: its text as given and the types that it describes. Equal means the same object.
package final class AvroSchema: Sendable, Hashable {
    /// The text as given.
    package let json: [UInt8]
    /// The type that bodies have.
    package let root: AvroType
    /// Bytes of memory that the text and the types take, rather too many than too few.
    package let bytesInMemory: Int
    /// The records of a schema in which one holds itself.
    private let recursive: [AvroRecord]

    private init(json: [UInt8], root: AvroType, parser: SchemaParser) {
        self.json = json
        self.root = root
        recursive = parser.recursive
        bytesInMemory = json.count + parser.memory.bytes
    }

    deinit {
        // They would hold each other for ever.
        for record in recursive { record.dismantle() }
    }

    /// Reads a schema anew. ``compiled(_:)`` is for texts that come with every packet.
    package static func parse(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        try parse(JSONParser.parse(json), text: Array(json))
    }

    /// Reads a schema in JSON.
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
