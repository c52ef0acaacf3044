import Broker
import DataLayout
import Packets
import TestSupport
import Threads

/// Packets as if they came from a partition of a Kafka topic.
struct StreamIntake: IntakeSource, Intake {
    let topic: String
    var partition = 0
    /// By offset.
    let packets: [(offset: Int, bytes: [UInt8])]
    /// Kafka's time of each, ms since 1970 UTC; 0 for none.
    var arrival: Int64 = 0
    /// The survey's own time.
    var sent: Int64 = 0

    let isStream = true

    func open(_ context: IntakeContext) throws(BrokerError) -> any Intake { self }

    func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
        let key = SourceKey(name: "kafka:\(topic)", fingerprint: "cluster", partition: partition)
        for packet in packets {
            let location = PacketLocation(
                source: key.name, member: nil, ordinal: packet.offset, byte: Int64(packet.offset))
            _ = queue.put(
                IntakeBatch(
                    source: key, packets: [Packet(bytes: packet.bytes[...], location: location)], arrivals: [arrival],
                    sent: [sent], received: arrival > 0 ? arrival + 2_000 : 0,
                    progress: Progress(bytesRead: 0, total: nil)))
        }
    }

    /// Small alerts with these candids, at the offsets from one on.
    static func alerts(_ candids: [Int64], from offset: Int = 0) throws -> [(offset: Int, bytes: [UInt8])] {
        try candids.enumerated().map { (offset + $0.offset, try SmallPacket(candid: $0.element).container()) }
    }
}
