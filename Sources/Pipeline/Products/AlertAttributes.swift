package import Alerts
internal import Avro
internal import Sky

/// The attributes of an alert's messages, by which subscribers filter. Clients of the Pitt-Google broker know their names.
///
/// They are attributes on Pub/Sub and headers on Kafka.
package enum AlertAttributes {
    /// Orders of the HEALPix indexes of an alert's position.
    package static let pixelOrders = [9, 19, 29]

    /// The attributes that follow from the packet: ids, schema version, number of earlier detections, position, survey, and
    /// the kind of data where it is not the survey's own.
    ///
    /// The position is given as nested HEALPix indexes of ``pixelOrders``. Without them, clients compute the same position for
    /// all alerts.
    package static func of(_ decoded: DecodedAlert) -> [String: String] {
        let labels = AlertLabels(decoded)
        var attributes = [
            "survey": decoded.schema.survey.name, "n_previous_detections": String(labels.previousDetections),
        ]
        for id in labels.ids { attributes[id.name] = id.value }
        if decoded.alert.dataKind != .survey { attributes[DataKind.column] = decoded.alert.dataKind.rawValue }
        if let version = labels.schemaVersion { attributes["schema_version"] = version }
        for (order, pixel) in zip(pixelOrders, pixels(of: decoded.alert)) {
            attributes["healpix\(order)"] = String(pixel)
        }
        return attributes
    }

    /// The nested HEALPix indexes of an alert's position, of ``pixelOrders``; empty where the position is unknown.
    package static func pixels(of alert: Alert) -> [Int64] {
        guard let ra = alert.detection.ra, let dec = alert.detection.dec else { return [] }
        return pixelOrders.compactMap { HEALPix.nested(order: $0, ra: ra, dec: dec) }
    }
}
