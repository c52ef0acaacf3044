import Alerts
import Avro
import Broker
import DataLayout
import Foundation
import Packets
import Pipeline
import TestSupport
import Testing

/// A stage as somebody would add it: nothing else knows of it.
private struct Brightness: Stage {
    func columns(of survey: Survey) -> [ProductColumn] {
        [
            ProductColumn("is_bright", .boolean, isRequired: false), ProductColumn("flux_mjy", .real),
            ProductColumn("brightness_word", .text),
        ]
    }

    struct Output: StageOutput {
        let flux: Double
        var isBright: Bool { flux > 0.1 }
        var values: [ProductValue] { [.boolean(isBright), .real(flux), .text(isBright ? "bright" : "faint")] }

        func count(in tallies: inout Tallies) { tallies[Self.group, isBright ? "bright" : "faint"] += 1 }
        static let group = Tallies.Group("brightness", names: ["bright", "faint"])
    }

    /// It says nothing of what is fainter than 20 mag.
    func run(_ alert: ProcessedAlert) -> Output? {
        guard case .magnitude(let magnitude)? = alert.decoded.alert.detection.brightness, magnitude.value < 20 else {
            return nil
        }
        return Output(flux: pow(10, -0.4 * (magnitude.value - 16.4)))
    }
}

@Suite struct StageTests {
    private static let stages = StageList([Brightness()])
    private let folder: RunFolder

    init() throws {
        folder = try RunFolder()
        for (candid, magpsf) in [(1, 18.0), (2, 19.5), (3, 21.0)] {
            var packet = SmallPacket(candid: Int64(candid))
            packet.magpsf = Float(magpsf)
            packet.past = [SmallPacket.Past(jd: packet.jd - 3, candid: Int64(candid + 10), magpsf: 19, isdiffpos: "t")]
            try folder.write(packet.container(), to: "night/\(candid).avro")
        }
    }

    private func run(_ stages: StageList) throws -> Report {
        var options = Run.Options(folder: folder.data, sources: [try Source.local(folder.folder.file("night"))])
        options.stages = stages
        return try Run(options).run().report
    }

    private static let rows = [["1", "1", "bright"], ["2", "0", "faint"], ["3", "-", "-"]]
    private static let query = "SELECT candid, is_bright, brightness_word FROM ztf_alerts ORDER BY candid"

    @Test("its columns are in the alert's row") func columns() throws {
        #expect(try run(Self.stages)[.stored] == 3)
        #expect(try folder.query(Self.query) == Self.rows)
        #expect(try folder.query("SELECT round(flux_mjy, 4) FROM ztf_alerts WHERE candid = 1") == [["0.2291"]])
    }

    @Test("its fields are in the filtered stream's messages, and the record is unchanged") func fields() throws {
        _ = try run(Self.stages)
        let reader = try TopicReader(OpenFolder(folder.data), topic: Topic(.ztf, .exgalacTrans))
        var messages: [String] = []
        while let message = try reader.next() {
            var line: [UInt8] = []
            _ = try AvroJSON.append(message.body, schema: message.schema, to: &line)
            messages.append(String(decoding: line, as: UTF8.self))
        }
        #expect(messages.count == 3)
        #expect(messages[0].contains(#""is_pure":false,"is_bright":true,"flux_mjy":0.229"#), "\(messages[0])")
        #expect(messages[2].contains(#""is_bright":null,"flux_mjy":null,"brightness_word":null"#), "\(messages[2])")
    }

    @Test("its values are attributes of messages") func attributes() throws {
        var pipeline = AlertPipeline(
            stages: Self.stages, demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try #require(
            pipeline.decode(SmallPacket(candid: 1).container()[...], position: 0, member: nil).alerts.first)
        #expect(Products(alert).attributes["is_bright"] != nil)
        #expect(alert.value(of: "brightness_word") == .text("bright"))
    }

    @Test("its tallies are in the report, under its name") func counts() throws {
        let report = try run(Self.stages)
        #expect(report.tallies[Brightness.Output.group] == ["bright": 1, "faint": 1])
        let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        #expect(json.contains(#""brightness":{"#), "\(json)")
    }

    @Test("an older folder gets its columns, null in existing rows") func olderFolder() throws {
        #expect(try run(.standard)[.stored] == 3)
        try folder.write(SmallPacket(candid: 4).container(), to: "night/4.avro")
        #expect(try run(Self.stages)[.stored] == 1)
        #expect(
            try folder.query("SELECT count(*), count(is_bright) FROM ztf_alerts") == [["4", "1"]])
    }

    @Test("a message that is processed again results in the same message") func again() throws {
        var pipeline = AlertPipeline(
            stages: Self.stages, demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        var packet = SmallPacket(candid: 1)
        packet.past = [SmallPacket.Past(jd: packet.jd - 3, candid: 2, magpsf: 19, isdiffpos: "t")]
        let first = try #require(pipeline.decode(packet.container()[...], position: 0, member: nil).alerts.first)
        let message = try #require(first.message)
        let container = first.schema.filtered.segment.container(message)
        let second = try #require(pipeline.decode(container[...], position: 0, member: nil).alerts.first)
        #expect(second.message == message)
        #expect(second.schema.filtered.segment.fingerprint == first.schema.filtered.segment.fingerprint)
    }
}
