package import Alerts
internal import Avro
internal import Sky
package import Stages

/// The attributes of a message, by which its subscribers choose and today's clients of the Pitt-Google broker know it.
package enum AlertAttributes {
    private static let pixelOrders = [9, 19, 29]

    /// What an alert's own packet says: ids, schema version, length of its history, place, survey.
    ///
    /// The place is given as HEALPix numbers, nested, of orders 9, 19 and 29. The clients compute them from nothing where
    /// they are missing, and get one place for all alerts.
    package static func of(_ decoded: DecodedAlert) -> [String: String] {
        let labels = AlertLabels(decoded)
        var attributes = [
            "survey": decoded.schema.survey.name, "n_previous_detections": String(labels.previousDetections),
        ]
        for id in labels.ids { attributes[id.name] = id.value }
        if let version = labels.schemaVersion { attributes["schema_version"] = version }
        let detection = decoded.alert.detection
        if let ra = detection.ra, let dec = detection.dec {
            for order in pixelOrders {
                attributes["healpix\(order)"] = HEALPix.nested(order: order, ra: ra, dec: dec).map { String($0) }
            }
        }
        return attributes
    }

    /// What a filtered stream's messages say beside that: each cut by its name.
    package static func of(_ verdict: FilterVerdict) -> [String: String] {
        Dictionary(uniqueKeysWithValues: zip(FilterVerdict.names, verdict.values.map { String($0) }))
    }

    /// Where a message was on Kafka, under the names that the original broker's connector gave them.
    ///
    /// - Parameters:
    ///   - topic: Kafka's topic.
    ///   - partition: Its partition.
    ///   - offset: The message's offset.
    ///   - timestamp: Its time, ms since 1970 UTC; `nil` where it has none.
    /// - Returns: The attributes.
    package static func kafka(topic: String, partition: Int32, offset: Int64, timestamp: Int64?) -> [String: String] {
        var attributes = [
            "kafka.topic": topic, "kafka.partition": String(partition), "kafka.offset": String(offset),
        ]
        attributes["kafka.timestamp"] = timestamp.map { String($0) }
        return attributes
    }
}
