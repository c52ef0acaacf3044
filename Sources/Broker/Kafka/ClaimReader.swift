internal import Foundation
internal import Kafka
internal import Threads

/// Reads what a worker claimed in an earlier life and never committed, without the group.
///
/// The messages count for the group already, so nothing is claimed or published for them: they only go into the tables.
struct ClaimReader {
    let intake: KafkaIntake
    let configuration: KafkaConfiguration
    let owed: [KafkaPartition: Range<Int64>]
    let starts: [KafkaPartition: KafkaStart]
    var lookBack: LookBack

    mutating func read(into queue: BatchQueue<Reading>, stop: StopSignal) throws(KafkaError) {
        var own = configuration
        own["group.instance.id"] = nil
        let reader = try KafkaConsumer(own, group: nil)
        defer { try? reader.close() }
        try reader.assign(starts)
        var rest = owed
        while !rest.isEmpty, !stop.isSet {
            let poll = try reader.poll(
                timeout: .milliseconds(200), maxMessages: KafkaIntake.batchPackets, maxBytes: KafkaIntake.batchBytes)
            for (partition, messages) in Dictionary(grouping: poll.messages, by: \.partition) {
                guard let range = rest[partition] else { continue }
                let key = intake.key(partition)
                let (known, new, goOn) = lookBack.part(messages, of: partition)
                if !known.isEmpty, !queue.put(.known(key, known.map { $0.packet(of: key) })) { return }
                if let goOn { try reader.seek([partition: goOn]) }
                let own = new.filter { range.contains($0.offset) }
                if !own.isEmpty {
                    let batch = ReadBatch(own, of: partition, key: key, ticket: nil, bytesRead: 0)
                    guard queue.put(.batch(batch)) else { return }
                }
                if messages.contains(where: { $0.offset >= range.upperBound - 1 }) { rest[partition] = nil }
            }
            for event in poll.events {
                // A claim may end in what carries no message, such as the mark of a transaction.
                if case .reachedEnd(let partition, let offset) = event, let range = rest[partition],
                    offset >= range.upperBound
                {
                    rest[partition] = nil
                }
            }
        }
        let settled = Settlement()
        if queue.put(.settle(settled)) { settled.wait() }
    }
}
