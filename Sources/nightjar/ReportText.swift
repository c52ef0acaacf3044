internal import Broker
internal import DataLayout
internal import Foundation
internal import Salt2
internal import Pipeline

/// A run's report for people.
enum ReportText {
    static func of(_ report: Report, _ folder: String) -> [String] {
        let rate = Double(report[.received]) / max(report.seconds, 1e-9)
        var lines = [
            "received       " + column(report[.received])
                + "   in \(String(format: "%.1f", report.seconds)) s, \(grouped(Int(rate))) alerts/s",
            "  duplicates   " + column(report[.duplicates]),
            "  stored       " + column(report[.stored]) + nights(report),
            "  dead letters " + column(report[.deadLettered])
                + (report[.deadLettered] > 0 ? "   nightjar dead-letters list --data \(folder)" : ""),
            "passed filter  " + column(report[.passedFilter]),
        ]
        lines += fits(report, folder)
        for name in FilterVerdict.cuts where report[.stored] > 0 {
            lines.append(
                "  failed \(name.padding(toLength: 26, withPad: " ", startingAt: 0))"
                    + column(report.tallies[.rejected, name]))
        }
        lines += catalogues(report) + filters(report.filters)
        for (topic, histogram) in report.latency.sorted(by: { $0.key < $1.key }) {
            lines.append(latency(topic, histogram))
        }
        lines += notes(report)
        if report.skipped > 0 {
            lines.append("left alone     " + column(report.skipped) + "   files that are no packets")
        }
        if !report.addsUp { lines.append("THE ACCOUNT DOES NOT ADD UP; please report this") }
        return lines
    }

    /// What of stored alerts could not be taken.
    private static func notes(_ report: Report) -> [String] {
        var lines = notes(
            pointsLeftOut: report.pointsLeftOut, unreadable: report.tallies[.unreadable],
            plotsFailed: report.plotsFailed)
        if report.valuesWithoutColumn > 0 {
            lines.append(
                "no column      " + column(report.valuesWithoutColumn) + "   values, which the archive alone has")
        }
        return lines
    }

    /// The same for the alerts of a stage.
    static func notes(pointsLeftOut: Int, unreadable: [String: Int], plotsFailed: Int) -> [String] {
        var lines: [String] = []
        if pointsLeftOut > 0 {
            lines.append("left out       " + column(pointsLeftOut) + "   points of histories without a usable time")
        }
        for (field, count) in unreadable.sorted(by: { $0.key < $1.key }) {
            lines.append("unreadable     " + column(count) + "   values of \(field), which count as null")
        }
        if plotsFailed > 0 {
            lines.append("no plot        " + column(plotsFailed) + "   fits, whose rows say why")
        }
        return lines
    }

    private static func catalogues(_ report: Report) -> [String] {
        let missing = report.tallies[.catalogueMissing]
        guard let alerts = missing.values.max() else { return [] }
        let names = missing.keys.sorted().joined(separator: ", ")
        return [
            "  no catalogue asked                     ".prefix(35) + column(alerts)
                + "   there is none of \(names): --catalogues DIR"
        ]
    }

    /// What users' filters pass.
    static func filters(_ filters: [String: FilterCounts]) -> [String] {
        filters.sorted { $0.key < $1.key }.map { name, counts in
            let share =
                counts.judged > 0
                ? "   \(String(format: "%.2f", 100 * Double(counts.passed) / Double(counts.judged))) %" : ""
            let off = counts.switchedOff.map { "   SWITCHED OFF: \($0)" } ?? ""
            return "filter \(name.padding(toLength: 28, withPad: " ", startingAt: 0))"
                + column(counts.passed) + share + off
        }
    }

    private static func fits(_ report: Report, _ folder: String) -> [String] {
        guard report[.fitted] + report[.fitFailed] > 0 || !report.tallies[.unfitted].isEmpty else { return [] }
        var lines = ["  SALT2 fits   " + column(report[.fitted])]
        for quality in FitQuality.allCases {
            guard let count = report.tallies[.fitQuality][quality.rawValue] else { continue }
            lines.append(
                "    " + quality.rawValue.padding(toLength: 24, withPad: " ", startingAt: 0) + "       " + column(count)
            )
        }
        for (reason, count) in report.tallies[.unfitted].sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            // tooFewDetections -> too few detections
            let label = reason.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
            let remedy =
                reason == SupernovaOptions.missingReason
                ? "   scripts/fetch-models, then nightjar salt2 refit --data \(folder)" : ""
            lines.append(
                "  " + (label.padding(toLength: 26, withPad: " ", startingAt: 0)) + "       " + column(count) + remedy)
        }
        return lines
    }

    /// How long alerts took from the stream to a durable product.
    static func latency(_ topic: String, _ histogram: LatencyHistogram) -> String {
        func seconds(_ time: Duration?) -> String { time.map { String(format: "%.3f s", $0 / .seconds(1)) } ?? "–" }
        return "latency " + topic.padding(toLength: 22, withPad: " ", startingAt: 0)
            + "p50 \(seconds(histogram.p50)), p99 \(seconds(histogram.p99)), max \(seconds(histogram.max))"
    }

    private static func nights(_ report: Report) -> String {
        guard !report.nights.isEmpty else { return "" }
        if report.nights.count > 3 {
            return "   in \(report.nights.count) nights"
        }
        return "   night " + report.nights.keys.sorted().map { String($0) }.joined(separator: ", ")
    }

    static func column(_ number: Int) -> String {
        let text = grouped(number)
        return String(repeating: " ", count: max(0, 12 - text.count)) + text
    }

    /// 1,234,567
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0 && index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + String(text.reversed())
    }
}
