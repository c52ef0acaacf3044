/// A schema: its text as given and the types that it describes. Equal means the same object.
package final class AvroSchema: Sendable, Hashable {
    /// The text as given.
    package let json: [UInt8]
    package let root: AvroType
    private let records: [AvroRecord]

    private init(json: [UInt8], root: AvroType, records: [AvroRecord]) {
        self.json = json
        self.root = root
        self.records = records
    }

    deinit {
        // A recursive record holds itself.
        for record in records { record.dismantle() }
    }

    /// Reads a schema anew. ``compiled(_:)`` is for texts that come with every packet.
    package static func parse(_ json: ArraySlice<UInt8>) throws(AvroError) -> AvroSchema {
        try parse(JSONParser.parse(json), text: Array(json))
    }

    package static func parse(_ json: String) throws(AvroError) -> AvroSchema { try parse(ArraySlice(json.utf8)) }

    static func parse(_ document: JSONValue, text: [UInt8]) throws(AvroError) -> AvroSchema {
        var parser = SchemaParser()
        do {
            return AvroSchema(json: text, root: try parser.type(document), records: parser.records)
        } catch {
            for record in parser.records { record.dismantle() }
            throw error
        }
    }

    package static func == (left: AvroSchema, right: AvroSchema) -> Bool { left === right }
    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
