internal import Broker
internal import DataLayout
package import Kafka
internal import Packets
package import Pipeline

extension IntakeBatch {
    /// Messages of a partition.
    init(
        _ messages: some Collection<KafkaMessage>, of key: SourceKey, bytesRead: Int64, receipt: KafkaReceipt?
    ) {
        self.init(
            source: key, packets: messages.map { $0.packet(of: key) },
            arrivals: messages.map { $0.timestamp?.milliseconds ?? 0 }, origins: messages.map(\.origin),
            progress: Packets.Progress(bytesRead: bytesRead, total: nil), receipt: receipt)
    }
}

extension KafkaMessage {
    /// Its topic, partition, offset and timestamp, which go into the products of its alerts.
    package var origin: PacketOrigin {
        PacketOrigin(
            topic: partition.topic, partition: partition.number, offset: offset, timestamp: timestamp?.milliseconds)
    }

    func packet(of key: SourceKey) -> Packet {
        let location = PacketLocation(
            source: key.name, member: "[\(partition.number)]", ordinal: Int(offset), byte: offset)
        return Packet(bytes: payload, location: location)
    }
}

extension StoredPositions {
    /// The offset after the last one accounted for, as ``position(of:)``, for the reading thread.
    func offset(of source: SourceKey) throws(KafkaError) -> Int64? {
        do throws(BrokerError) { return try position(of: source) } catch {
            throw KafkaError(.other, "read the positions", "\(error)")
        }
    }
}

extension BrokerError {
    init(_ error: KafkaError) { self.init(.intake, path: "", detail: error.description) }
}
