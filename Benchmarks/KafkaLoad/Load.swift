import Foundation
import Kafka
import Packets

/// Sends the packets of a file to a topic, by turns to its partitions.
struct Load {
    let topic: String
    var alerts = Int.max
    /// Alerts a second; `nil` for as many as the server takes.
    var rate: Double?
    /// Messages of a partition that the group may be behind; more wait until it has come closer.
    var ahead = Int64.max

    private let partitions: [KafkaPartition]
    private let producer: KafkaProducer
    private let group: KafkaConsumer?
    private let clock = ContinuousClock()
    private var sentTo: [KafkaPartition: Int64] = [:]
    private var done: [KafkaPartition: Int64] = [:]
    private var sent = 0
    private var bytes = 0

    init(brokers: String, topic: String, group: String?) throws {
        let configuration = KafkaConfiguration(brokers: brokers)
        self.topic = topic
        partitions =
            try KafkaAdmin(configuration).topic(topic)?.partitions.map { KafkaPartition(topic, $0.number) } ?? []
        guard !partitions.isEmpty else { throw KafkaError(.unknownTopic, "send", "there is no topic \(topic)") }
        producer = try KafkaProducer(configuration)
        self.group = try group.map { try KafkaConsumer(configuration, group: $0) }
    }

    /// - Returns: What was sent, in words.
    mutating func send(_ file: String) throws -> String {
        let reader = try PacketReader(source: .local(file))
        var began = clock.now
        while sent < alerts, let batch = try reader.nextBatch(maxPackets: 64, maxBytes: 8 << 20) {
            for packet in batch.packets.prefix(alerts - sent) {
                if sent == partitions.count {
                    // The first of each partition waits for the producer's connection; the measure begins after them.
                    try producer.flush()
                    began = clock.now - .seconds(Double(sent) / (rate ?? .infinity))
                }
                if let rate, sent > partitions.count { wait(until: began + .seconds(Double(sent) / rate)) }
                let partition = partitions[sent % partitions.count]
                try waitForGroup(in: partition)
                try producer.send(topic: topic, partition: partition.number, payload: packet.bytes)
                sentTo[partition, default: 0] += 1
                sent += 1
                bytes += packet.bytes.count
            }
        }
        try producer.flush()
        let seconds = (clock.now - began) / .seconds(1)
        return "sent \(sent) alerts, \(bytes / 1_000_000) MB, to \(partitions.count) partitions: "
            + "\(Int(Double(sent) / seconds)) alerts/s, \(Int(Double(bytes) / seconds / 1e6)) MB/s"
    }

    private func wait(until due: ContinuousClock.Instant) {
        let rest = due - clock.now
        if rest > .zero { usleep(UInt32(rest / .microseconds(1))) }
    }

    private mutating func waitForGroup(in partition: KafkaPartition) throws {
        guard let group else { return }
        while sentTo[partition, default: 0] - done[partition, default: 0] >= ahead {
            done = try group.committed(partitions)
            if sentTo[partition, default: 0] - done[partition, default: 0] >= ahead { usleep(10_000) }
        }
    }
}
