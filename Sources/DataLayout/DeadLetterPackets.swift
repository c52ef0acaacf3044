internal import Avro

/// Gives the packets of dead letters; those that are asked for in order are read on, one after the other.
package final class DeadLetterPackets {
    private let folder: OpenFolder
    private var reader: TopicReader?
    private var projection: (schema: AvroSchema, packet: Projection)?

    /// Gives the packets of a folder's letters.
    package init(_ folder: OpenFolder) { self.folder = folder }

    /// The bytes that were kept of a letter.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where they are not what was kept.
    package func packet(_ id: Int64) throws(BrokerError) -> ArraySlice<UInt8> {
        guard let message = try message(id), message.offset == id
        else { throw BrokerError(.unknownAlert, path: folder.path, detail: "there is no dead letter \(id)") }
        do {
            var record = ProjectedRecord()
            try packetField(of: message.schema).decode(message.body, into: &record)
            return record.columns[0].slice(of: message.body) ?? []
        } catch { throw BrokerError(.damagedArchive, path: folder.path, detail: "dead letter \(id): \(error)") }
    }

    private func message(_ id: Int64) throws(BrokerError) -> TopicReader.Message? {
        if let reader, reader.offset == id { return try reader.next() }
        let opened = try TopicReader(folder, topic: .deadLetters, from: id)
        reader = opened
        return try opened.next()
    }

    private func packetField(of schema: AvroSchema) throws(AvroError) -> Projection {
        if let projection, projection.schema == schema { return projection.packet }
        let packet = try Projection(schema: schema, columns: ["packet"])
        projection = (schema, packet)
        return packet
    }
}
