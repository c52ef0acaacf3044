import Alerts
import Classifier
import TestSupport
import Testing

/// Fields of a packet. Expected: the weighted sum that onnx/make_models.py writes, 0.5 a - 2 b + 0.25 c, by hand.
@Suite(.enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)")) struct FieldTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try TestModels.make(in: folder)
    }

    private func classifier(_ fields: String, surveys: String = "'ztf'") throws -> Classifier {
        try folder.classifier(
            "sum", model: "linear", surveys: surveys, inputs: "fields: { fields: [\(fields)] }", classes: "'sum'",
            more: "output: 'sum',")
    }

    @Test("the order, the scale and the value for what is missing") func values() throws {
        var packet = SmallPacket(candid: 7)
        (packet.magpsf, packet.fid, packet.sgscore1) = (18.5, 2, nil)
        let alert = try decode(packet.container())
        let plain = "'candidate.magpsf', 'candidate.fid', 'candidate.ra'"
        #expect(try classifier(plain).scores(of: alert, lightCurve: []) == [0.5 * 18.5 - 4 + 37.5])
        let scaled =
            "{ field: 'candidate.magpsf', offset: 20, scale: 0.5 }, 'candidate.fid', "
            + "{ field: 'candidate.sgscore1', missing: 8, offset: 2, scale: 3 }"
        #expect(try classifier(scaled).scores(of: alert, lightCurve: []) == [0.5 * -3 - 4 + 0.5])
    }

    @Test("no score where a field is missing that has no value for that, and for another survey") func lacking() throws
    {
        var packet = SmallPacket(candid: 7)
        packet.sgscore1 = nil
        let fields = "'candidate.magpsf', 'candidate.fid', 'candidate.sgscore1'"
        #expect(try classifier(fields).scores(of: decode(packet.container()), lightCurve: []) == nil)
        packet.sgscore1 = 0.5
        #expect(try classifier(fields).scores(of: decode(packet.container()), lightCurve: []) != nil)
        let other = try classifier(fields, surveys: "'winter'")
        #expect(try other.scores(of: decode(packet.container()), lightCurve: []) == nil)
        let unknown = try classifier("'candidate.magpfs', 'candidate.fid', 'candidate.ra'")
        #expect(unknown.description.unknownFields == ["candidate.magpfs"])
        #expect(try unknown.scores(of: decode(packet.container()), lightCurve: []) == nil)
    }

    @Test("what is no number is no score") func broken() throws {
        let classifier = try folder.classifier(
            "broken", model: "broken", surveys: "'ztf'", inputs: "fields: { fields: ['candidate.dec'] }",
            classes: "'sum'")
        var packet = SmallPacket(candid: 7)
        packet.dec = 1
        #expect(try classifier.scores(of: decode(packet.container()), lightCurve: []) == [0])
        for dec in [-1.0, 0] {
            packet.dec = dec
            #expect(try classifier.scores(of: decode(packet.container()), lightCurve: []) == nil)
        }
    }
}
