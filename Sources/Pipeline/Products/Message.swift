package import Alerts

/// A message of one of the streams: a record, and what subscribers choose by.
package struct Message: Sendable {
    package let stream: StreamKind
    package let products: Products
    package let schema: SegmentSchema
    /// The record.
    package let body: ArraySlice<UInt8>
    /// What it says beside what every message about its alert says.
    private let own: [String: String]

    init(
        _ stream: StreamKind, of products: Products, schema: SegmentSchema, body: ArraySlice<UInt8>,
        own: [String: String] = [:]
    ) {
        self.stream = stream
        self.products = products
        self.schema = schema
        self.body = body
        self.own = own
    }

    package var survey: Survey { products.alert.decoded.schema.survey }
    /// The stream's name among all surveys'.
    package var topic: String { stream.name(of: survey) }
    /// The object, by which messages of one light curve stay in order.
    package var key: String? { products.alert.decoded.alert.objectId }
    /// The record in a container of its own, as ZTF's packets are.
    package var container: [UInt8] { schema.container(body) }
    /// Pub/Sub's attributes and Kafka's headers: those of the alert, the message's own, and `schema`, the schema's fingerprint.
    ///
    /// Made when they are asked for: a data folder needs none.
    package var attributes: [String: String] {
        var attributes = products.attributes.merging(own) { $1 }
        attributes["schema"] = schema.fingerprint
        return attributes
    }
}
