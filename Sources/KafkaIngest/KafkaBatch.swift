internal import Broker
internal import DataLayout
internal import Foundation
package import Kafka
internal import Packets
package import Pipeline

extension IntakeBatch {
    /// Messages of a partition.
    init(
        _ messages: some Collection<KafkaMessage>, of key: SourceKey, bytesRead: Int64, receipt: KafkaReceipt?
    ) {
        let sent = messages.map(\.sent)
        self.init(
            source: key, packets: messages.map { $0.packet(of: key) },
            arrivals: messages.map { $0.timestamp?.milliseconds ?? 0 },
            sent: sent.contains { $0 > 0 } ? sent : [], received: Int64(Date.now.timeIntervalSince1970 * 1000),
            origins: messages.map(\.origin),
            progress: Packets.Progress(bytesRead: bytesRead, total: nil), receipt: receipt)
    }
}

extension KafkaMessage {
    /// Its topic, partition, offset and timestamp, which go into the products of its alerts.
    package var origin: PacketOrigin {
        PacketOrigin(
            topic: partition.topic, partition: partition.number, offset: offset, timestamp: timestamp?.milliseconds)
    }

    /// The header in which a survey says when it sent a message, in ms since 1970 UTC: text, with decimals.
    private static let sentHeader = "producer_timestamp"

    /// When the survey says that it sent it, ms since 1970 UTC; 0 where it does not say.
    var sent: Int64 {
        guard let header = headers.first(where: { $0.name == Self.sentHeader }), header.value.count <= 32,
            let time = Double(String(decoding: header.value, as: UTF8.self)), (1..<1e15).contains(time)
        else { return 0 }
        return Int64(time)
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
