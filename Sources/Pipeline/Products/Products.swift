package import Alerts
internal import Salt2

/// What one alert makes: a record of the archive, rows of tables, messages of streams, a plot.
///
/// They are made here and nowhere else, for every store. What a store may not want, as a message's attributes, is computed
/// when it is asked for.
package struct Products: Sendable {
    package let alert: ProcessedAlert
    /// Where its packet was on the survey's Kafka; `nil` where it did not come from there.
    package let origin: PacketOrigin?
    /// When the source got its packet, ms since 1970 UTC; 0 where that is not known.
    package let arrival: Int64

    package init(_ alert: ProcessedAlert, origin: PacketOrigin? = nil, arrival: Int64 = 0) {
        self.alert = alert
        self.origin = origin
        self.arrival = arrival
    }

    package var key: AlertKey { alert.key }

    /// The attributes of every message about the alert: where it was on Kafka, what it is known by, what the stages say.
    package var attributes: [String: String] {
        var attributes = alertAttributes
        for (column, value) in zip(alert.schema.stages.columns, alert.values) {
            attributes[column.name] = value.attribute
        }
        return attributes
    }

    /// Those that follow from the packet alone.
    package var alertAttributes: [String: String] {
        AlertAttributes.of(alert.decoded).merging(origin?.attributes ?? [:]) { own, _ in own }
    }

    /// Every alert's message.
    private var alertMessage: Message {
        Message(.alertData, of: self, schema: alert.schema.segment, body: alert.body)
    }

    // MARK: - To stores

    /// Hands everything to stores, in an order in which what names another comes after it.
    ///
    /// - Returns: What became of the alert. What is `stored` is durable once the stores are flushed.
    /// - Throws: Where a store failed: what was handed to it since it was flushed is lost.
    package func put<Stores: ProductStores>(into stores: inout Stores) throws(Stores.Failure) -> ProductOutcome {
        guard try stores.isNew(key) else { return .duplicate }
        if let error = try stores.insert(self) { return .refused(error) }
        try stores.archive(self)
        try stores.publish(alertMessage)
        if let message = alert.message {
            try stores.publish(Message(.exgalacTrans, of: self, schema: alert.schema.filtered.segment, body: message))
            try putFit(into: &stores)
        }
        return .stored
    }

    /// Hands the fit alone to stores: plot, row and message.
    package func putFit<Stores: ProductStores>(into stores: inout Stores) throws(Stores.Failure) {
        guard case .fit(let fit)? = alert.supernova, let filtered = alert.message else { return }
        var path: String?
        if let picture = fit.picture { path = try stores.put(Plot(png: picture, products: self)) }
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

/// What became of an alert's products.
package enum ProductOutcome: Sendable {
    case stored
    /// They are there since an earlier time.
    case duplicate
    /// The tables can never hold them; nothing of the alert is stored.
    case refused(AlertError)
}

/// A light-curve plot.
package struct Plot: Sendable {
    package let png: [UInt8]
    package let products: Products
}
