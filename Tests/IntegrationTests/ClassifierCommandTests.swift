import Foundation
import TestSupport
import Testing

/// `nightjar classifier`.
@Suite struct ClassifierCommandTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let classifiers = root.appending(path: "classifiers").path
    private static let models =
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appending(path: "models").path
    private static let hasModels = ContinuousIntegration.runs(
        ["supernnova/ztf_ia.onnx", "onnxruntime/libonnxruntime.so.1"].allSatisfy {
            FileManager.default.fileExists(atPath: "\(models)/\($0)")
        })

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("the classifiers of a folder") func list() throws {
        let list = try NightjarProcess.run("classifier", "list", "--classifiers", Self.classifiers)
        #expect(list.status == 0 && list.lines.count == 4, "\(list)")
        #expect(list.lines[1] == "snn_ia_ztf: ia, other; for ZTF; fink-science 7.4.0")
        let none = try NightjarProcess.run("classifier", "list", "--classifiers", folder.file("none"))
        #expect(none.status == 0 && none.errors.contains("has no classifiers"), "\(none)")
    }

    @Test("without ONNX Runtime a line says where it was looked for") func noRuntime() throws {
        let missing = folder.file("libonnxruntime.so")
        let check = try NightjarProcess.run(
            "classifier", "check", "\(Self.classifiers)/snn_ia_ztf.json5", "--onnxruntime", missing)
        #expect(check.status == 2 && check.errors.contains("ONNX Runtime is not there: \(missing)"), "\(check)")
        #expect(check.errors.contains("scripts/fetch-onnxruntime brings it"))
    }

    @Test("a run without ONNX Runtime goes on, with null for scores") func runWithoutRuntime() throws {
        let packet = try folder.write(SmallPacket(candid: 7).container(), to: "7.avro")
        let data = folder.file("data")
        let run = try NightjarProcess.run(
            "run", packet, "--data", data, "--no-fits", "--classifiers", Self.classifiers, "--onnxruntime",
            folder.file("libonnxruntime.so"))
        #expect(run.status == 0 && run.errors.contains("no alert is scored: ONNX Runtime is not there"), "\(run)")
        let scores = try NightjarProcess.run(
            "sql", "SELECT count(*), count(snn_ia_ztf_ia) FROM ztf_alerts", "--data", data, "--format", "csv")
        #expect(scores.status == 0 && scores.lines.last == "1,0", "\(scores)")
    }

    @Test("mistakes have their place", .enabled(if: hasModels, "skipped: scripts/setup brings the models"))
    func check() throws {
        let sound = "\(Self.classifiers)/snn_sn_lsst.json5"
        let text = try String(contentsOfFile: sound, encoding: .utf8)
        let wrong = try folder.write(text.replacing("0.33", with: "-1").utf8, to: "wrong.json5")
        let other = try folder.write(text.replacing("lsst_sn.onnx", with: "lsst_ia.onnx").utf8, to: "other.json5")
        let check = try NightjarProcess.run("classifier", "check", sound, wrong, other, "--models", Self.models)
        #expect(check.status == 1 && check.lines == ["\(sound): sn, other for LSST, ELAsTiCC"], "\(check)")
        #expect(check.errors.contains("wrong.json5:15: inputs.curve.lightCurve.groupDays: is not from 0"))
        #expect(check.errors.contains("lsst_ia.onnx: its SHA-256 is "))
    }

    @Test("scores of an alert", .enabled(if: hasModels, "skipped: scripts/setup brings the models")) func scores()
        throws
    {
        let data = folder.file("data")
        let night = folder.file("night.tar.gz")
        #expect(
            try NightjarProcess.run(
                "simulate", "--alerts", "20", "--seed", "3", "--out", night, "--models", Self.models
            )
            .status == 0)
        #expect(try NightjarProcess.run("run", night, "--data", data, "--no-fits", "--quiet").status == 0)
        let ids = try NightjarProcess.run(
            "sql", "SELECT candid FROM ztf_alerts ORDER BY ndethist DESC LIMIT 1", "--data", data, "--format", "csv")
        let id = try #require(ids.lines.last)
        let scores = try NightjarProcess.run(
            "classifier", "try", String(id), "--data", data, "--classifiers", Self.classifiers, "--models", Self.models,
            "--format", "csv")
        #expect(scores.status == 0 && scores.lines.count == 5, "\(scores)")
        #expect(scores.lines.first == "classifier,version,class,score")
        let rows = scores.lines.dropFirst().map { $0.split(separator: ",") }
        #expect(rows.map { $0[2] } == ["ia", "other", "sn", "other"])
        let numbers = rows.compactMap { Double($0[3]) }
        #expect(
            numbers.count == 4 && abs(numbers[0] + numbers[1] - 1) < 2e-6 && abs(numbers[2] + numbers[3] - 1) < 2e-6)
        let bare = try NightjarProcess.run(
            "classifier", "try", "1", "--data", data, "--classifiers", Self.classifiers, "--models", Self.models)
        #expect(bare.status == 1, "\(bare)")
    }
}
