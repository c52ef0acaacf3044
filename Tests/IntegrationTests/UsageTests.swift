import TestSupport
import Testing

/// Wrong usage ends with status 2, before anything is touched.
@Suite struct UsageTests {
    @Test(
        "words that make no sense",
        arguments: [
            [], ["frobnicate"], ["run"], ["run", "x.tar"], ["run", "--data", "d"], ["run", "x.tar", "--data"],
            ["run", "x.tar", "--dtaa", "d"], ["run", "x.tar", "--data", "d", "--json=1"],
            ["topic", "nothing", "--data", "d"],
            ["topic", "ztf_alert_data", "--data", "d", "--from", "-1"], ["alert", "x", "--data", "d"], ["alert", "1"],
            ["simulate", "--alerts", "-4", "--out", "x"], ["simulate", "--alerts", "4"], ["avro"], ["cone", "1", "2"],
            ["dead-letters", "--data", "d"], ["ledger", "more", "--data", "d"], ["help", "nothing"],
        ])
    func usage(words: [String]) throws {
        let outcome = try NightjarProcess(words).outcome()
        #expect(outcome.status == 2 && outcome.output == "", "\(outcome)")
        #expect(outcome.errors.hasPrefix("nightjar: ") && outcome.errors.hasSuffix("Try 'nightjar help'.\n"))
    }
}
