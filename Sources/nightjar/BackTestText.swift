internal import Foundation
internal import Query

/// A back-test as people read it.
enum BackTestText {
    /// The lines of a back-test.
    static func lines(_ test: BackTest) -> [String] {
        let whole = "\(count(test.passes)) of \(count(test.alerts)) alerts pass"
        var lines = ["\(test.filter): \(whole)\(share(test.passes, test.alerts))"]
        lines += table(
            ["night", "alerts", "pass", ""],
            test.nights.map { ["\($0.night)", count($0.alerts), count($0.passes), share($0.passes, $0.alerts)] })
        lines += table(
            ["cut", "true", "null", "left", "alone"],
            test.cuts.map { [$0.cut, count($0.passes), count($0.null), count($0.left), count($0.alone)] })
        lines += table(
            ["other filter", "pass", "both"], test.overlaps.map { [$0.filter, count($0.passes), count($0.both)] })
        if let classes = test.classes {
            lines += table(
                ["class", "alerts", "pass", "completeness", "purity"],
                classes.filter { $0.alerts > 0 }.map {
                    [
                        $0.name, count($0.alerts), count($0.passes), ratio($0.passes, $0.alerts),
                        ratio($0.passes, test.passes),
                    ]
                })
            lines += table(
                ["class", "magnitude", "alerts", "pass", "completeness"],
                classes.filter { $0.passes > 0 }.flatMap { found in
                    found.magnitudes.map {
                        [
                            found.name, "\($0.bright) to \($0.bright + 1)", count($0.alerts), count($0.passes),
                            ratio($0.passes, $0.alerts),
                        ]
                    }
                })
        }
        if !test.examples.isEmpty { lines += ["", "examples: " + test.examples.joined(separator: " ")] }
        return lines
    }

    private static func count(_ number: Int) -> String { ReportText.grouped(number) }

    private static func ratio(_ part: Int, _ whole: Int) -> String {
        whole == 0 ? "-" : String(format: "%.3f", Double(part) / Double(whole))
    }

    private static func share(_ part: Int, _ whole: Int) -> String {
        whole == 0 ? "" : String(format: " (%.2f %%)", 100 * Double(part) / Double(whole))
    }

    /// A table with a blank line before it.
    private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
        rows.isEmpty ? [] : [""] + TextTable.lines([header] + rows, isOfNumbers: true)
    }
}
