import Alerts
import Classifier
import Filters
import Foundation
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Classifiers as a stage of a run. Expected: the weighted sum that onnx/make_models.py writes, 0.5 a - 2 b + 0.25 c, by hand.
@Suite struct ScoreStageTests {
    private let folder: TemporaryFolder
    private let log = Log()

    private final class Log: Sendable {
        private let text = Mutex<[String]>([])
        var lines: [String] { text.withLock { $0 } }
        func add(_ line: String) { text.withLock { $0.append(line) } }
    }

    init() throws { folder = try TemporaryFolder() }

    private func stage(_ members: [ScoreStage.Member]) -> ScoreStage { ScoreStage(members) { [log] in log.add($0) } }

    /// A description whose model is nowhere.
    private func description(_ name: String, surveys: String = "'ztf'") throws -> ClassifierDescription {
        let text = """
            {
              version: '1', surveys: [\(surveys)], inputs: { fields: { fields: ['candidate.dec'] } },
              classes: ['young', 'old'], model: { file: 'none.onnx', sha256: '\(String(repeating: "0", count: 64))' },
            }
            """
        return try ClassifierDescription(path: folder.write(text.utf8, to: "\(name).json5"))
    }

    private func processed(_ stage: ScoreStage, _ packet: SmallPacket = SmallPacket(candid: 7)) throws -> ProcessedAlert
    {
        var pipeline = AlertPipeline(
            stages: StageList([stage]), demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        return try #require(pipeline.decode(packet.container()[...], position: 0, member: nil).alerts.first)
    }

    private func scored(_ alert: ProcessedAlert) -> [String: Int] {
        var tallies = Tallies()
        alert.count(in: &tallies)
        return tallies[.scored]
    }

    @Test("what nothing can run has its columns, and null in them") func without() throws {
        let stage = stage([.init(try description("age"), nil)])
        #expect(stage.columns(of: .ztf).map(\.name) == ["age_young", "age_old"])
        #expect(stage.table(of: .ztf)?.name == "scores")
        #expect(stage.table(of: .ztf)?.columns.map(\.name) == ["age_young", "age_old"])
        let alert = try processed(stage)
        #expect(alert.value(of: "age_young") == .null && alert.value(of: "age_old") == .null)
        #expect(alert.values.count == alert.columns.count && scored(alert).isEmpty && log.lines.isEmpty)
    }

    @Test("a survey without classifiers has neither columns nor a table") func otherSurvey() throws {
        let stage = stage([.init(try description("age", surveys: "'lsst'"), nil)])
        #expect(stage.columns(of: .ztf).isEmpty && stage.table(of: .ztf) == nil)
        #expect(stage.columns(of: .lsst).count == 2 && stage.table(of: .lsst) != nil)
        #expect(try processed(stage).values.count == FilterVerdict.columns.count)
    }

    @Test(
        "scores are in the columns of their classifier, whatever stands beside it",
        .enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)"))
    func scores() throws {
        try TestModels.make(in: folder)
        let sum = try folder.classifier(
            "sum", model: "linear", surveys: "'ztf'",
            inputs: "fields: { fields: ['candidate.magpsf', 'candidate.fid', 'candidate.ra'] }", classes: "'sum'",
            more: "output: 'sum',")
        let stage = stage([.init(try description("age"), nil), .init(sum.description, sum)])
        var packet = SmallPacket(candid: 7)
        (packet.magpsf, packet.fid) = (18.5, 2)
        let alert = try processed(stage, packet)
        #expect(alert.value(of: "age_young") == .null && alert.value(of: "sum_sum") == .real(0.5 * 18.5 - 4 + 37.5))
        #expect(scored(alert) == ["sum": 1])
        #expect(Products(alert).attributes["sum_sum"] == "42.75")
    }

    @Test(
        "a model that fails leaves null, the others go on, and the log has one line for it",
        .enabled(if: TestModels.hasRuntime, "\(TestModels.skippedRuntime)"))
    func failing() throws {
        try TestModels.make(in: folder)
        let inputs = "fields: { fields: ['candidate.dec'] }"
        let failing = try folder.classifier(
            "table", model: "failing", surveys: "'ztf'", inputs: inputs, classes: "'found'")
        let logarithm = try folder.classifier(
            "logarithm", model: "broken", surveys: "'ztf'", inputs: inputs, classes: "'log'")
        let stage = stage([.init(failing.description, failing), .init(logarithm.description, logarithm)])
        var packet = SmallPacket(candid: 7)
        packet.dec = 1
        for _ in 0..<3 {
            let alert = try processed(stage, packet)
            #expect(alert.value(of: "table_found") == .null && alert.value(of: "logarithm_log") == .real(0))
            #expect(scored(alert) == ["logarithm": 1])
        }
        #expect(log.lines.count == 1 && log.lines.first?.contains("table") == true, "\(log.lines)")
        // It is asked again all the same; the logarithm of 0 is no number, and no failure.
        packet.dec = 0
        let alert = try processed(stage, packet)
        #expect(alert.value(of: "table_found") == .real(0.5) && alert.value(of: "logarithm_log") == .null)
        #expect(scored(alert) == ["table": 1] && log.lines.count == 1)
    }
}
