import Foundation
import TestSupport
import Testing

/// Where the values of options come from, and which has precedence.
@Suite struct SettingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Runs a command that needs no data folder but would read one.
    private func run(_ words: [String], _ environment: [String: String] = [:]) throws -> NightjarProcess.Outcome {
        try NightjarProcess(words, environment: environment).outcome()
    }

    private func shown(_ words: [String], _ environment: [String: String]) throws -> (
        values: [String: Any], origins: [String: String]
    ) {
        let outcome = try run(["config", "show"] + words, environment)
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let values = try #require(object as? [String: Any])
        return (values, try #require(values["origins"] as? [String: String]))
    }

    @Test("the command line comes before the environment, and that before files; each value says where it is from")
    func precedence() throws {
        let standing = try folder.write(
            "{data: 'standing', redshifts: 'z.csv',\n kafka: {group: 'standing', properties: {'a.b': 1}}}".utf8,
            to: "standing.json5")
        let named = try folder.write(
            "{data: 'named', pure: true, topic: {limit: 5},\n kafka: {group: 'named', properties: {'a.b': 2}}}".utf8,
            to: "named.json5")
        let environment = [
            "NIGHTJAR_CONFIG": standing, "NIGHTJAR_DATA": "variable", "NIGHTJAR_MODEL": "variable",
            "NIGHTJAR_NO_PLOTS": "true", "NIGHTJAR_PURE": "", "NIGHTJAR_HEALTH": ":1",
            "NIGHTJAR_KAFKA_PROPERTY": "c.d=3\nsasl.password=hunter2",
        ]
        let (values, origins) = try shown(["--config", named, "--model", "word"], environment)
        #expect(values["model"] as? String == "word" && origins["model"] == "--model")
        #expect(values["data"] as? String == "variable" && origins["data"] == "NIGHTJAR_DATA")
        #expect(values["plots"] as? Bool == false && origins["plots"] == "NIGHTJAR_NO_PLOTS")
        #expect(values["pure"] as? Bool == true && origins["pure"] == "\(named):1")
        #expect(values["redshifts"] as? String == "z.csv" && origins["redshifts"] == "\(standing):1")
        #expect(values["fits"] as? Bool == true && origins["fits"] == "default")
        let kafka = try #require(values["kafka"] as? [String: Any])
        #expect(kafka["group"] as? String == "named" && origins["kafka.group"] == "\(named):2")
        #expect(kafka["properties"] as? [String: String] == ["a.b": "2", "c.d": "3", "sasl.password": "***"])
        #expect(origins["kafka.properties"] == "NIGHTJAR_KAFKA_PROPERTY, \(named):2, \(standing):2")
        // What one command has alone is shown where it is set.
        #expect(
            (values["topic"] as? [String: Any])?["limit"] as? String == "5" && origins["topic.limit"] == "\(named):1")
        #expect((values["stage"] as? [String: Any])?["health"] as? String == ":1" && values["cone"] == nil)
    }

    @Test("a run by variables alone is the run by the same options")
    func variables() throws {
        let night = try SmallNight(alerts: 30)
        let outcome = try run(
            ["run", night.path],
            [
                "NIGHTJAR_DATA": folder.file("data"), "NIGHTJAR_JSON": "yes", "NIGHTJAR_NO_FITS": "1",
                "NIGHTJAR_QUIET": "on",
            ])
        #expect(outcome.errors == "")
        #expect(try RunReport(outcome).account == night.account)
        // Several folders stand on a line each.
        let ledger = try run(["ledger"], ["NIGHTJAR_DATA": "\(folder.file("data"))\n\(folder.file("none"))"])
        #expect(ledger.status == 1 && ledger.errors.contains("none: there is no such data folder"), "\(ledger)")
    }

    @Test(
        "what makes no sense is said by where it stands",
        arguments: [
            (["NIGHTJAR_LIMIT": "0"], "NIGHTJAR_LIMIT 0: not a whole number from 1 to"),
            (["NIGHTJAR_FOLLOW": "perhaps"], "NIGHTJAR_FOLLOW perhaps: say true or false"),
            (
                ["NIGHTJAR_LOG_LEVEL": "deubg"],
                "NIGHTJAR_LOG_LEVEL deubg: there are error, info, debug; did you mean debug?"
            ),
            (["NIGHTJAR_JSON": "1", "NIGHTJAR_CSV": "1"], "NIGHTJAR_JSON and NIGHTJAR_CSV exclude each other"),
        ])
    func senseless(environment: [String: String], reason: String) throws {
        let outcome = try run(["topic", "--data", folder.file("none")], environment)
        #expect(outcome.status == 2 && outcome.errors.hasPrefix("nightjar: \(reason)"), "\(outcome)")
        #expect(outcome.errors.hasSuffix("\nTry 'nightjar help topic'.\n"))
    }

    @Test("a broken file or variable does not keep help, version, completions and 'config check' from working")
    func unconfigurable() throws {
        let broken = try folder.write("{".utf8, to: "broken.json5")
        let environment = ["NIGHTJAR_CONFIG": broken, "NIGHTJAR_LOG_LEVEL": "x"]
        for words in [["help"], ["run", "-h"], ["--version"], ["completions", "zsh"], ["avro", "cat", "--help"]] {
            #expect(try run(words, environment).status == 0, "\(words)")
        }
        #expect(try run(["config", "check", broken], environment).errors.hasPrefix("\(broken):1:2: "))
        #expect(try run(["ledger", "--data", "d"], environment).status == 2)
        let production = try run(
            ["teardown", "--project", "p"], ["NIGHTJAR_YES_PRODUCTION": "true"])
        #expect(production.status == 2 && production.errors.contains("--yes-production"), "\(production)")
    }

    @Test("how much is said: errors, progress, and where values come from")
    func logLevel() throws {
        func simulate(_ words: [String], _ environment: [String: String] = [:]) throws -> [Substring] {
            let out = folder.file("night.tar.gz")
            let outcome = try run(["simulate", "--alerts", "1", "--out", out] + words, environment)
            #expect(outcome.status == 0 && outcome.output == "", "\(outcome)")
            return outcome.complaints
        }
        #expect(try simulate([]).count == 1)
        #expect(try simulate(["--quiet"]) == [] && simulate(["--log-level=error"]) == [])
        #expect(try simulate(["--log-level", "info"], ["NIGHTJAR_QUIET": "1"]).count == 1)
        let debug = try simulate(["--log-level", "debug"], ["NIGHTJAR_SEED": "3"])
        #expect(debug.contains("debug: --seed comes from NIGHTJAR_SEED"), "\(debug)")
        let both = try run(["simulate", "--quiet", "--log-level", "debug"])
        #expect(both.status == 2 && both.errors.contains("--quiet and --log-level exclude each other"), "\(both)")
    }

    @Test("a listing's format: the option, its short forms, the file's, and what has precedence")
    func formats() throws {
        let night = try SmallNight(alerts: 60)
        let data = ["--data", folder.file("data")]
        #expect(try run(["run", night.path, "--no-fits", "--quiet"] + data).status == 0)
        let file = try folder.write("{format: 'csv'}".utf8, to: "format.json5")
        for (words, environment, first) in [
            (["ledger", "--format", "csv"], [:], "night,source,partition,firstOffset,lastOffset,received,duplicates"),
            (["ledger", "--config", file], [:], "night,source,"),
            (["ledger", "--config", file], ["NIGHTJAR_FORMAT": "table"], "night     received"),
            (["ledger", "--json", "--config", file], ["NIGHTJAR_FORMAT": "table"], "{"),
            (["ledger", "--format", "table"], ["NIGHTJAR_JSON": "true"], "night     received"),
            (["topic", "--csv"], [:], "topic,messages\nztf_alert_data,"), (["topic", "--json"], [:], "[{"),
            (
                ["dead-letters", "list", "--csv", "--limit", "1"], [:],
                "id,state,source,member,packet,code,reason,size,"
            ),
            (["dead-letters", "list"], [:], "\(night.account.deadLettered) dead letters"),
        ] as [([String], [String: String], String)] {
            let outcome = try run(words + data, environment)
            #expect(outcome.status == 0 && outcome.output.hasPrefix(first), "\(words) \(outcome)")
        }
        for words in [
            ["ledger", "--json", "--csv"], ["ledger", "--json", "--format", "csv"], ["ledger", "--format", "xml"],
            ["topic", "ztf_alert_data", "--csv"],
        ] {
            #expect(try run(words + data).status == 2, "\(words)")
        }
        #expect(try run(["ledger", "--json", "--format", "json"] + data).status == 0)
    }

    @Test("numbers below zero are values, wherever they stand")
    func negative() throws {
        var packet = SmallPacket(candid: -1_215_182_915_715_015_000)
        packet.dec = -20.3
        packet.ra = 10.5
        try folder.write(packet.container(), to: "in/1.avro")
        let data = ["--data", folder.file("data")]
        #expect(try run(["run", folder.file("in"), "--no-fits", "--quiet"] + data).status == 0)
        for words in [["cone", "10.5", "-20.3", "5"] + data, ["cone"] + data + ["10.5", "-20:18:00", "5"]] {
            #expect(try run(words).lines.count == 2)
        }
        #expect(try run(["alert", "-1215182915715015000"] + data).status == 0)
        #expect(try run(["cone", "10.5", "-.5e1", "5"] + data).status == 0)
        let negative = try run(["topic", "ztf_alert_data", "--from", "-1"] + data)
        #expect(negative.status == 2 && negative.errors.hasPrefix("nightjar: --from -1: not a whole number"))
    }
}
