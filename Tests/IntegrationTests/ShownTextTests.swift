import Foundation
import TestSupport
import Testing

@testable import nightjar

/// What stands in packets, names and answers does nothing to a terminal, and forges no line of a log.
@Suite struct ShownTextTests {
    @Test(
        "each character that acts is shown by its number",
        arguments: [
            ("ZTF24abc ± 0.1 °, 漢字 é", "ZTF24abc ± 0.1 °, 漢字 é"), ("a\nb\r\tc", "a\\nb\\r\\tc"),
            ("\u{1B}[2J\u{1B}]0;x\u{7}", "\\u{1b}[2J\\u{1b}]0;x\\u{7}"),
            ("\u{9B}31m\u{7F}\u{0}", "\\u{9b}31m\\u{7f}\\u{0}"),
            ("abc\u{202E}cba\u{2066}", "abc\\u{202e}cba\\u{2066}"),
            ("x\u{2028}y\u{200B}\u{FEFF}", "x\\u{2028}y\\u{200b}\\u{feff}"),
        ])
    func line(text: String, shown: String) { #expect(ShownText.line(text) == shown) }

    @Test("JSON says the same, whatever its strings hold") func json() throws {
        let texts = ["plain", "\u{9B}2J \u{202E} \u{7F}\u{E0041}", "漢字 é 🔭", "\u{1B}\n"]
        let bytes = Array(try JSONEncoder().encode(texts))
        let shown = ShownText.json(bytes)
        #expect(try JSONDecoder().decode([String].self, from: Data(shown)) == texts)
        let text = String(decoding: shown, as: UTF8.self)
        // RFC 8259, section 7: beyond the first 65,536 characters an escape is a pair of surrogates.
        #expect(text.contains(#"\u009b2J \u202e \u007f\udb40\udc41"#) && text.contains("漢字 é 🔭"))
        #expect(ShownText.json([0x22, 0xFF, 0x22]) == Array("\"\u{FFFD}\"".utf8))
    }

    private static let attack = "\u{1B}]0;owned\u{7}\u{1B}[2J\nnightjar: all is well\u{9B}31m\u{202E}"

    @Test("a packet, its file's name and its schema's name") func everyPath() throws {
        let folder = try TemporaryFolder()
        var packet = SmallPacket(candid: -7)
        packet.objectId = "ZTF" + Self.attack
        let name = Self.attack.replacing("/", with: "")
        try folder.write(packet.container(), to: "in/good\(name).avro")
        try folder.write(packet.container().dropLast(30), to: "in/cut\(name).avro")
        let data = ["--data", folder.file("data")]
        for words in [
            ["run", folder.file("in")] + data, ["run", folder.file("none\(name).tar")] + data,
            ["alert", "-7"] + data, ["alert", "-7", "--json"] + data, ["cone", "150", "2", "5"] + data,
            ["cone", "150", "2", "5", "--csv"] + data, ["cone", "150", "2", "5", "--json"] + data,
            ["dead-letters", "list"] + data, ["dead-letters", "list", "--json"] + data, ["ledger"] + data,
            ["ledger", "--json"] + data, ["topic", "ztf_alert_data"] + data, ["topic", Self.attack] + data,
            [Self.attack], ["run", "--\(Self.attack)"], ["alert", Self.attack] + data, ["help", Self.attack],
            ["avro", "cat", folder.file("in/good\(name).avro")], ["avro", "cat", folder.file("in/cut\(name).avro")],
            ["kafka", "check", "kafka://127.0.0.1:1/\(Self.attack)"],
            ["config", "show", "--group", Self.attack], ["run", "gs://\(Self.attack)"] + data,
        ] {
            let outcome = try NightjarProcess(words).outcome()
            for scalar in (outcome.output + outcome.errors).unicodeScalars where scalar != "\n" {
                #expect(!["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}"].contains(scalar), "\(words): \(outcome)")
            }
            let lines = outcome.lines + outcome.complaints
            #expect(!lines.contains { $0.hasPrefix("nightjar: all is well") }, "\(words)")
        }
    }
}
