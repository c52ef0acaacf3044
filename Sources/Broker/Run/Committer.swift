internal import Alerts
internal import Avro
internal import Foundation
internal import SQLite
internal import Salt2
internal import Stages

/// Makes batches durable: archive, tables, streams, ledger and dead letters in one transaction, or nothing of it.
///
/// The order is what keeps the promises. Records are appended to the segments first; while the disk takes them, the
/// tables are filled; only when the bytes are on the disk is the transaction committed that says they count. One
/// transaction may hold several batches, since the disk is waited for once in each.
final class Committer {
    private let folder: DataFolder
    private let path: String
    private let database: Database
    private let segments: SegmentStore
    private let archive: AvroArchive
    private let ledger: Ledger
    private let deadLetters: DeadLetters
    private var tables: [Survey: TableStore] = [:]
    private let supernovae: SupernovaStore
    private let announcements: SegmentAnnouncements
    /// Whether a transaction is open.
    private(set) var isOpen = false
    /// Gets each product of an alert as it is stored.
    private var products: (any ProductStream)?
    /// Alerts of which the batch that is taken now may hold duplicates.
    private var elsewhere = RecentAlerts()
    /// When the source got what the open transaction makes of each product, ms since 1970 UTC.
    private var arrivals: [Topic: [Int64]] = [:]
    /// Of the packet that is taken now.
    private var arrival: Int64 = 0

    init(folder: DataFolder) throws(BrokerError) {
        path = folder.path
        database = folder.database
        self.folder = folder
        segments = try SegmentStore(root: folder.path, database: database)
        archive = try AvroArchive(database: database, segments: segments)
        ledger = try Ledger(database: database)
        deadLetters = try DeadLetters(database: database, segments: segments)
        announcements = SegmentAnnouncements()
        supernovae = try SupernovaStore(folder: folder.path, database: database, segments: segments)
        for survey in Survey.all { tables[survey] = try TableStore(survey: survey, database: database) }
        // What a run before this one retired but did not come to announce.
        try segments.renameClosed()
    }

    /// Takes a batch; it is durable once ``settle()`` has returned.
    ///
    /// - Parameters:
    ///   - batch: What was decoded.
    ///   - products: Where its products go, too.
    ///   - elsewhere: Alerts that came before in the same source, and are perhaps another worker's.
    ///   - letter: The dead letter that the batch's one packet is.
    /// - Returns: What became of it.
    /// - Throws: ``BrokerError`` where it cannot be written; nothing of the open transaction counts then.
    func take(
        _ batch: Batch, publishingTo products: (any ProductStream)? = nil, elsewhere: RecentAlerts = RecentAlerts(),
        replaying letter: Int64? = nil
    ) throws(BrokerError) -> Report {
        var report = Report()
        self.products = products
        self.elsewhere = elsewhere
        // Held here it would be copied when the next alert is known.
        defer { self.elsewhere = RecentAlerts() }
        try rollingBack { () throws(BrokerError) in
            try begin()
            var stored: [DecodedAlert] = []
            for packet in batch.packets {
                report.bytes += packet.size
                try take(packet, of: batch.source, replaying: letter, stored: &stored, report: &report)
            }
            segments.startWriting()
            for decoded in stored {
                report.pointsLeftOut += try tables[decoded.schema.survey]?.insertHistory(decoded) ?? 0
            }
        }
        return report
    }

    /// Makes everything that was taken durable, whole.
    func settle() throws(BrokerError) {
        try prepare()
        try commit()
    }

    /// Brings everything to the disk but the word that it counts, which ``commit()`` gives.
    func prepare() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            try ledger.flush()
            try segments.sync()
            // Before anything is claimed for it.
            try folder.check()
        }
    }

    func commit() throws(BrokerError) {
        guard isOpen else { return }
        try rollingBack { () throws(BrokerError) in
            try execute("COMMIT")
            isOpen = false
            // Before anything is acknowledged for it.
            try folder.check()
        }
        try segments.renameClosed()
    }

    /// Drops everything that was taken since the last commit. This committer is of no use any more: its segments know
    /// bytes that do not count.
    func abandon() {
        if isOpen { try? database.execute("ROLLBACK") }
        isOpen = false
        segments.abandon()
    }

    private func begin() throws(BrokerError) {
        guard !isOpen else { return }
        try execute("BEGIN IMMEDIATE")
        isOpen = true
        // What was closed with the last transaction has its name by now.
        try announceClosed()
    }

    private func execute(_ sql: String) throws(BrokerError) {
        do { try database.execute(sql) } catch { throw BrokerError(error) }
    }

    private func rollingBack(_ work: () throws(BrokerError) -> Void) throws(BrokerError) {
        do throws(BrokerError) { try work() } catch {
            // Where SQLite has rolled back by itself there is nothing to roll back.
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
        _ decoding: inout PacketDecoding, complain: (BrokerError) -> Void
    ) throws(BrokerError) -> (report: Report, waiting: Int) {
        var report = Report()
        let packets = DeadLetterPackets(folder: path)
        for letter in try DeadLetters.list(in: database) where letter.state == "waiting" && letter.isWhole {
            guard let bytes = try packet(of: letter, in: packets, complain) else { continue }
            let packet = decoding.decode(bytes, position: letter.position, member: letter.member)
            guard !packet.faults.contains(where: { DeadLetters.digest($0, of: packet) == letter.sha256 }) else {
                continue
            }
            let outcome = try take(Batch(source: letter.key, packets: [packet]), replaying: letter.id)
            if outcome[.stored] + outcome[.duplicates] > 0 { report.add(outcome) }
            // The next letter may be of the same packet, and must find this one accounted for.
            try settle()
        }
        return (report, try DeadLetters.list(in: database).count { $0.state == "waiting" })
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

    /// Closes all segments, so that every file is whole, and announces the archive's.
    func finish() throws(BrokerError) {
        try settling { () throws(BrokerError) in try segments.retireArchive() }
        // The archive's are announced as this transaction begins; then the announcements' own segment is closed too.
        try settling { () throws(BrokerError) in try segments.retireStreams() }
        // What was closed last is marked as done with.
        try settling {}
    }

    private func settling(_ work: () throws(BrokerError) -> Void) throws(BrokerError) {
        try rollingBack { () throws(BrokerError) in
            try begin()
            try work()
        }
        try settle()
    }

    // MARK: - One packet

    /// When the source got what has become durable, for each product; told once.
    func takeArrivals() -> [Topic: [Int64]] {
        defer { arrivals.removeAll(keepingCapacity: true) }
        return arrivals
    }

    private func take(
        _ packet: DecodedPacket, of source: SourceKey, replaying letter: Int64?, stored: inout [DecodedAlert],
        report: inout Report
    ) throws(BrokerError) {
        var outcomes: [(night: Int, counts: Counts)] = []
        var faults = packet.faults
        arrival = packet.arrival
        for judged in packet.alerts {
            let isKnown = elsewhere.contains(AlertKey(judged.decoded), of: source, before: packet.position)
            switch try take(judged, isKnown: isKnown, stored: &stored, report: &report) {
            case .accounted(let counts):
                outcomes.append((judged.decoded.alert.night, counts))
                report.counts += counts
            case .refused(let error): faults.append(PacketFault(error, part: judged.decoded.part))
            }
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

    private enum Taken {
        case accounted(Counts)
        case refused(AlertError)
    }

    private func take(
        _ judged: JudgedAlert, isKnown: Bool, stored: inout [DecodedAlert], report: inout Report
    ) throws(BrokerError) -> Taken {
        let decoded = judged.decoded
        let survey = decoded.schema.survey
        let archived: AvroArchive.Outcome
        if isKnown {
            archived = .duplicate
        } else {
            archived = try archive.store(judged) { () throws(BrokerError) in
                switch try tables[survey]?.insertAlert(decoded, verdict: judged.verdict) {
                case .refused(let error): return error
                case .stored(let withoutColumn): report.valuesWithoutColumn += withoutColumn
                case nil: break
                }
                return nil
            }
        }
        switch archived {
        case .stored: break
        case .refused(let error): return .refused(error)
        case .duplicate: return .accounted(Counts(.received, .duplicates))
        }
        stored.append(decoded)
        send(.alertData, of: judged, schema: judged.schema.segment, body: judged.body)
        if let message = judged.message {
            _ = try segments.append(
                message, to: Topic(survey, .exgalacTrans), survey: survey, schema: judged.schema.filtered.segment)
        }
        report.count(judged)
        var counts = Counts(.received, .archived, .stored)
        guard let message = judged.message else { return .accounted(counts) }
        counts[.passedFilter] = 1
        send(.exgalacTrans, of: judged, schema: judged.schema.filtered.segment, body: message)
        if let fit = try takeFit(of: judged, message: message, report: &report) { counts[fit] = 1 }
        return .accounted(counts)
    }

    /// - Returns: The counter of what came of its fit; `nil` where there was none to make.
    private func takeFit(
        of judged: JudgedAlert, message: ArraySlice<UInt8>, report: inout Report
    ) throws(BrokerError) -> Counts.Counter? {
        switch judged.supernova {
        case nil: return nil
        case .tooEarly(let reason):
            report.tallies[.unfitted, reason.rawValue] += 1
            return nil
        case .fit(let result):
            let product = try supernovae.store(
                result, of: judged.decoded.alert, message: message, schema: judged.schema.salt2)
            send(.salt2, of: judged, schema: judged.schema.salt2.segment, body: product)
            if result.isPictureMissing { report.picturesFailed += 1 }
            guard let reason = result.reason else {
                if let quality = result.quality { report.tallies[.fitQuality, quality.rawValue] += 1 }
                return .fitted
            }
            report.tallies[.unfitted, reason] += 1
            return .fitFailed
        }
    }

    /// Sends one product of an alert, with what subscribers choose by in its headers.
    private func send(
        _ kind: Topic.Kind, of judged: JudgedAlert, schema: SegmentSchema, body: ArraySlice<UInt8>
    ) {
        let alert = judged.decoded.alert
        if arrival > 0 { arrivals[Topic(alert.survey, kind), default: []].append(arrival) }
        guard let products else { return }
        var headers = [
            ("survey", alert.survey.name), (alert.survey.idName, String(alert.id)),
            ("schema", schema.fingerprint),
        ]
        if let objectId = alert.objectId { headers.append(("objectId", objectId)) }
        headers += zip(FilterVerdict.names, judged.verdict.values).map { ($0, String($1)) }
        products.send(
            Product(
                topic: Topic(alert.survey, kind).name, objectId: alert.objectId,
                headers: headers.map { (name: $0.0, value: $0.1) }, schema: schema, body: body))
    }

    private func announceClosed() throws(BrokerError) {
        for closed in try segments.takeClosed() {
            _ = try segments.append(
                announcements.message(closed)[...], to: Topic(closed.survey, .avroBucket), survey: closed.survey,
                schema: announcements.schema)
        }
    }
}
