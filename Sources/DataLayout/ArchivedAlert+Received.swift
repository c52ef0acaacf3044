internal import Avro
internal import Compression
internal import Hashing
internal import Pipeline

extension ArchivedAlert {
    /// The packet as it was received, byte for byte; one of several records of a container comes in one of its own.
    ///
    /// - Throws: ``BrokerError``, of code `damagedArchive` where it is not what was received.
    package func received() throws(BrokerError) -> ArraySlice<UInt8> {
        guard Digest.sha256(envelope[...]) == digest else {
            throw damage("the header that it came in is not as it was stored in nightjar.db")
        }
        switch form {
        case .container:
            let received = try record { () throws(AvroError) in
                try ContainerHeader.parse(envelope[...] + extra).schema
            }
            return try checked(container(received, sync: extra[...]))
        case .oneOfMany:
            let sync = Digest.sha256(body)[..<SyncMarker.count]
            let received = try record { () throws(AvroError) in
                try ContainerHeader.parse(envelope[...] + sync).schema
            }
            return container(try checked(received), sync: sync)
        case .confluent:
            let received = try record { () throws(AvroError) in try AvroSchema.parse(envelope[...]) }
            return try checked([0] + extra[...] + received)
        case .packet:
            let offset = extra.reduce(0) { $0 << 8 | Int64($1) }
            return try checked(storedPacket(at: offset))
        }
    }

    /// The record as it was received, in its writer's schema.
    private func record(_ writer: () throws(AvroError) -> AvroSchema) throws(BrokerError) -> ArraySlice<UInt8> {
        do throws(AvroError) { return try ArchivedSchema.received(body, writer: writer()) } catch {
            throw damage("\(error)")
        }
    }

    private func damage(_ detail: String) -> BrokerError {
        BrokerError(.damagedArchive, path: path, detail: "alert \(id) cannot be given back: \(detail)")
    }

    /// What was received, where it still has the checksum that it had then.
    private func checked(_ received: ArraySlice<UInt8>) throws(BrokerError) -> ArraySlice<UInt8> {
        guard let checksum else { return received }
        let sum = CRC32C.of(received)
        guard sum == checksum else {
            throw damage(
                "its packet would have the CRC32C \(SegmentReader.digits(sum)), but had "
                    + "\(SegmentReader.digits(checksum)) when it was received")
        }
        return received
    }

    private func container(_ body: ArraySlice<UInt8>, sync: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        envelope[...] + sync + RecordBlock.bytes(body, sync: sync)
    }

    private func storedPacket(at offset: Int64) throws(BrokerError) -> ArraySlice<UInt8> {
        guard let message = try TopicReader(folder, topic: .received, from: offset).next() else {
            throw BrokerError(.damagedArchive, path: folder.path, detail: "the received packet \(offset) is missing")
        }
        var record = ProjectedRecord()
        do throws(AvroError) {
            try Projection(schema: message.schema, columns: ["packet"]).decode(message.body, into: &record)
        } catch { throw damage("\(error)") }
        return record.columns[0].slice(of: message.body) ?? []
    }
}
