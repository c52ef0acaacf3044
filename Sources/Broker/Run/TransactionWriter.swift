internal import Alerts
internal import Avro
internal import DataLayout
internal import SQLite
internal import Pipeline

/// Makes batches durable: archive, tables, streams, ledger and dead letters in one transaction, or nothing of it.
///
/// The order is what keeps the promises. Records are appended to the segments first; while the disk takes them, the
/// tables are filled; only when the bytes are on the disk is the transaction committed that says they count. One
/// transaction may hold several batches, since the disk is waited for once in each.
final class TransactionWriter {
    private let folder: DataFolder
    private let database: Database
    private var stores: LocalStores
    private let ledger: Ledger
    private let deadLetters: DeadLetters
    /// Whether a transaction is open.
    private(set) var isOpen = false
    /// Alerts of which the batch that is processed now may hold duplicates.
    private var elsewhere = RecentAlerts()

    init(folder: DataFolder, stages: StageList = .standard) throws(BrokerError) {
        self.folder = folder
        database = folder.database
        stores = try LocalStores(folder, stages: stages)
        ledger = try Ledger(database: database)
        deadLetters = try DeadLetters(database: database, segments: stores.segments)
        // What a run before this one retired but did not come to announce.
        try stores.segments.renameClosed()
    }

    /// Writes a batch; it is durable once ``flush()`` has returned.
    ///
    /// - Parameters:
    ///   - batch: What was decoded.
    ///   - stream: Where its messages go, too.
    ///   - elsewhere: Alerts that came before in the same source, and are perhaps another worker's.
    ///   - letter: The dead letter that the batch's one packet is.
    /// - Returns: What became of it.
    /// - Throws: ``BrokerError`` where it cannot be written; nothing of the open transaction counts then.
    func process(
        _ batch: Batch, publishingTo stream: (any MessageStream<Never>)? = nil,
        elsewhere: RecentAlerts = RecentAlerts(), replaying letter: Int64? = nil
    ) throws(BrokerError) -> Report {
        var report = Report()
        stores.forward = stream
        stores.source = batch.source
        self.elsewhere = elsewhere
        // Held here it would be copied when the next alert is known.
        defer { self.elsewhere = RecentAlerts() }
        try rollingBack { () throws(BrokerError) in
            try begin()
            for packet in batch.packets {
                report.bytes += packet.size
                try process(packet, of: batch.source, replaying: letter, report: &report)
            }
            try stores.finishBatch()
        }
        let losses = stores.takeLosses()
        report.valuesWithoutColumn += losses.valuesWithoutColumn
        report.pointsLeftOut += losses.points
        return report
    }

    /// Makes everything that was processed durable, whole.
    func flush() throws(BrokerError) {
        try prepare()
        try commit()
    }

    /// Brings everything to the disk but the word that it counts, which ``commit()`` gives.
    func prepare() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            try ledger.flush()
            try stores.segments.sync()
            // Before anything is claimed for it.
            try folder.check()
        }
    }

    func commit() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            do throws(SQLiteError) { try database.commit() } catch { throw BrokerError(error) }
            isOpen = false
            // Before anything is acknowledged for it.
            try folder.check()
        }
        try stores.segments.renameClosed()
    }

    /// Drops everything that was processed since the last commit. This writer is of no use any more: its segments know
    /// bytes that do not count.
    func abandon() {
        if isOpen { database.rollBack() }
        isOpen = false
        stores.segments.abandon()
    }

    private func begin() throws(BrokerError) {
        guard !isOpen else { return }
        do { try database.begin() } catch { throw BrokerError(error) }
        isOpen = true
        // What was closed with the last transaction has its name by now.
        try stores.announceClosed()
    }

    private func rollingBack(_ work: () throws(BrokerError) -> Void) throws(BrokerError) {
        do throws(BrokerError) { try work() } catch {
            abandon()
            throw error
        }
    }

    /// Takes the waiting dead letters again; those whose packet can be used now are marked as replayed. A part of one that
    /// still cannot is a letter of its own from then on.
    ///
    /// - Parameters:
    ///   - decoding: Decodes their packets.
    ///   - complain: Given each letter that is damaged; it waits on, and the others are taken all the same.
    /// - Returns: What became of them, and how many wait now.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written to.
    func replay(
        _ decoding: inout AlertPipeline, complain: (BrokerError) -> Void
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        var report = Report()
        let packets = DeadLetterPackets(try OpenFolder(folder.path))
        for letter in try DeadLetter.list(in: database) where letter.state == "waiting" && letter.isWhole {
            guard let bytes = try packet(of: letter, in: packets, complain) else { continue }
            let packet = decoding.decode(bytes, position: letter.position, member: letter.member)
            guard !packet.faults.contains(where: { DeadLetters.digest($0, of: packet) == letter.sha256 }) else {
                continue
            }
            let outcome = try process(Batch(source: letter.key, packets: [packet]), replaying: letter.id)
            if outcome[.stored] + outcome[.duplicates] > 0 { report.add(outcome) }
            // The next letter may be of the same packet, and must find this one accounted for.
            try flush()
        }
        return (report, try DeadLetter.list(in: database).count { $0.state == "waiting" })
    }

    private func packet(
        of letter: DeadLetter, in packets: DeadLetterPackets, _ complain: (BrokerError) -> Void
    ) throws(BrokerError) -> ArraySlice<UInt8>? {
        do throws(BrokerError) { return try packets.packet(letter.id) } catch {
            guard error.code == .damagedArchive else { throw error }
            complain(error)
            return nil
        }
    }

    /// Puts another fit of a stored alert in the place of the one it had: row, message, plot and ledger change together.
    func replaceFit(of alert: ProcessedAlert) throws(BrokerError) {
        try inTransaction { () throws(BrokerError) in
            try Products(alert).putFit(into: &stores)
            if alert.supernova?.counter == .fitted {
                try ledger.moveFit(night: alert.decoded.alert.night, source: stores.source(of: alert.key))
            }
        }
    }

    /// Closes all segments, so that every file is whole, and announces the archive's.
    func finish() throws(BrokerError) {
        try inTransaction { () throws(BrokerError) in try stores.segments.retireArchive() }
        // The archive's are announced as this transaction begins; then the announcements' own segment is closed too.
        try inTransaction { () throws(BrokerError) in try stores.segments.retireStreams() }
        // What was closed last is marked as done with.
        try inTransaction {}
    }

    private func inTransaction(_ work: () throws(BrokerError) -> Void) throws(BrokerError) {
        try rollingBack { () throws(BrokerError) in
            try begin()
            try work()
        }
        try flush()
    }

    // MARK: - One packet

    /// When the source got what has become durable, for each stream; told once.
    func nextArrivals() -> [Topic: [Int64]] { stores.nextArrivals() }

    private func process(
        _ packet: ProcessedPacket, of source: SourceKey, replaying letter: Int64?, report: inout Report
    ) throws(BrokerError) {
        var outcomes: [(night: Int, counts: Counts)] = []
        var faults = packet.faults
        for alert in packet.alerts {
            let products = Products(alert, origin: packet.origin, arrival: packet.arrival)
            let isKnown = elsewhere.contains(alert.key, of: source, before: packet.position)
            let counts: Counts
            switch isKnown ? .duplicate : try products.put(into: &stores) {
            case .stored:
                report.count(alert)
                counts = Self.counts(of: alert)
            case .duplicate: counts = Counts(.received, .duplicates)
            case .refused(let error):
                faults.append(PacketFault(error, part: alert.decoded.part))
                continue
            }
            outcomes.append((alert.decoded.alert.night, counts))
            report.counts += counts
        }
        let unusable = Counts(.received, .deadLettered)
        report.counts += unusable * faults.count
        let wasAccounted = try packet.position < ledger.position(of: source)
        var digests: Set<String> = []
        for fault in faults {
            let kept = try deadLetters.keep(fault, of: packet, source: source)
            digests.insert(kept.digest)
            if kept.isNew || !wasAccounted { outcomes.append((0, unusable)) }
        }
        guard wasAccounted else { return try ledger.note(outcomes, source: source, offset: packet.position) }
        let freed = try deadLetters.markReplayed(
            source: source, position: packet.position, letter: letter, stillWaiting: digests)
        // A source that only looks like the one it was has what the ledger does not know yet.
        ledger.amend(outcomes, instead: freed, source: source, offset: packet.position)
    }

    /// What a stored alert counts as.
    private static func counts(of alert: ProcessedAlert) -> Counts {
        var counts = Counts(.received, .archived, .stored)
        if alert.message != nil { counts[.passedFilter] = 1 }
        if let counter = alert.supernova?.counter { counts[counter] = 1 }
        return counts
    }
}
