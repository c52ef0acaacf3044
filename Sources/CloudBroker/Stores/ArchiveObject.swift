internal import Alerts
internal import Escaping
internal import Foundation
package import Pipeline

/// The name and metadata of an alert's object in the archive's bucket.
///
/// ZTF: `{objectId}.{candid}.{topic}.avro`, the original broker's later form. LSST, as in its successor:
/// `{version}/kafkaPublishTimestamp=YYYY-MM-DD/diaObjectId=.../diaSourceId=....avro`, the date in UTC. The same alert from the
/// same topic always has the same name, so that it is written once.
package enum ArchiveObject {
    /// The object's name in the bucket.
    package static func name(of products: Products) -> String {
        let decoded = products.alert.decoded
        let survey = decoded.schema.survey
        switch survey.archiveName {
        case .object:
            // Without a Kafka topic, as for simulated alerts, the night replaces it.
            let topic = products.origin?.topic ?? "\(survey)_\(decoded.alert.night)"
            return name(object: decoded.alert.objectId ?? "none", id: decoded.alert.id, topic: topic)
        case .day:
            // The object's label is `diaObject_diaObjectId` or `ssSource_ssObjectId`.
            let labels = AlertLabels(decoded).ids.dropLast()
            let name = labels.first?.name.split(separator: "_").last.map { String($0) } ?? survey.packet.flat.object
            let object = "\(name)=\(labels.first?.value ?? "none")"
            let version = decoded.schema.version ?? "unversioned"
            let day = day(of: products)
            return "\(safe(version))/\(folder(ofDay: day))\(object)/\(survey.idName)=\(decoded.alert.id).avro"
        }
    }

    /// The name of an object that is called after its alert's object and topic.
    package static func name(object: String, id: Int64, topic: String) -> String {
        "\(safe(object)).\(id).\(safe(topic)).avro"
    }

    /// A day's folder within that of a schema's version; the day is `YYYY-MM-DD`, UTC.
    package static func folder(ofDay day: String) -> String { "kafkaPublishTimestamp=\(day)/" }

    /// The alert's id in the name of an object of a day's folder; `nil` where it has none.
    package static func id(in name: String) -> Int64? {
        guard name.hasSuffix(".avro") else { return nil }
        return name.dropLast(".avro".count).split(separator: "=").last.flatMap { Int64($0) }
    }

    /// The object's metadata, which listings show: the message's attributes without positions.
    static func metadata(of products: Products) -> [String: String] {
        products.alertAttributes.filter { !$0.key.hasPrefix("healpix") }
    }

    private static func day(of products: Products) -> String {
        if let milliseconds = products.origin?.timestamp, (0..<253_402_300_800_000).contains(milliseconds) {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
            return date.formatted(.iso8601.year().month().day())
        }
        let night = products.alert.decoded.alert.night
        return String(format: "%04d-%02d-%02d", night / 10_000, night / 100 % 100, night % 100)
    }

    /// A name with all characters except letters, digits, `-` and `_` as %XX: names come from outside.
    private static func safe(_ name: String) -> String {
        String(PercentEncoding.escape(name.utf8, keeping: "-_").prefix(300))
    }
}
