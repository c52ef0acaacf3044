import Testing

@testable import nightjar

/// A progress line has no more columns than the terminal.
@Suite struct ProgressLineTests {
    private static func line(_ name: String) -> ProgressLine {
        var line = ProgressLine(name: name)
        line.done = 0.42
        line.left = "3 min 20 s left"
        line.alerts = "1,234,567 alerts"
        line.rate = "7,034/s"
        return line
    }

    private static let long = "ztf_public_20240915_programid1_reprocessed_v2.tar.gz"

    @Test("what is left out at which width")
    func widths() {
        let line = Self.line(Self.long)
        #expect(
            line.fitting(79)
                == "ztf_publ….tar.gz  █████░░░░░░░  42%  3 min 20 s left  1,234,567 alerts  7,034/s")
        #expect(line.fitting(44) == "ztf_public…_v2.tar.gz  42%  1,234,567 alerts")
        #expect(Self.line("a.tar").fitting(100).hasPrefix("a.tar  ██████████░░░░░░░░░░░░░░  42%"))
    }

    @Test(
        "no line is wider, whatever the name",
        arguments: [long, "x", "漢字の長い名前のファイル漢字の長い名前のファイル.tar", "e\u{301}", "\u{1B}[2J\n", ""])
    func never(name: String) {
        var line = Self.line(name)
        line.deadLetters = "1,000,000 dead letters"
        for columns in 0...200 { #expect(line.fitting(columns).columns <= columns, "\(columns)") }
        // The dead letters are the last to go.
        #expect(line.fitting(70).contains("dead letters"))
    }

    @Test(
        "columns as a terminal counts them", arguments: [("abc", 3), ("漢字", 4), ("e\u{301}", 1), ("█░", 2), ("🔭", 2)])
    func columns(text: String, count: Int) { #expect(text.columns == count) }
}
