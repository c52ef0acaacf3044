package import Alerts
package import DataLayout
internal import SQLite
package import Pipeline

/// The stores of a data folder: archive, tables, streams and plots, in one transaction that their owner opens and commits.
package final class LocalStores: ProductStore {
    package typealias Failure = BrokerError

    let segments: SegmentStore
    private let archive: AvroArchive
    private let announcements = SegmentAnnouncements()
    private let plots: PlotFolder
    private var tables: [Survey: TableStore] = [:]
    private var products: [Survey: [ProductTable: ProductRows]] = [:]
    /// Alerts whose points the history tables lack yet.
    private var withoutHistory: [DecodedAlert] = []
    /// Where the alerts come from that are put now.
    var source = SourceKey(name: "", fingerprint: "")
    /// Where messages go, too.
    var forward: (any MessageStream<Never>)?
    /// Values that have no column, and points that the tables cannot hold; taken by ``takeLosses()``.
    private var losses = Losses()
    /// When the source got what the open transaction makes of each stream, ms since 1970 UTC.
    private var arrivals: [Topic: [Int64]] = [:]

    /// What the archive alone has of alerts that were inserted.
    struct Losses {
        var valuesWithoutColumn = 0
        var points = 0
    }

    /// - Parameters:
    ///   - folder: The data folder, held for writing.
    ///   - stages: Whose columns the alert tables have.
    /// - Throws: ``BrokerError`` where the tables cannot be made or opened.
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

    /// Starts the disk on what was archived, and fills the history tables meanwhile.
    func finishBatch() throws(BrokerError) {
        segments.startWriting()
        for decoded in withoutHistory {
            losses.points += try tables[decoded.schema.survey]?.insertHistory(decoded) ?? 0
        }
        withoutHistory.removeAll(keepingCapacity: true)
    }

    /// What was lost since this was asked last.
    func takeLosses() -> Losses {
        defer { losses = Losses() }
        return losses
    }

    /// When the source got what has become durable, for each stream; told once.
    func nextArrivals() -> [Topic: [Int64]] {
        defer { arrivals.removeAll(keepingCapacity: true) }
        return arrivals
    }

    /// The source that a stored alert came from; `nil` where an older Nightjar stored it.
    func source(of key: AlertKey) throws(BrokerError) -> SourceKey? { try archive.source(of: key) }

    /// Announces the archive's segments that were closed.
    func announceClosed() throws(BrokerError) {
        for closed in try segments.takeClosed() {
            _ = try segments.append(
                announcements.message(closed)[...], to: Topic(closed.survey, .avroBucket), survey: closed.survey,
                schema: announcements.schema)
        }
    }
}

extension LocalStores: ArchiveStore {
    package func isNew(_ key: AlertKey) throws(BrokerError) -> Bool { try !archive.contains(key) }

    package func archive(_ products: Products) throws(BrokerError) { try archive.store(products.alert, from: source) }
}

extension LocalStores: AlertTables {
    package func insert(_ products: Products) throws(BrokerError) -> AlertError? {
        let alert = products.alert
        switch try tables[alert.decoded.schema.survey]?.insertAlert(alert) {
        case .refused(let error): return error
        case .stored(let withoutColumn): losses.valuesWithoutColumn += withoutColumn
        case nil: break
        }
        withoutHistory.append(alert.decoded)
        return nil
    }

    package func insert(_ row: ProductRow, of products: Products) throws(BrokerError) {
        try self.products[row.survey]?[row.table]?.insert(row)
    }
}

extension LocalStores: MessageStream {
    package func publish(_ message: Message) throws(BrokerError) {
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
    package func put(_ plot: Plot) throws(BrokerError) -> String? { plots.put(plot) }
}
