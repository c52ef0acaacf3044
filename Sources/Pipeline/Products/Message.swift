package import Alerts

/// A message of one of the streams: a record with attributes.
package struct Message: Sendable {
    /// The stream.
    package let stream: StreamKind
    /// The products of the alert.
    package let products: Products
    /// The record's schema.
    package let schema: SegmentSchema
    /// The record, Avro binary.
    package let body: ArraySlice<UInt8>
    /// Attributes in addition to those of all messages of the alert.
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

    /// The alert's survey.
    package var survey: Survey { products.alert.decoded.schema.survey }
    /// The stream's name with the survey's.
    package var topic: String { stream.name(of: survey) }
    /// The object's id, which keeps the messages of one object in order; `nil` for an alert without an object.
    package var key: String? { products.alert.decoded.alert.objectId }
    /// The record in a container of its own, as ZTF's packets are.
    package var container: [UInt8] { schema.container(body) }
    /// Pub/Sub's attributes and Kafka's headers: those of the alert, the message's own, and `schema`, the schema's fingerprint.
    ///
    /// Computed on each access: a data folder does not use them.
    package var attributes: [String: String] {
        var attributes = products.attributes.merging(own) { $1 }
        attributes["schema"] = schema.fingerprint
        return attributes
    }
}
