internal import Alerts
internal import DataLayout
internal import SQLite
internal import Pipeline

/// The stores of a data folder: archive, tables, streams and plots, in one transaction that their owner opens and commits.
final class LocalStores: ProductStore {
    typealias Failure = BrokerError

    let segments: SegmentStore
    private let archive: AvroArchive
    private let announcements = SegmentAnnouncements()
    private let plots: PlotFolder
    private var tables: [Survey: TableStore] = [:]
    private var products: [Survey: [ProductTable: ProductRows]] = [:]
    /// Alerts whose points are not in the history tables yet.
    private var withoutHistory: [DecodedAlert] = []
    /// The source of the alerts that are stored now.
    var source = SourceKey(name: "", fingerprint: "")
    /// The number of their packet in it.
    var position = 0
    /// A stream to which messages are also published.
    var forward: (any MessageStream<Never>)?
    /// Values without a column, and points that the tables cannot hold, since the last ``drainLosses()``.
    private var losses = Losses()
    /// Arrival times at the source of the messages in the open transaction, by stream; ms since 1970 UTC.
    private var arrivals: [Topic: [Int64]] = [:]

    /// When the survey sent the packet and when it was read, ms since 1970 UTC; 0 where that is unknown.
    var (sent, received): (Int64, Int64) = (0, 0)
    /// The times of the stream's alerts in the open transaction.
    private var times: [AlertTimes] = []

    /// Parts of inserted alerts that only the archive has.
    struct Losses {
        var valuesWithoutColumn = 0
        var points = 0
    }

    /// - Parameters:
    ///   - folder: The data folder, held for writing.
    ///   - stages: The stages whose columns the alert tables have.
    /// - Throws: ``BrokerError`` where the tables cannot be created or opened.
    init(_ folder: DataFolder, stages: StageList) throws(BrokerError) {
        let database = folder.database
        segments = try SegmentStore(root: folder.path, database: database)
        archive = try AvroArchive(database: database, segments: segments)
        plots = PlotFolder(folder.path, writer: segments.writer)
        for survey in Survey.all {
            tables[survey] = try TableStore(survey: survey, stages: stages, database: database)
            for table in ProductTable.all {
                products[survey, default: [:]][table] = try ProductRows(table, of: survey, database: database)
            }
        }
    }

    /// Starts writing archived records to the disk, and fills the history tables meanwhile.
    func finishBatch() throws(BrokerError) {
        segments.startWriting()
        for decoded in withoutHistory {
            losses.points += try tables[decoded.schema.survey]?.insertHistory(decoded) ?? 0
        }
        withoutHistory.removeAll(keepingCapacity: true)
    }

    /// Returns and clears the losses since the last call.
    func drainLosses() -> Losses {
        defer { losses = Losses() }
        return losses
    }

    /// Returns and clears the arrival times of messages, by stream; ms since 1970 UTC.
    func drainArrivals() -> [Topic: [Int64]] {
        defer { arrivals.removeAll(keepingCapacity: true) }
        return arrivals
    }

    /// Returns and clears the times of alerts.
    func drainTimes() -> [AlertTimes] {
        defer { times.removeAll(keepingCapacity: true) }
        return times
    }

    /// The source that a stored alert came from; `nil` where an older Nightjar stored it.
    func source(of key: AlertKey) throws(BrokerError) -> SourceKey? { try archive.source(of: key) }

    /// Notes that the packet at ``position`` repeats an alert.
    func noteDuplicate(_ key: AlertKey) throws(BrokerError) {
        try archive.noteDuplicate(key, from: source, at: position)
    }

    /// Announces the archive's segments that were closed.
    func announceClosed() throws(BrokerError) {
        for closed in try segments.drainClosed() {
            _ = try segments.append(
                announcements.message(closed)[...], to: Topic(closed.survey, .avroBucket), survey: closed.survey,
                schema: announcements.schema)
        }
    }
}

extension LocalStores: ArchiveStore {
    func isNew(_ key: AlertKey) throws(BrokerError) -> Bool { try !archive.contains(key) }

    func archive(_ products: Products) throws(BrokerError) {
        try archive.store(products.alert, from: source, at: position)
        guard products.arrival > 0 else { return }
        times.append(
            AlertTimes(products.alert.decoded.alert, sent: sent, arrival: products.arrival, received: received))
    }
}

extension LocalStores: AlertTables {
    func insert(_ products: Products) throws(BrokerError) -> AlertError? {
        let alert = products.alert
        switch try tables[alert.decoded.schema.survey]?.insertAlert(alert) {
        case .refused(let error): return error
        case .stored(let withoutColumn): losses.valuesWithoutColumn += withoutColumn
        case nil: break
        }
        withoutHistory.append(alert.decoded)
        return nil
    }

    func insert(_ row: ProductRow, of products: Products) throws(BrokerError) {
        try self.products[row.survey]?[row.table]?.insert(row)
    }
}

extension LocalStores: MessageStream {
    func publish(_ message: Message) throws(BrokerError) {
        let topic = Topic(message.survey, message.stream)
        // The archive's segments are the stream of all alerts.
        if message.stream != .alertData {
            _ = try segments.append(message.body, to: topic, survey: message.survey, schema: message.schema)
        }
        let arrival = message.products.arrival
        if arrival > 0 { arrivals[topic, default: []].append(arrival) }
        forward?.publish(message)
    }
}

extension LocalStores: PlotStore {
    func put(_ plot: Plot) throws(BrokerError) -> String? { plots.put(plot) }
}
