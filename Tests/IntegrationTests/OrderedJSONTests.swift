import JSON
import Broker
import CloudBroker
import DataLayout
import Foundation
import Pipeline
import Testing

@testable import nightjar

@Suite struct OrderedJSONTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try OrderedJSON.bytes(of: value), as: UTF8.self)
    }

    private struct Odd: Encodable {
        let z = [1, 2]
        let a: String? = "a \"b\" / \u{1}\n"
        let none = Double?.none
        let deep = [["y": 1.5, "b": -2e-9], [:]]
        let wrong = Double.nan
    }

    /// Each byte by hand, but for how numbers look.
    @Test("members stand as they are encoded, and a dictionary's sorted")
    func order() throws {
        #expect(
            try json(Odd()) == #"""
                {"z": [1, 2], "a": "a \"b\" / \u0001\n", "deep": [{"b": -2e-09, "y": 1.5}, {}], "wrong": null}
                """#)
        #expect(try json([String]()) == "[]" && json([String: Int]()) == "{}" && json("x") == #""x""#)
    }

    @Test("without spaces, and with members in an order that no type gives them")
    func compact() throws {
        var members = OrderedMembers([("z", [1.5]), ("a \"b\"", [])])
        members.append("z", [-0.25, .infinity])
        let bytes = try OrderedJSON.bytes(of: members, isCompact: true)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"z":[1.5],"a \"b\"":[],"z":[-0.25,null]}"#)
        #expect(try json(OrderedMembers<Int>()) == "{}")
    }

    /// As the reports of all versions before were.
    @Test("a run's report")
    func report() throws {
        var report = Report()
        report.counts = Counts(.received, .archived, .stored) * 5
        report.counts += Counts(.received, .duplicates)
        report.tallies[.rejected, "not_moving"] = 2
        report.tallies[.unfitted, "tooFewDetections"] = 1
        report.tallies[.unfitted, "modelMissing"] = 3
        report.tallies[Tallies.Group("matches"), "gaia"] = 4
        report.seconds = 1.23456
        report.nights = [20_240_916: 2, 20_240_915: 3]
        report.latency["ztf-alert_data"] = LatencyHistogram()
        #expect(
            try json(report) == """
                {"received": 6, "duplicates": 1, "archived": 5, "stored": 5, "passedFilter": 0, "fitted": 0, \
                "fitFailed": 0, "deadLettered": 0, "seconds": 1.234, "stopped": false, "bytes": 0, "skipped": 0, \
                "plotsFailed": 0, "pointsLeftOut": 0, "valuesWithoutColumn": 0, "unreadable": {}, \
                "rejected": {"is_positive_sub": 0, "no_pointsource_counterpart": 0, "not_moving": 2, \
                "no_ssobject": 0}, "fitQuality": {}, "unfitted": {"modelMissing": 3, "tooFewDetections": 1}, \
                "matches": {"gaia": 4}, "filters": {}, \
                "latency": {"ztf-alert_data": {"count": 0, "p50": null, "p99": null, "max": null}}, \
                "nights": {"20240915": 3, "20240916": 2}}
                """)
    }

    @Test("a stage's counts, and latencies in seconds")
    func others() throws {
        var counts = StageCounts(messages: 2, alerts: 2)
        counts.plotsFailed = 3
        #expect(
            try json(counts) == """
                {"messages": 2, "alerts": 2, "deadLettered": 0, "plotsFailed": 3, "pointsLeftOut": 0, \
                "unreadable": {}, "filters": {}}
                """)
        let histogram = try #require(LatencyHistogram("1007;0:4"))
        #expect(try json(histogram) == #"{"count": 4, "p50": 0.001, "p99": 0.001, "max": 0.001}"#)
    }
}
