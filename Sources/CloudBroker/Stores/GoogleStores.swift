package import Alerts
package import GoogleAuth
package import Pipeline

/// The stores of a stage on Google Cloud: they throw errors of services, and keep products only when they are flushed.
package protocol StageStores: ArchiveStore, AlertTables, MessageStream, PlotStore, SendableMetatype
where Failure == GoogleCloudError {
    /// Stores what was put since the last flush; after success or failure, nothing of it is pending.
    ///
    /// - Returns: The alerts that a store refuses for good; all others are durable.
    /// - Throws: ``GoogleCloudError`` where a service failed: any of these alerts may be stored, and all must be put again.
    mutating func flush() throws(GoogleCloudError) -> [RefusedAlert]
}

/// An alert that a store refuses for good.
package struct RefusedAlert: Sendable {
    /// The alert.
    package let key: AlertKey
    /// The service's reason.
    package let reason: String
}

/// The stores of one stage on Google Cloud. Products for stores that a stage does not have are ignored.
///
/// Records and plots are objects of Cloud Storage, rows go to BigQuery, messages to Pub/Sub. A message may be delivered again,
/// after a crash or without a reason: objects and rows are stored once by the alert's id. Pub/Sub cannot be searched, so a
/// message may be published twice; its subscribers keep the first of an id.
package struct GoogleStores: StageStores {
    /// The archive: an object for each alert's record, with the corrected schema.
    private var archive: ObjectStore?
    /// The plots.
    private var plots: ObjectStore?
    /// The tables.
    private let tables: GoogleTables?
    /// The published streams, by kind.
    private let streams: [StreamKind: StreamOutput]
    private var messages: [Message] = []

    /// The stores of a stage; `nil` for those that it does not have.
    package init(
        archive: ObjectStore? = nil, plots: ObjectStore? = nil, tables: GoogleTables? = nil,
        streams: [StreamKind: StreamOutput] = [:]
    ) {
        self.archive = archive
        self.plots = plots
        self.tables = tables
        self.streams = streams
    }

    /// `true`: each store deduplicates by the alert's id.
    package func isNew(_ key: AlertKey) -> Bool { true }

    /// Adds the alert's record to the archive's uploads.
    package mutating func archive(_ products: Products) {
        archive?.add(
            products.alert.schema.segment.container(products.alert.body), as: ArchiveObject.name(of: products),
            contentType: "application/avro", metadata: ArchiveObject.metadata(of: products))
    }

    /// Adds the alert's rows; a refusal is returned by ``flush()``.
    package func insert(_ products: Products) -> AlertError? {
        tables?.add(products)
        return nil
    }

    /// Adds a row of products.
    package func insert(_ row: ProductRow, of products: Products) { tables?.add(row, of: products) }

    /// Adds a message, if its stream is published.
    package mutating func publish(_ message: Message) {
        if streams[message.stream] != nil { messages.append(message) }
    }

    /// Adds a plot, and returns its address; `nil` where plots are not kept.
    package mutating func put(_ plot: Plot) -> String? {
        plots?.add(
            plot.png, as: CloudNames.plot(plot.products.alert.decoded.alert.id), contentType: "image/png",
            metadata: AlertAttributes.of(plot.products.alert.decoded))
    }

    /// Stores records and plots first, then the rows that name them, then the messages.
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
                        (data: $0.container, attributes: $0.pubSubAttributes)
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
