package import Alerts
internal import Avro
internal import Sky

/// The attributes of a message, by which its subscribers choose and today's clients of the Pitt-Google broker know it.
///
/// They are Pub/Sub's attributes and Kafka's headers alike.
package enum AlertAttributes {
    /// Orders of the HEALPix numbers that tell an alert's position.
    package static let pixelOrders = [9, 19, 29]

    /// What an alert's own packet says: ids, schema version, length of its history, position, survey.
    ///
    /// The position is given as HEALPix numbers, nested, of ``pixelOrders``. The clients compute them from nothing where they are
    /// missing, and get one position for all alerts.
    package static func of(_ decoded: DecodedAlert) -> [String: String] {
        let labels = AlertLabels(decoded)
        var attributes = [
            "survey": decoded.schema.survey.name, "n_previous_detections": String(labels.previousDetections),
        ]
        for id in labels.ids { attributes[id.name] = id.value }
        if let version = labels.schemaVersion { attributes["schema_version"] = version }
        for (order, pixel) in zip(pixelOrders, pixels(of: decoded.alert)) {
            attributes["healpix\(order)"] = String(pixel)
        }
        return attributes
    }

    /// The pixels that hold an alert, of ``pixelOrders``; none where its position is not known.
    package static func pixels(of alert: Alert) -> [Int64] {
        guard let ra = alert.detection.ra, let dec = alert.detection.dec else { return [] }
        return pixelOrders.compactMap { HEALPix.nested(order: $0, ra: ra, dec: dec) }
    }
}
