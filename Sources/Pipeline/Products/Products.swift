package import Alerts
internal import Salt2

/// The products of one alert: a record of the archive, rows of tables, messages of streams, a plot.
///
/// They are made only here, for all stores. Parts that not every store uses, such as a message's attributes, are computed on
/// access.
package struct Products: Sendable {
    /// The alert.
    package let alert: ProcessedAlert
    /// The location of its packet on the survey's Kafka; `nil` where it is of another source.
    package let origin: PacketOrigin?
    /// Arrival time of its packet at the source, ms since 1970 UTC; 0 where it is unknown.
    package let arrival: Int64

    /// The products of an alert.
    package init(_ alert: ProcessedAlert, origin: PacketOrigin? = nil, arrival: Int64 = 0) {
        self.alert = alert
        self.origin = origin
        self.arrival = arrival
    }

    /// The alert's key.
    package var key: AlertKey { alert.key }

    /// The attributes of every message of the alert: its location on Kafka, its ids, and the stages' values.
    package var attributes: [String: String] {
        var attributes = alertAttributes
        for (column, value) in zip(alert.columns, alert.values) {
            attributes[column.name] = value.attribute
        }
        return attributes
    }

    /// The attributes that follow from the packet alone.
    package var alertAttributes: [String: String] {
        AlertAttributes.of(alert.decoded).merging(origin?.attributes ?? [:]) { own, _ in own }
    }

    /// The message of the stream of all alerts.
    private var alertMessage: Message {
        Message(.alertData, of: self, schema: alert.schema.segment, body: alert.body)
    }

    // MARK: - To stores

    /// Puts all products into stores, each after the products that it names.
    ///
    /// - Returns: The outcome. `stored` products are durable once the stores are flushed.
    /// - Throws: The error of a store: what was put since it was last flushed is lost.
    package func put<Stores: ProductStores>(into stores: inout Stores) throws(Stores.Failure) -> ProductOutcome {
        guard try stores.isNew(key) else { return .duplicate }
        if let error = try stores.insert(self) { return .refused(error) }
        try stores.archive(self)
        try stores.publish(alertMessage)
        if alert.isTransient, let message = alert.message {
            try stores.publish(Message(.exgalacTrans, of: self, schema: alert.schema.filtered.segment, body: message))
        }
        try putFit(into: &stores)
        try putPasses(into: &stores)
        return .stored
    }

    /// Puts a row and a message for each filter that the alert passed.
    private func putPasses<Stores: ProductStores>(into stores: inout Stores) throws(Stores.Failure) {
        let passed = alert.judged.passed
        guard !passed.isEmpty, let message = alert.message else { return }
        for filter in passed {
            try stores.insert(
                ProductRow(
                    table: PassRow.table, survey: alert.decoded.schema.survey,
                    values: PassRow.values(alert.decoded.alert, filter)), of: self)
            try stores.publish(
                Message(
                    filter.stream, of: self, schema: alert.schema.filtered.segment, body: message,
                    own: Self.attributes(filter, among: passed)))
        }
    }

    /// A filter's attributes: its name and version, each of its cuts, and all the filters that the alert passed.
    private static func attributes(_ filter: LiveFilter, among passed: [LiveFilter]) -> [String: String] {
        var attributes = [
            "filter": filter.name, "filter_version": filter.version,
            "passes": passed.map(\.name).joined(separator: ","),
        ]
        for cut in filter.cuts { attributes["cut_\(cut)"] = "true" }
        return attributes
    }

    /// Puts only the fit into stores: plot, row and message.
    ///
    /// - Throws: The error of a store.
    package func putFit<Stores: ProductStores>(into stores: inout Stores) throws(Stores.Failure) {
        guard case .fit(let fit)? = alert.supernova, let filtered = alert.message else { return }
        var path: String?
        if let png = fit.plot { path = try stores.put(Plot(png: png, products: self)) }
        let row = Salt2Row(alert.decoded.alert, fit, path: path)
        try stores.insert(
            ProductRow(table: Salt2Row.table, survey: alert.decoded.schema.survey, values: row.values), of: self)
        var own = ["salt2_success": String(fit.success)]
        own["salt2_quality"] = fit.quality?.rawValue
        let schema = alert.schema.salt2
        try stores.publish(
            Message(
                .salt2, of: self, schema: schema.segment, body: schema.message(alert: filtered, row: row)[...], own: own
            ))
    }
}

/// The outcome of putting an alert's products into stores.
package enum ProductOutcome: Sendable {
    /// They are stored.
    case stored
    /// They were stored before.
    case duplicate
    /// The tables refuse them for good; nothing of the alert is stored.
    case refused(AlertError)
}

/// A light-curve plot.
package struct Plot: Sendable {
    /// The image, PNG.
    package let png: [UInt8]
    /// The products of its alert.
    package let products: Products
}
