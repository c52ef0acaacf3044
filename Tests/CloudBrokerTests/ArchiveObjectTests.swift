import Alerts
import CloudBroker
import Foundation
import Pipeline
import TestSupport
import Testing

@Suite struct ArchiveObjectTests {
    private func alert(_ bytes: [UInt8], _ attributes: [String: String]) throws -> Products {
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try #require(decoding.decodeFirst(of: [(bytes[...], nil)]).packets.first?.alerts.first)
        return Products(alert, origin: PacketOrigin(attributes: attributes))
    }

    @Test("ZTF's are named by object, alert and topic") func ztf() throws {
        let packet = try SmallPacket(candid: 2_823_123_450_015_000_001).container()
        #expect(
            ArchiveObject.name(of: try alert(packet, ["kafka.topic": "ztf_20240915_programid1"]))
                == "ZTF24aaaaaaa.2823123450015000001.ztf_20240915_programid1.avro")
        // JD 2460568.75 is 2024-09-15 06:00 UTC.
        #expect(ArchiveObject.name(of: try alert(packet, [:])) == "ZTF24aaaaaaa.2823123450015000001.ztf_20240915.avro")
    }

    @Test("names from outside make no paths") func hostile() throws {
        var packet = SmallPacket(candid: 1)
        packet.objectId = "../a/b.c\n"
        #expect(
            ArchiveObject.name(of: try alert(packet.container(), ["kafka.topic": "x/../y"]))
                == "%2E%2E%2Fa%2Fb%2Ec%0A.1.x%2F%2E%2E%2Fy.avro")
    }

    @Test(
        "LSST's are named by schema, day in UTC, object and alert",
        .enabled(if: SharedFolder.isThere, "\(SharedFolder.skipped)"))
    func lsst() throws {
        let folder = try #require(SharedFolder.alerts).appending(path: "lsst/fink_v10_full")
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let bytes = Array(try Data(contentsOf: folder.appending(path: file)))
        var decoding = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alerts = try #require(decoding.decodeFirst(of: [(bytes[...], nil)]).packets.first).alerts
        #expect(!alerts.isEmpty)
        for alert in alerts {
            // 2025-12-31 23:59:59.999 UTC, and a millisecond later.
            for (time, day) in [("1767225599999", "2025-12-31"), ("1767225600000", "2026-01-01")] {
                let origin = PacketOrigin(attributes: ["kafka.timestamp": time])
                let name = ArchiveObject.name(of: Products(alert, origin: origin))
                let version = alert.decoded.schema.version ?? "unversioned"
                let labels = AlertAttributes.of(alert.decoded)
                let object = try #require(
                    labels["ssSource_ssObjectId"].map { "ssObjectId=\($0)" }
                        ?? labels["diaObject_diaObjectId"].map { "diaObjectId=\($0)" })
                #expect(
                    name
                        == "\(version)/kafkaPublishTimestamp=\(day)/\(object)/diaSourceId=\(alert.decoded.alert.id).avro"
                )
            }
        }
    }
}
