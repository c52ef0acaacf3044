package import DataLayout
internal import SQLite

/// Whether one data folder is sound: what was read of it, and what is damaged.
package struct FolderVerification: Sendable, Encodable {
    /// The folder's path.
    package let folder: String
    /// Segments that were read from end to end.
    package private(set) var segments = 0
    /// Bytes of the segments.
    package private(set) var bytes: Int64 = 0
    /// Records that are as they were written.
    package private(set) var records = 0
    /// Records without a checksum, which an older Nightjar wrote.
    package private(set) var unchecked = 0
    /// Packets that were given back as they were received; 0 where that was not asked for.
    package private(set) var packets = 0
    /// What is damaged; of very many the first are named.
    package private(set) var damages = DamageList()

    /// Whether everything is as it was written and agrees.
    package var isSound: Bool { damages.count == 0 }

    init(folder: String) { self.folder = folder }

    private enum Key: CodingKey { case folder, segments, bytes, records, unchecked, packets, damaged, damages }

    /// One object; `damaged` is the number of all damages.
    package func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(folder, forKey: .folder)
        try members.encode(segments, forKey: .segments)
        try members.encode(bytes, forKey: .bytes)
        try members.encode(records, forKey: .records)
        try members.encode(unchecked, forKey: .unchecked)
        try members.encode(packets, forKey: .packets)
        try members.encode(damages.count, forKey: .damaged)
        try members.encode(damages.first, forKey: .damages)
    }

    /// Reads a folder and compares its parts, in one state of its database, beside a run that may write to it.
    ///
    /// - Parameters:
    ///   - folder: The folder, opened for this alone.
    ///   - wantsPackets: Whether each packet is given back as it was received, which reads the archive again in the order
    ///     of the ids.
    ///   - isStopped: Asked now and then; what was found until then is kept.
    /// - Throws: ``DataLayout/BrokerError`` where the folder cannot be read at all.
    mutating func run(_ folder: OpenFolder, wantsPackets: Bool, isStopped: () -> Bool) throws(BrokerError) {
        // Before the state: a run that writes makes a file before it commits what names it.
        let files = SegmentScan.files(below: folder.path)
        do { try folder.database.execute("BEGIN") } catch { throw BrokerError(error) }
        defer { try? folder.database.execute("ROLLBACK") }
        let checks = TableChecks(folder)
        try add(checks.database)
        let scan = SegmentScan(folder)
        do throws(BrokerError) { try scan.run(files: files, isStopped: isStopped) } catch { try add(error) }
        (segments, bytes, records, unchecked) = (scan.segments, scan.bytes, scan.records, scan.unchecked)
        damages += scan.damages
        for check in [checks.index, checks.tables, checks.account, checks.plots] where !isStopped() { try add(check) }
        guard wantsPackets else { return }
        var check = PacketCheck(folder)
        do throws(BrokerError) { try check.run(isStopped: isStopped) } catch { try add(error) }
        packets = check.count
        damages += check.damages
    }

    private mutating func add(_ check: () throws(BrokerError) -> [FolderDamage]) throws(BrokerError) {
        do throws(BrokerError) { damages += try check() } catch { try add(error) }
    }

    /// A damaged page shows where it is read; what does not need it is compared all the same.
    private mutating func add(_ error: BrokerError) throws(BrokerError) {
        guard error.code == .table else { throw error }
        damages.add(FolderDamage(.database, path: "nightjar.db", detail: error.detail))
    }
}

extension DataReader {
    /// Reads everything that is in the folders and compares it: segments, index, tables and ledger.
    ///
    /// - Parameters:
    ///   - wantsPackets: Whether each packet is given back as it was received as well.
    ///   - isStopped: Asked now and then whether to end early.
    /// - Returns: A verdict for each folder, in their order.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read at all.
    package func verify(
        wantsPackets: Bool = false, isStopped: () -> Bool = { false }
    ) throws(BrokerError) -> [FolderVerification] {
        var verdicts: [FolderVerification] = []
        for folder in folders {
            var verdict = FolderVerification(folder: folder.path)
            try verdict.run(folder, wantsPackets: wantsPackets, isStopped: isStopped)
            verdicts.append(verdict)
        }
        return verdicts
    }
}
