internal import Alerts
internal import Avro
internal import Foundation
internal import Pipeline

/// The messages of `ztf_alert_avro_bucket`: one for each closed segment of the archive.
///
/// The fields are those of a Cloud Storage notification, for which the topic stands, and some of the archive's own.
struct SegmentAnnouncements {
    let schema: SegmentSchema

    init() {
        do {
            schema = SegmentSchema(
                try AvroSchema.parse(
                    """
                    {"type": "record", "name": "nightjar.archive_segment", "fields": [
                    {"name": "eventType", "type": "string"}, {"name": "eventTime", "type": "string"},
                    {"name": "bucketId", "type": "string"}, {"name": "objectId", "type": "string"},
                    {"name": "size", "type": "long"}, {"name": "survey", "type": "string"},
                    {"name": "night", "type": "int"}, {"name": "alerts", "type": "long"},
                    {"name": "schemaFingerprint", "type": "string"}]}
                    """))
        } catch { preconditionFailure("the announcements' own schema: \(error)") }
    }

    func message(_ closed: SegmentStore.Closed) -> [UInt8] {
        var encoder = BinaryEncoder()
        encoder.string("OBJECT_FINALIZE")
        encoder.string(Date.now.formatted(.iso8601))
        encoder.string("archive")
        encoder.string(closed.path.hasPrefix("archive/") ? String(closed.path.dropFirst(8)) : closed.path)
        encoder.long(closed.bytes)
        encoder.string(closed.survey.name)
        encoder.int(Int32(clamping: closed.night))
        encoder.long(closed.records)
        encoder.string(closed.fingerprint)
        return encoder.bytes
    }
}
