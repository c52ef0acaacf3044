import TestSupport
import Testing

/// Wrong usage ends with status 2, before anything is touched.
@Suite struct UsageTests {
    @Test(
        "words that make no sense",
        arguments: [
            ["frobnicate"], ["run"], ["run", "x.tar"], ["run", "s3://bucket/x", "--data", "d"],
            ["run", "x.tar", "--data", "d", "--follow"], ["run", "x.tar", "--data", "d", "--group", "g"],
            ["run", "--data", "d"], ["run", "x.tar", "--data"],
            ["run", "x.tar", "--dtaa", "d"], ["run", "x.tar", "--data", "d", "--json=1"],
            ["topic", "nothing", "--data", "d"],
            ["topic", "ztf_alert_data", "--data", "d", "--from", "-1"], ["alert", "--data", "d"], ["alert", "1"],
            ["object", "x"], ["object", "--data", "d"], ["object", "x", "y", "--data", "d"],
            ["cone", "1", "2", "3", "--data", "d", "--data", "./d"],
            ["topic", "ztf_alert_data", "--data", "d", "--data", "e", "--from", "1"],
            ["dead-letters", "replay", "--data", "d", "--data", "e"], ["salt2", "refit", "--data", "d", "--data", "e"],
            ["simulate", "--alerts", "-4", "--out", "x"], ["simulate", "--alerts", "4"],
            ["simulate", "--alerts", "4", "--out", "-"], ["avro"], ["cone", "1", "2"],
            ["dead-letters", "--data", "d"], ["ledger", "more", "--data", "d"], ["help", "nothing"],
        ])
    func usage(words: [String]) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 2 && outcome.output == "", "\(outcome)")
        let isKnown = words.first.map { !["frobnicate", "help"].contains($0) } ?? false
        let hint = isKnown ? "Try 'nightjar help \(words[0])'.\n" : "Try 'nightjar help'.\n"
        #expect(outcome.errors.hasPrefix("nightjar: ") && outcome.errors.hasSuffix(hint))
    }

    @Test(
        "what may have been meant",
        arguments: [
            (["rnu"], "run"), (["deadletters"], "dead-letters"), (["simul"], "simulate"),
            (["help", "ledgre"], "ledger"),
            (["run", "x.tar", "--dtaa", "d"], "--data"), (["topic", "ztf_alertdata", "--data", "d"], "ztf_alert_data"),
            (["salt2", "polt"], "plot"), (["avro", "cta", "x"], "cat"),
            (["dead-letters", "lst", "--data", "d"], "list"), (["config", "chekc", "x"], "check"),
        ])
    func suggestion(words: [String], meant: String) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 2 && outcome.errors.contains("did you mean \(meant)?\n"), "\(outcome)")
    }

    @Test(
        "an address of another kind than an option takes",
        arguments: [
            (
                ["--schema-registry", "ftp://x"],
                "--schema-registry ftp://x: say http://HOST[:PORT] or https://HOST[:PORT]"
            ),
            (["--schema-registry", "https:///x"], "say http://HOST[:PORT] or https://HOST[:PORT]"),
            (["--publish", "kafka:///"], "--publish kafka:///: say kafka://HOST:PORT/"),
            (["--config", "ftp://x/y"], "ftp://x/y: a configuration is a FILE, or gs://BUCKET/FILE"),
        ])
    func address(words: [String], reason: String) throws {
        let outcome = try NightjarProcess(["run", "kafka://h:9/t", "--data", "d"] + words).outcome()
        #expect(outcome.status == 2 && outcome.output == "" && outcome.errors.contains(reason), "\(outcome)")
    }

    @Test("a version, however it is asked for", arguments: ["--version", "version"]) func version(word: String) throws {
        let outcome = try NightjarProcess.run(word)
        #expect(outcome.status == 0 && outcome.output.wholeMatch(of: /nightjar \d+\.\d+\.\d+\n/) != nil)
    }

    @Test("the overview, however it is asked for", arguments: [[], ["help"], ["--help"], ["-h"]])
    func overview(words: [String]) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(
            outcome.status == 0 && outcome.errors == "" && outcome.output.hasPrefix("nightjar: takes"), "\(outcome)")
    }

    @Test(
        "help of a command", arguments: [["help", "cone"], ["cone", "--help"], ["cone", "-h"], ["--help", "cone"]])
    func help(words: [String]) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 0 && outcome.output.hasPrefix("nightjar cone RA DEC RADIUS"))
    }
}
