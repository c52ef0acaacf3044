import Foundation
import Testing
import TestSupport

/// `nightjar salt2 fit|flux` on the reference files, as a user calls it.
@Suite struct Salt2CommandTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let models =
        ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appendingPathComponent("models").path
    private static let hasModels = ContinuousIntegration.runs(
        FileManager.default.fileExists(atPath: models + "/salt2-k21-frag/salt2_template_0.dat"))
    /// `../shared/reference/salt2`, beside `../shared/data/alerts`.
    private static let reference = SharedFolder.alerts?.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("reference/salt2")
    private static let isReady =
        hasModels && FileManager.default.fileExists(atPath: reference?.path ?? "/nowhere")

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static func rows(_ name: String) throws -> [[String: Any]] {
        let url = try #require(reference).appendingPathComponent(name)
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private func answers(_ verb: String, _ lines: [String]) throws -> [[String: Any]] {
        let file = try folder.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "lines.jsonl")
        let outcome = try NightjarProcess(["salt2", verb, file, "--models", Self.models]).outcome()
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        return try outcome.lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    private static func json(_ row: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: row), as: UTF8.self)
    }

    @Test("fluxes of every public row are sncosmo's", .enabled(if: isReady, "skipped: no models, or no reference here"))
    func fluxes() throws {
        let rows = try Self.rows("salt2_public_fluxes.jsonl").filter { $0["model"] as? String == "salt2-k21-frag" }
        let questions = try rows.map { row in
            try Self.json(row.filter { !["flux", "flux_zp25ab", "rvar", "cdisp"].contains($0.key) })
        }
        let answers = try answers("flux", questions)
        #expect(answers.count == rows.count && rows.count > 50)
        for (row, answer) in zip(rows, answers) {
            #expect(answer["id"] as? String == row["id"] as? String)
            for (quantity, tolerance) in [("flux", 1e-9), ("flux_zp25ab", 1e-9), ("rvar", 1e-8)] {
                let expected = try #require(row[quantity] as? [String: [Double]])
                let given = try #require(answer[quantity] as? [String: [Double]])
                for (band, values) in expected {
                    let peak = values.map(abs).max() ?? 0
                    let found = try #require(given[band])
                    #expect(zip(values, found).allSatisfy { abs($0 - $1) <= tolerance * peak }, "\(quantity) \(band)")
                }
            }
        }
    }

    @Test("fits reach the best chi squared known", .enabled(if: isReady, "skipped: no models, or no reference here"))
    func fits() throws {
        let rows = Array(try Self.rows("salt2_public_lightcurves.jsonl").prefix(12))
        func question(_ row: [String: Any], z: Bool) throws -> String {
            var row = row.filter { !["fits", "truth"].contains($0.key) }
            if z { row["z"] = try #require(row["id"].flatMap { id in Self.truth(rows, id as? String) }) }
            return try Self.json(row)
        }
        for (isFixed, best) in [(true, "zfixed_best"), (false, "zfree_best")] {
            let answers = try answers("fit", rows.map { try question($0, z: isFixed) })
            for (row, answer) in zip(rows, answers) {
                let fits = try #require(row["fits"] as? [String: Any])
                let chisq = try #require(answer["chisq"] as? Double)
                #expect(chisq <= ((fits[best] as? [String: Any])?["chisq"] as? Double ?? .nan) + 0.01)
                #expect(answer["success"] as? Bool == true)
                #expect((answer["names"] as? [String])?.count == (isFixed ? 4 : 5))
                #expect((answer["covariance"] as? [[Any]])?.count == (isFixed ? 4 : 5))
            }
        }
    }

    private static func truth(_ rows: [[String: Any]], _ id: String?) -> Double? {
        let row = rows.first { $0["id"] as? String == id }
        return (row?["truth"] as? [String: Any])?["z"] as? Double
    }

    @Test("a bad line gets an error and the rest go on", .enabled(if: hasModels, "skipped: no models here"))
    func badLines() throws {
        let sound = #"{"id": 7, "z": 0.1, "t0": 100, "x0": 1e-4, "time": [100], "bands": ["ztfg"]}"#
        let long = #"{"id": 9, "x": ""# + String(repeating: "a", count: 17 << 20) + #""}"#
        let answers = try answers(
            "flux", [sound, "no json", "", #"{"id": 8}"#, long, #"{"id": "z", "time": "soon"}"#, sound])
        #expect(answers.count == 6)
        #expect(answers[0]["error"] == nil && answers[5]["error"] == nil)
        #expect(answers[0]["flux"] as? [String: [Double]] == answers[5]["flux"] as? [String: [Double]])
        #expect(answers[1...4].allSatisfy { $0["error"] is String })
        #expect(answers[2]["id"] as? Int == 8)
        #expect((answers[3]["error"] as? String)?.contains("bytes") == true)
    }

    @Test("without models the command says what would mend it") func missingModels() throws {
        let outcome = try NightjarProcess(["salt2", "fit", "--models", folder.file("none")]).outcome()
        #expect(outcome.status == 2 && outcome.errors.contains("scripts/fetch-models"))
        #expect(try NightjarProcess(["salt2", "guess"]).outcome().status == 2)
        guard Self.hasModels else { return }
        let missing = try NightjarProcess(["salt2", "fit", folder.file("none.jsonl"), "--models", Self.models])
            .outcome()
        #expect(missing.status == 1)
    }

    /// The words of each command that fits, without what is asked for here.
    private static let fitting: [[String]] = [
        ["run", "/dev/null"], ["dead-letters", "replay"], ["salt2", "refit"], ["salt2", "plot", "1", "--out", "a.png"],
        ["stage", "salt2", "--from", "pubsub://p/s", "--to", "pubsub://p/t", "--dead-letters", "pubsub://p/d"],
    ]

    @Test("a folder, model, map or catalogue that is not there is wrong usage at the start, whatever the command")
    func wrongSideData() throws {
        let data = folder.file("data")
        for words in Self.fitting {
            let place = words[0] == "stage" ? [] : ["--data", data]
            for (wrong, said) in [
                (["--models", folder.file("none")], "scripts/fetch-models"),
                (["--dust-map", folder.file("none")], "this dust map is not there"),
                (["--redshifts", folder.file("none")], "this catalogue of redshifts cannot be read"),
            ] {
                guard Self.hasModels || wrong[0] == "--models" else { continue }
                let models = wrong[0] == "--models" ? [] : ["--models", Self.models]
                let outcome = try NightjarProcess(words + place + models + wrong).outcome()
                #expect(outcome.status == 2 && outcome.errors.contains(said), "\(words) \(wrong) \(outcome)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: data))
        for words in [["run", "/dev/null"], ["dead-letters", "replay"]] {
            let outcome = try NightjarProcess(words + ["--data", data, "--no-fits", "--schemas", folder.file("none")])
                .outcome()
            #expect(outcome.status == 2 && outcome.errors.contains("--schemas"), "\(outcome)")
        }
    }

    @Test("a model that is not known is wrong usage, with the names that are", .enabled(if: hasModels))
    func unknownModel() throws {
        for words in Self.fitting + [["salt2", "fit"], ["salt2", "flux"]] {
            let isOfFolder = words[0] != "stage" && !["fit", "flux"].contains(words[1])
            let place = isOfFolder ? ["--data", folder.path] : []
            let outcome = try NightjarProcess(words + place + ["--models", Self.models, "--model", "salt9"]).outcome()
            #expect(
                outcome.status == 2 && outcome.errors.contains("salt9") && outcome.errors.contains("salt2-k21-frag"),
                "\(words) \(outcome)")
        }
        let file = try folder.write("{\n  models: '\(Self.models)',\n  model: 'salt9'\n}".utf8, to: "c.json5")
        let check = try NightjarProcess(["config", "check", file]).outcome()
        #expect(check.status == 1 && check.errors.hasPrefix("\(file):3: model: "), "\(check)")
    }

    @Test("config check reads the side data that a run would read")
    func configCheck() throws {
        for (key, said) in [("models", "fetch-models"), ("dustMap", "dust map"), ("redshifts", "redshifts")] {
            let file = try folder.write("{\n\(key): '\(folder.file("none"))'\n}".utf8, to: "c.json5")
            let check = try NightjarProcess(["config", "check", file]).outcome()
            #expect(
                check.status == 1 && check.errors.hasPrefix("\(file):2: \(key): ") && check.errors.contains(said),
                "\(check)")
            let off = try folder.write("{fits: false, \(key): '\(folder.file("none"))'}".utf8, to: "off.json5")
            #expect(try NightjarProcess(["config", "check", off]).outcome().status == 0)
        }
    }

    @Test("a damaged model is refused at the start with the file's name", .enabled(if: hasModels)) func damagedModel()
        throws
    {
        let models = folder.file("models")
        try FileManager.default.copyItem(atPath: Self.models, toPath: models)
        let template = models + "/salt2-k21-frag/salt2_template_1.dat"
        let bytes = try #require(FileManager.default.contents(atPath: template))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: template))
        let outcome = try NightjarProcess(["run", "/dev/null", "--data", folder.file("d"), "--models", models])
            .outcome()
        #expect(outcome.status == 2 && outcome.errors.contains("salt2_template_1.dat"), "\(outcome)")
        // Another model of the folder is sound, and a bandpass that is missing is named.
        try FileManager.default.removeItem(atPath: models + "/bandpasses/lsstu.ecsv")
        let other = try NightjarProcess(
            ["run", "/dev/null", "--data", folder.file("d"), "--models", models, "--model", "salt3-f22"]
        ).outcome()
        // The source is empty, which ends a run with status 1: the models are no reason to refuse it.
        #expect(other.status == 1 && other.errors.contains("has no lsstu"), "\(other)")
    }
}
