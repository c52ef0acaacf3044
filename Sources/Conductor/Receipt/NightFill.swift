package import Broker
package import DataLayout
package import Kafka
internal import Packets
internal import Pipeline
internal import Threads

/// Takes in what a folder lacks of a night: reads the source again, and passes on the missing packets alone.
package struct NightFill: IntakeSource {
    private let source: NightSource
    /// By Kafka's partition, or for all files, the packets that are wanted.
    private let wanted: [KafkaPartition?: Set<Int>]
    private let keys: [KafkaPartition?: SourceKey]

    /// Takes missing packets into a folder.
    ///
    /// - Parameters:
    ///   - missing: What is missing.
    ///   - source: The source that has it.
    ///   - keys: The ledger's name of each partition, or of the files.
    package init(
        _ missing: [NightCheck.Missing], of source: NightSource, as keys: [KafkaPartition?: SourceKey]
    ) {
        self.source = source
        self.keys = keys
        wanted = Dictionary(grouping: missing, by: \.partition).mapValues { Set($0.map(\.position)) }
    }

    /// Makes the intake; the source is opened when it is read.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the folder cannot be read.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        // A stream's packets keep their offsets; those of files, of which the others were not read, are counted on.
        var next = 0
        if let key = keys[nil] { next = Int(try StoredPositions(folder: context.folder).position(of: key) ?? 0) }
        return Reading(fill: self, next: next)
    }

    /// Reads them.
    private struct Reading: Intake {
        let fill: NightFill
        /// The number of the next packet of files.
        let next: Int

        // Its sources' positions and marks are what they were: packets below them are added.
        var hasEnd: Bool { false }

        func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
            do {
                var next = next
                _ = try fill.source.read(stop: stop) { packet, partition in
                    queue.beat()
                    guard fill.wanted[partition]?.contains(packet.location.ordinal) == true,
                        let key = fill.keys[partition]
                    else { return }
                    var packet = packet
                    if partition == nil {
                        packet = packet.numbered(next)
                        next += 1
                    }
                    let batch = IntakeBatch(
                        source: key, packets: [packet], progress: Progress(bytesRead: 0, total: nil))
                    guard queue.put(batch) else { throw Closed() }
                }
            } catch is Closed {} catch let error as BrokerError { throw error } catch {
                throw BrokerError(.intake, path: "", detail: "\(error)")
            }
        }
    }

    /// Nothing more is taken.
    private struct Closed: Error {}
}

extension Packet {
    /// The packet with another number in its source.
    fileprivate func numbered(_ number: Int) -> Packet {
        Packet(
            bytes: bytes,
            location: PacketLocation(
                source: location.source, member: location.member, ordinal: number, byte: location.byte),
            problem: problem, mayBeCut: mayBeCut)
    }
}
