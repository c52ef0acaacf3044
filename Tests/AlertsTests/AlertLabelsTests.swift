import Alerts
import Foundation
import Testing
import TestSupport

/// The names are those that pittgoogle-client 0.3.23 reads of a message.
@Suite struct AlertLabelsTests {
    private func labels(_ packet: [UInt8]) throws -> AlertLabels {
        var found: AlertLabels?
        var decoder = AlertDecoder()
        try decoder.decode(packet[...]) { found = AlertLabels($0) }
        return try #require(found)
    }

    @Test("a ZTF alert is known by objectId and candid") func ztf() throws {
        var packet = SmallPacket(candid: 2_823_123_450_015_000_001)
        packet.past = [
            SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 17, magpsf: 19, isdiffpos: "t"),
            SmallPacket.Past(jd: 2_460_561.5),
        ]
        let labels = try labels(packet.container())
        #expect(labels.ids.map(\.name) == ["objectId", "candid"])
        #expect(labels.ids.map(\.value) == ["ZTF24aaaaaaa", "2823123450015000001"])
        #expect(labels.schemaVersion == "v3_3")
        #expect(labels.previousDetections == 2)
    }

    @Test("an LSST alert's schema says its version", arguments: ["v7_4", "v8_0", "v9_0", "v10_0", "v11_0"])
    func version(version: String) throws {
        var packet = OddPacket(diaSourceId: 9)
        packet.names.record = "lsst.\(version).alert"
        packet.candidate.removeAll { $0.name == "diaObjectId" }
        let labels = try labels(packet.container())
        #expect(labels.schemaVersion == version)
        // It has neither kind of object.
        #expect(labels.ids.map(\.name) == ["diaSource_diaSourceId"])
    }

    @Test(
        "an LSST alert is known by its diaObject",
        .enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
    func lsst() throws {
        let labels = try labels(read("lsst/sample_other/169298433221853273.avro"))
        #expect(labels.ids.map(\.name) == ["diaObject_diaObjectId", "diaSource_diaSourceId"])
        #expect(labels.ids.last?.value == "169298433221853273")
    }

    private func read(_ path: String) throws -> [UInt8] {
        try Array(Data(contentsOf: #require(SharedFolder.alerts).appending(path: path)))
    }
}
