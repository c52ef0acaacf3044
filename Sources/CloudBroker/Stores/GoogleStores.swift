package import Alerts
package import GoogleAuth
package import Pipeline

/// Stores of a stage that runs apart: they fail as a service does, and keep nothing before they are flushed.
package protocol StageStores: ArchiveStore, AlertTables, MessageStream, PlotStore, SendableMetatype
where Failure == GoogleCloudError {
    /// Makes durable what was put since the last flush; whatever comes of it, nothing of it is kept.
    ///
    /// - Returns: The alerts that can never be held, and why; the others are done.
    /// - Throws: ``GoogleCloudError`` where a service failed: nothing is known of these alerts, and all come again.
    mutating func flush() throws(GoogleCloudError) -> [RefusedAlert]
}

/// An alert that a store can never hold.
package struct RefusedAlert: Sendable {
    package let key: AlertKey
    package let reason: String
}

/// The stores of one stage on Google Cloud: those that it has are given, what would go to others is ignored.
///
/// Records and plots are objects of Cloud Storage, rows are BigQuery's, messages Pub/Sub's. A message may come again, after a
/// crash or for no reason: objects and rows are kept once by the alert's id. Pub/Sub cannot be asked what a stream holds, so
/// a message of it may be published again; whoever reads it keeps the first of an id.
package struct GoogleStores: StageStores {
    /// Where each alert's record goes, an object of its own, with the corrected schema.
    private var archive: ObjectStore?
    /// Where plots go.
    private var plots: ObjectStore?
    /// Where rows go.
    private let tables: GoogleTables?
    /// The streams that are published, by what they carry.
    private let streams: [StreamKind: StreamOutput]
    private var messages: [Message] = []

    package init(
        archive: ObjectStore? = nil, plots: ObjectStore? = nil, tables: GoogleTables? = nil,
        streams: [StreamKind: StreamOutput] = [:]
    ) {
        self.archive = archive
        self.plots = plots
        self.tables = tables
        self.streams = streams
    }

    package func isNew(_ key: AlertKey) -> Bool { true }

    package mutating func archive(_ products: Products) {
        archive?.add(
            products.alert.schema.segment.container(products.alert.body), as: ArchiveObject.name(of: products),
            contentType: "application/avro", metadata: ArchiveObject.metadata(of: products))
    }

    package func insert(_ products: Products) -> AlertError? {
        tables?.add(products)
        return nil
    }

    package func insert(_ row: ProductRow, of products: Products) { tables?.add(row, of: products) }

    package mutating func publish(_ message: Message) {
        if streams[message.stream] != nil { messages.append(message) }
    }

    package mutating func put(_ plot: Plot) -> String? {
        plots?.add(
            plot.png, as: CloudNames.picture(plot.products.alert.decoded.alert.id), contentType: "image/png",
            metadata: AlertAttributes.of(plot.products.alert.decoded))
    }

    /// Records and plots first, then the rows that name them, then the messages that announce all.
    package mutating func flush() throws(GoogleCloudError) -> [RefusedAlert] {
        let messages = messages
        self.messages.removeAll()
        do throws(GoogleCloudError) {
            try archive?.flush()
            try plots?.flush()
            let refused = try tables?.flush() ?? []
            for (stream, output) in streams {
                try output.publish(
                    messages.filter { $0.stream == stream }.map {
                        (data: $0.container, attributes: $0.attributes)
                    })
            }
            return refused
        } catch {
            archive?.discard()
            plots?.discard()
            tables?.discard()
            throw error
        }
    }
}
