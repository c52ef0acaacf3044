package import Alerts
internal import DataLayout
internal import Hashing
package import Kafka
internal import Packets
package import Query
package import Threads

/// A night in the data folders beside its source: which alerts one side lacks.
package struct NightCheck: Sendable {
    /// An alert, or a packet that is none, that the source has and no folder.
    package struct Missing: Sendable, Hashable {
        /// The alert's id; `nil` for a packet that cannot be read.
        package let id: Int64?
        /// Kafka's topic and partition; `nil` for files.
        package let partition: KafkaPartition?
        /// The number of its packet in the source.
        package let position: Int
        /// The packet's name in the source.
        package let member: String?
        /// Why it cannot be read; `nil` for an alert.
        package let fault: String?
    }

    /// The ids of the source.
    package private(set) var source = IdDigest([])
    /// The ids of the folders: those of the night, and those of the source that came to them another way.
    package private(set) var folders = IdDigest([])
    /// Packets that were read of the source.
    package private(set) var packets = 0
    /// Alerts of the source that are stored, but not as the night's.
    package private(set) var elsewhere = 0
    /// Alerts and packets of the source that are dead letters.
    package private(set) var deadLetters = 0
    /// What the source has and no folder.
    package private(set) var missing: [Missing] = []
    /// Ids that the folders have of the night and the source has not, ascending.
    package private(set) var extra: [Int64] = []
    /// What the source no longer has, or could not be read of it, a sentence each.
    package private(set) var unread: [String] = []
    /// What the files' content looks like; empty for a stream.
    package private(set) var fingerprint = ""

    /// Whether both sides have the same, and all of the source was read.
    package var isEqual: Bool { missing.isEmpty && extra.isEmpty && unread.isEmpty }

    /// Compares.
    ///
    /// - Parameters:
    ///   - survey: The survey.
    ///   - night: YYYYMMDD.
    ///   - spans: The parts of a stream that are the night's in the folders; empty where it came as files.
    ///   - reader: The data folders.
    ///   - other: The source.
    ///   - schemaOfID: Looks up the schema of a Confluent frame's number.
    ///   - stop: Ends the comparison early; what was not read is said.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read, and what ``NightSource/read(stop:_:)`` throws.
    package init(
        of survey: Survey, night: Int, spans: [NightAccount.Span], in reader: DataReader, against other: NightSource,
        schemaOfID: @escaping AlertDecoder.SchemaSource, stop: StopSignal = StopSignal()
    ) throws {
        let account = try reader.account(of: survey, night: night, spans: spans)
        var comparison = Comparison(
            survey: survey, ours: Set(account.receivedIds), lookup: try reader.lookup(of: survey),
            schemaOfID: schemaOfID)
        let reading = try other.read(stop: stop) { packet, partition in try comparison.add(packet, partition) }
        // What the stream no longer has is neither there nor missing.
        if !reading.unavailable.isEmpty {
            let gone = try reader.account(of: survey, night: night, spans: reading.unavailable).receivedIds
            comparison.ours.subtract(Set(gone).subtracting(comparison.theirs))
        }
        unread =
            reading.failures
            + reading.unavailable.map {
                "\($0.topic), partition \($0.partition): the stream does not have the offsets \($0.offsets.lowerBound) to "
                    + "\($0.offsets.upperBound - 1): they expired, or are not there yet"
            }
        if stop.isSet { unread.append("stopped before all was read") }
        (packets, elsewhere, deadLetters) = (comparison.packets, comparison.elsewhere, comparison.deadLetters)
        (missing, fingerprint) = (comparison.missing, reading.fingerprint)
        source = IdDigest(comparison.theirs)
        folders = IdDigest(Array(comparison.ours))
        extra = comparison.ours.subtracting(comparison.theirs).sorted()
    }

    /// Compares packet by packet.
    private struct Comparison {
        let survey: Survey
        var ours: Set<Int64>
        var theirs: [Int64] = []
        var missing: [Missing] = []
        var (packets, elsewhere, deadLetters) = (0, 0, 0)
        private let lookup: AlertLookup
        private var decoder: AlertDecoder

        init(
            survey: Survey, ours: Set<Int64>, lookup: AlertLookup, schemaOfID: @escaping AlertDecoder.SchemaSource
        ) {
            self.survey = survey
            self.ours = ours
            self.lookup = lookup
            decoder = AlertDecoder(schemaOfID: schemaOfID)
        }

        mutating func add(_ packet: Packet, _ partition: KafkaPartition?) throws(BrokerError) {
            packets += 1
            var (ids, faults): ([Int64], [PacketFault]) = ([], [])
            if let problem = packet.problem {
                faults = [PacketFault(AlertError(.notAvro, detail: "\(problem)"), part: .whole)]
            } else {
                let survey = survey
                decoder.decode(packet.bytes) {
                    if $0.schema.survey == survey { ids.append($0.alert.id) }
                } refusing: {
                    faults.append($0)
                }
            }
            for id in ids { try add(id, of: packet, partition) }
            for fault in faults {
                if try isDeadLetter(fault.part.bytes(of: packet.bytes)) {
                    deadLetters += 1
                } else {
                    missing.append(Missing(nil, packet, partition, fault: fault.error.description))
                }
            }
        }

        private mutating func add(_ id: Int64, of packet: Packet, _ partition: KafkaPartition?) throws(BrokerError) {
            if !ours.contains(id) {
                if try lookup.hasAlert(id) {
                    elsewhere += 1
                    ours.insert(id)
                } else if try isDeadLetter(packet.bytes) {
                    deadLetters += 1
                    return
                } else {
                    missing.append(Missing(id, packet, partition))
                }
            }
            theirs.append(id)
        }

        private func isDeadLetter(_ bytes: ArraySlice<UInt8>) throws(BrokerError) -> Bool {
            try lookup.hasDeadLetter(sha256: Digest.hexadecimal(Digest.sha256(bytes)))
        }
    }
}

extension NightCheck.Missing {
    fileprivate init(_ id: Int64?, _ packet: Packet, _ partition: KafkaPartition?, fault: String? = nil) {
        self.id = id
        self.partition = partition
        position = packet.location.ordinal
        member = partition == nil ? packet.location.member : nil
        self.fault = fault
    }
}
