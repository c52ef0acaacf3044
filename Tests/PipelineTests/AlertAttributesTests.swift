import Alerts
import Pipeline
import TestSupport
import Testing

@Suite struct AlertAttributesTests {
    @Test("a message says what its alert is known by, and where it is") func packet() throws {
        var packet = SmallPacket(candid: 2_823_123_450_015_000_001)
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 17, magpsf: 19, isdiffpos: "t")]
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try #require(decoding.decode(packet.container()[...], position: 0, member: nil).alerts.first)
        let attributes = AlertAttributes.of(alert.decoded)
        let place = alert.decoded.alert.detection
        #expect(attributes["objectId"] == "ZTF24aaaaaaa")
        #expect(attributes["candid"] == "2823123450015000001")
        #expect(attributes["schema_version"] == "v3_3")
        #expect(attributes["n_previous_detections"] == "1")
        #expect(attributes["survey"] == "ztf")
        // The pixel of order 9 is the leading part of the others.
        let pixels = try [9, 19, 29].map { try #require(attributes["healpix\($0)"].flatMap { Int64($0) }) }
        #expect(place.ra != nil && pixels[1] >> 20 == pixels[0] && pixels[2] >> 20 == pixels[1])
    }

    @Test("a verdict is told cut by cut, by the names that subscriptions filter on, and the schema by its fingerprint")
    func verdict() throws {
        // Seen once: it may move.
        let packet = SmallPacket(candid: 1)
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try #require(decoding.decode(packet.container()[...], position: 0, member: nil).alerts.first)
        let origin = PacketOrigin(topic: "t", partition: 3, offset: 17, timestamp: nil)
        let attributes = Products(alert, origin: origin).attributes
        let verdict = attributes.filter { AlertAttributes.of(alert.decoded)[$0.key] == nil }
        #expect(
            verdict == [
                "is_positive_sub": "true", "no_pointsource_counterpart": "true", "not_moving": "false",
                "no_ssobject": "true", "is_extragalactic_transient": "false", "is_pure": "false", "kafka.topic": "t",
                "kafka.partition": "3", "kafka.offset": "17",
            ])
    }

    @Test("Kafka's position is named as the original connector named it, and read again from there") func kafka() {
        let attributes = [
            "kafka.topic": "ztf_20210101_programid1", "kafka.partition": "3", "kafka.offset": "17",
            "kafka.timestamp": "1609459200123",
        ]
        let origin = PacketOrigin(
            topic: "ztf_20210101_programid1", partition: 3, offset: 17, timestamp: 1_609_459_200_123)
        #expect(origin.attributes == attributes)
        #expect(PacketOrigin(attributes: attributes) == origin)
        #expect(PacketOrigin(topic: "t", partition: 0, offset: 0, timestamp: nil).attributes["kafka.timestamp"] == nil)
        #expect(PacketOrigin(attributes: ["survey": "ztf"]) == nil)
    }
}
