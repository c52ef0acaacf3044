package import Broker
package import DataLayout
internal import Foundation
package import Kafka
internal import Packets
package import Threads

/// Packets that a folder lacks of a night, kept as files until they are taken in: the process that holds the folder may be
/// another one, which cannot ask their source.
package struct KeptPackets: IntakeSource {
    /// What a list of them may have, bytes.
    private static let longestList = 256 << 20
    private static let list = "packets.json"

    /// A packet, whose file's name is its place in the list.
    private struct Kept: Codable {
        let source: String
        let fingerprint: String
        let partition: Int
        /// Its number in the source; `nil` where it is counted on.
        let position: Int?
        let member: String?
    }

    private let folder: String

    /// Kept packets.
    ///
    /// - Parameter folder: Where ``keep(_:of:as:in:stop:)`` put them.
    package init(_ folder: String) { self.folder = folder }

    /// Whether a folder has kept packets.
    package static func isOne(_ folder: String) -> Bool { RegularFile.exists("\(folder)/\(list)") }

    /// Reads the source of missing packets again, and keeps these alone.
    ///
    /// - Parameters:
    ///   - missing: What is missing.
    ///   - source: The source that has it.
    ///   - keys: The ledger's name of each partition, or of the files.
    ///   - folder: A folder, which is made.
    ///   - stop: Ends the reading early.
    /// - Throws: What ``NightSource/read(stop:_:)`` throws, and ``DataLayout/BrokerError`` where they cannot be written.
    package static func keep(
        _ missing: [NightCheck.Missing], of source: NightSource, as keys: [KafkaPartition?: SourceKey],
        in folder: String, stop: StopSignal
    ) throws {
        let wanted = Dictionary(grouping: missing, by: \.partition).mapValues { Set($0.map(\.position)) }
        try FolderMaking.make(folder, failing: .cannotCreate)
        var kept: [Kept] = []
        _ = try source.narrowed(to: missing).read(stop: stop) { packet, partition in
            guard wanted[partition]?.contains(packet.location.ordinal) == true, let key = keys[partition] else {
                return
            }
            try write(Data(packet.bytes), to: "\(folder)/\(kept.count)")
            kept.append(
                Kept(
                    source: key.name, fingerprint: key.fingerprint, partition: key.partition,
                    position: partition == nil ? nil : packet.location.ordinal, member: packet.location.member))
        }
        try write(JSONEncoder().encode(kept), to: "\(folder)/\(list)")
    }

    private static func write(_ bytes: Data, to path: String) throws(BrokerError) {
        do { try bytes.write(to: URL(fileURLWithPath: path)) } catch {
            throw BrokerError(
                .cannotWrite, path: path, detail: "a missing packet cannot be kept: \(error.localizedDescription)")
        }
    }

    /// Makes the intake.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the list cannot be read.
    package func open(_ context: IntakeContext) throws(BrokerError) -> any Intake {
        let path = "\(folder)/\(Self.list)"
        guard let data = FileManager.default.contents(atPath: path), data.count <= Self.longestList,
            let kept = try? JSONDecoder().decode([Kept].self, from: data)
        else {
            throw BrokerError(
                .cannotRead, path: path, detail: "this is no list of kept packets; give the command again")
        }
        let positions = try StoredPositions(folder: context.folder)
        var next: [SourceKey: Int] = [:]
        var packets: [(key: SourceKey, position: Int, member: String?)] = []
        for packet in kept {
            let key = SourceKey(name: packet.source, fingerprint: packet.fingerprint, partition: packet.partition)
            // A stream's packets keep their offsets; of files, of which the others were not read, they are counted on.
            var position = packet.position ?? next[key] ?? 0
            if packet.position == nil, next[key] == nil { position = Int(try positions.position(of: key) ?? 0) }
            next[key] = position + 1
            packets.append((key, position, packet.member))
        }
        return Reading(folder: folder, packets: packets)
    }

    /// Reads them.
    private struct Reading: Intake {
        let folder: String
        let packets: [(key: SourceKey, position: Int, member: String?)]

        /// Whether the sources were read to their end is not changed by what is added to them.
        var hasEnd: Bool { false }

        func read(into queue: IntakeQueue, stop: StopSignal) throws(BrokerError) {
            for (number, packet) in packets.enumerated() where !stop.isSet {
                let path = "\(folder)/\(number)"
                guard RegularFile.exists(path), let bytes = FileManager.default.contents(atPath: path) else {
                    throw BrokerError(.cannotRead, path: path, detail: "a kept packet is gone; give the command again")
                }
                let location = PacketLocation(
                    source: packet.key.name, member: packet.member, ordinal: packet.position, byte: 0)
                let batch = IntakeBatch(
                    source: packet.key, packets: [Packet(bytes: Array(bytes)[...], location: location)],
                    progress: Progress(bytesRead: 0, total: nil))
                guard queue.put(batch) else { return }
            }
        }
    }
}
