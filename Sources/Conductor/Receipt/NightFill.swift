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
    package func open(_ context: IntakeContext) -> any Intake { Reading(fill: self) }

    /// Reads them.
    private struct Reading: Intake {
        let fill: NightFill

        // Its sources' positions and marks are what they were: packets below them are added.
        var hasEnd: Bool { false }

        func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
            do {
                _ = try fill.source.read(stop: stop) { packet, partition in
                    queue.beat()
                    guard fill.wanted[partition]?.contains(packet.location.ordinal) == true,
                        let key = fill.keys[partition]
                    else { return }
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
