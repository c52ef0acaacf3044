internal import DataLayout
package import Kafka
internal import KafkaIngest
package import Packets
package import Query
package import Threads

/// What a night is compared with: its stream, asked again, or the survey's archive of it.
package enum NightSource: Sendable {
    /// Offsets of a topic's partitions.
    case stream(KafkaConfiguration, [NightAccount.Span])
    /// A tarball, a folder, a file of packets.
    case files(Source)

    /// What came of reading it.
    package struct Reading: Sendable {
        /// The parts of the stream that the server does not have.
        package var unavailable: [NightAccount.Span] = []
        /// What could not be read of the files, a sentence each.
        package var failures: [String] = []
        /// What the files' content looks like; empty for a stream.
        package var fingerprint = ""
    }

    /// Gives each packet of it.
    ///
    /// - Parameters:
    ///   - stop: Ends the reading early.
    ///   - body: Given each packet, with Kafka's partition where there is one.
    /// - Returns: What came of it.
    /// - Throws: ``Kafka/KafkaError`` and ``Packets/SourceError`` where nothing can be read, and what the closure throws.
    package func read(stop: StopSignal, _ body: (Packet, KafkaPartition?) throws -> Void) throws -> Reading {
        switch self {
        case .stream(let configuration, let spans): try Self.read(configuration, spans, stop: stop, body)
        case .files(let source): try Self.read(source, stop: stop, body)
        }
    }

    private static func read(
        _ configuration: KafkaConfiguration, _ spans: [NightAccount.Span], stop: StopSignal,
        _ body: (Packet, KafkaPartition?) throws -> Void
    ) throws -> Reading {
        var ranges: [KafkaPartition: Range<Int64>] = [:]
        for span in spans {
            ranges[KafkaPartition(span.topic, Int32(clamping: span.partition))] =
                Int64(span.offsets.lowerBound)..<Int64(span.offsets.upperBound)
        }
        var reader = try OffsetRangeReader(configuration, ranges: ranges)
        let lost = reader.unavailable
        try reader.read(stop: stop) { message in
            try body(message.packet(named: "kafka:\(message.topic)"), message.partition)
        }
        var reading = Reading()
        for (partition, ranges) in lost.sorted(by: { $0.key < $1.key }) {
            reading.unavailable += ranges.map {
                NightAccount.Span(
                    topic: partition.topic, partition: Int(partition.number), from: Int($0.lowerBound),
                    to: Int($0.upperBound))
            }
        }
        return reading
    }

    private static func read(
        _ source: Source, stop: StopSignal, _ body: (Packet, KafkaPartition?) throws -> Void
    ) throws -> Reading {
        let reader = try PacketReader(source: source, isStopped: { stop.isSet })
        var reading = Reading(fingerprint: reader.fingerprint)
        while !stop.isSet {
            let batch: PacketBatch?
            do throws(SourceError) {
                batch = try reader.nextBatch(maxPackets: 256, maxBytes: 16 << 20)
            } catch {
                reading.failures.append("\(error)")
                continue
            }
            guard let batch else { break }
            for packet in batch.packets { try body(packet, nil) }
        }
        return reading
    }
}

extension NightSource {
    /// As little of it as has some packets.
    package func narrowed(to packets: [NightCheck.Missing]) -> NightSource {
        guard case .stream(let configuration, _) = self else { return self }
        var spans: [KafkaPartition: Range<Int>] = [:]
        for packet in packets {
            guard let partition = packet.partition else { continue }
            let known = spans[partition] ?? packet.position..<packet.position + 1
            spans[partition] = min(known.lowerBound, packet.position)..<max(known.upperBound, packet.position + 1)
        }
        return .stream(
            configuration,
            spans.map {
                NightAccount.Span(
                    topic: $0.key.topic, partition: Int($0.key.number), from: $0.value.lowerBound,
                    to: $0.value.upperBound)
            })
    }
}
