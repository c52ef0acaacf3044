internal import Alerts
internal import Avro
internal import DataLayout
internal import SQLite
internal import Pipeline

/// Commits batches: archive, tables, streams, ledger and dead letters in one transaction.
///
/// The order guarantees that. Records are appended to the segments first; while the disk writes them, the tables are filled;
/// only when the bytes are on the disk is the transaction committed that names them. A transaction may hold several batches,
/// since each waits for the disk once.
final class TransactionWriter {
    private let folder: DataFolder
    private let database: Database
    private var stores: LocalStores
    private let ledger: Ledger
    private let filterLedger: FilterLedger
    private let deadLetters: DeadLetters
    /// Whether a transaction is open.
    private(set) var isOpen = false
    private var log = LogLimit()
    /// Alerts of other workers that the current batch may repeat.
    private var elsewhere = RecentAlerts()

    init(folder: DataFolder, stages: StageList = .standard) throws(BrokerError) {
        self.folder = folder
        database = folder.database
        stores = try LocalStores(folder, stages: stages)
        ledger = try Ledger(database: database)
        filterLedger = FilterLedger(database: database)
        deadLetters = try DeadLetters(database: database, segments: stores.segments)
        // Segments that an earlier run retired and did not rename.
        try stores.segments.renameClosed()
    }

    /// Writes a batch; it is durable once ``flush()`` has returned.
    ///
    /// - Parameters:
    ///   - batch: The decoded packets.
    ///   - stream: A stream to which its messages are also published.
    ///   - elsewhere: Earlier alerts of the same source that may be another worker's.
    ///   - letter: The dead letter that is replayed; the batch is its one packet.
    /// - Returns: The report of the batch.
    /// - Throws: ``BrokerError`` where it cannot be written; the open transaction is rolled back then.
    func process(
        _ batch: Batch, publishingTo stream: (any MessageStream<Never>)? = nil,
        elsewhere: RecentAlerts = RecentAlerts(), replaying letter: Int64? = nil
    ) throws(BrokerError) -> Report {
        var report = Report()
        stores.forward = stream
        stores.source = batch.source
        self.elsewhere = elsewhere
        // A second reference would copy it at the next insertion.
        defer { self.elsewhere = RecentAlerts() }
        try rollingBack { () throws(BrokerError) in
            try begin()
            for packet in batch.packets {
                report.bytes += packet.size
                try process(packet, of: batch.source, replaying: letter, report: &report)
            }
            try stores.finishBatch()
        }
        let losses = stores.drainLosses()
        report.valuesWithoutColumn += losses.valuesWithoutColumn
        report.pointsLeftOut += losses.points
        return report
    }

    /// Whether the sources of the batches that follow have an end: until it is noted, the ledger marks them as not read whole.
    var sourcesEnd: Bool {
        get { ledger.sourcesEnd }
        set { ledger.sourcesEnd = newValue }
    }

    /// Notes in the open transaction that a source was read to its end.
    func recordEnd(of source: SourceKey) throws(BrokerError) {
        try rollingBack { () throws(BrokerError) in try begin() }
        ledger.recordEnd(of: source)
    }

    /// Commits everything that was processed.
    func flush() throws(BrokerError) {
        try prepare()
        try commit()
    }

    /// Writes everything to the disk except the commit itself, which ``commit()`` does.
    func prepare() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            try ledger.flush()
            try filterLedger.flush()
            try stores.segments.sync()
            // Before an intake claims it.
            try folder.check()
        }
    }

    /// Commits the open transaction, after ``prepare()``.
    func commit() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            do throws(SQLiteError) { try database.commit() } catch { throw BrokerError(error) }
            isOpen = false
            // Before an intake acknowledges it.
            try folder.check()
        }
        do throws(SQLiteError) { try log.enforce(on: database) } catch { throw BrokerError(error) }
        try stores.segments.renameClosed()
    }

    /// Rolls back everything since the last commit. The writer cannot be used afterwards: its segments have uncommitted bytes.
    func abandon() {
        if isOpen { database.rollBack() }
        isOpen = false
        stores.segments.abandon()
    }

    private func begin() throws(BrokerError) {
        guard !isOpen else { return }
        do { try database.begin() } catch { throw BrokerError(error) }
        isOpen = true
        // Segments that were closed with the last transaction are renamed by now.
        try stores.announceClosed()
    }

    private func rollingBack(_ work: () throws(BrokerError) -> Void) throws(BrokerError) {
        do throws(BrokerError) { try work() } catch {
            abandon()
            throw error
        }
    }

    /// Processes the waiting dead letters again; those whose packet can be used now are marked as replayed. A part that still
    /// cannot be used becomes a letter of its own.
    ///
    /// - Parameters:
    ///   - decoding: Decodes their packets.
    ///   - complain: Called for each damaged letter; it keeps waiting, and the others are processed all the same.
    /// - Returns: Their report, and the number of letters that wait now.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
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
            // The next letter may be of the same packet, which must be accounted for by then.
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

    /// Replaces the fit of a stored alert: row, message, plot and ledger change together.
    func replaceFit(of alert: ProcessedAlert) throws(BrokerError) {
        try inTransaction { () throws(BrokerError) in
            try Products(alert).putFit(into: &stores)
            if alert.supernova?.counter == .fitted {
                try ledger.moveFit(night: alert.decoded.alert.night, source: stores.source(of: alert.key))
            }
        }
    }

    /// Closes all segments, and announces those of the archive.
    func finish() throws(BrokerError) {
        try inTransaction { () throws(BrokerError) in try stores.segments.retireArchive() }
        // The archive's are announced when this transaction begins; then the announcements' own segment is closed too.
        try inTransaction { () throws(BrokerError) in try stores.segments.retireStreams() }
        // The segments that were closed last are marked as done.
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

    /// Returns and clears the arrival times of what was committed, by stream; ms since 1970 UTC.
    func drainArrivals() -> [Topic: [Int64]] { stores.drainArrivals() }

    /// Returns and clears the times of alerts that were committed.
    func drainTimes() -> [AlertTimes] { stores.drainTimes() }

    private func process(
        _ packet: ProcessedPacket, of source: SourceKey, replaying letter: Int64?, report: inout Report
    ) throws(BrokerError) {
        var outcomes: [(night: Int, counts: Counts)] = []
        var faults = packet.faults
        var repeated: [AlertKey] = []
        stores.position = packet.position
        (stores.sent, stores.received) = (packet.sent, packet.received)
        for alert in packet.alerts {
            let products = Products(alert, origin: packet.origin, arrival: packet.arrival)
            let isKnown = elsewhere.contains(alert.key, of: source, before: packet.position)
            let counts: Counts
            switch isKnown ? .duplicate : try products.put(into: &stores) {
            case .stored:
                report.count(alert)
                filterLedger.record(
                    alert.judged, night: alert.decoded.alert.night, source: source, offset: packet.position)
                counts = Self.counts(of: alert)
            case .duplicate:
                counts = Counts(.received, .duplicates)
                repeated.append(alert.key)
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
            let stored = try deadLetters.store(fault, of: packet, source: source)
            digests.insert(stored.digest)
            if stored.isNew || !wasAccounted { outcomes.append((0, unusable)) }
        }
        guard wasAccounted else {
            guard try ledger.record(outcomes, source: source, offset: packet.position) else { return }
            for key in repeated { try stores.noteDuplicate(key) }
            return
        }
        let freed = try deadLetters.markReplayed(
            source: source, position: packet.position, letter: letter, stillWaiting: digests)
        // A source with the same key and other packets has alerts that the ledger does not have yet.
        ledger.amend(outcomes, instead: freed, source: source, offset: packet.position)
    }

    /// The counts of a stored alert.
    private static func counts(of alert: ProcessedAlert) -> Counts {
        var counts = Counts(.received, .archived, .stored)
        if alert.isTransient { counts[.passedFilter] = 1 }
        if let counter = alert.supernova?.counter { counts[counter] = 1 }
        return counts
    }
}
