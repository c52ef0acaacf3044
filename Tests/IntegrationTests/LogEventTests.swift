import Foundation
import TestSupport
import Testing

@testable import nightjar

/// What lines on standard error are to programs.
@Suite struct LogEventTests {
    private static let time = Date(timeIntervalSince1970: 1_726_369_200.1234)  // 2024-09-15T03:00:00.123Z
    private static let hostile = "a \"b\"\n=\\ \u{1B}[2J\u{202E}é"

    private func event(_ message: String, _ fields: [(String, String)] = []) -> LogEvent {
        LogEvent(time: Self.time, level: .info, message: message, fields: fields.map { ($0, $1) })
    }

    @Test("time in UTC, level, message and fields, one line") func formats() {
        let event = event("lost a server", [("topic", "ztf_20240915"), ("partition", "3"), ("why", "no route")])
        #expect(
            event.line(.logfmt)
                == "time=2024-09-15T03:00:00.123Z level=info msg=\"lost a server\" topic=ztf_20240915 partition=3 "
                + "why=\"no route\"")
        #expect(
            event.line(.json)
                == #"{"time":"2024-09-15T03:00:00.123Z","level":"info","msg":"lost a server","topic":"ztf_20240915","#
                + #""partition":"3","why":"no route"}"#)
        #expect(event.line(.text) == "lost a server")
    }

    @Test("what comes from outside forges no line and no field") func escaped() throws {
        let event = event(Self.hostile, [("topic", Self.hostile), ("empty", "")])
        for format in LogFormat.allCases {
            #expect(event.line(format).unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x202E })
        }
        let object = try JSONSerialization.jsonObject(with: Data(event.line(.json).utf8)) as? [String: String]
        #expect(object?["msg"] == Self.hostile && object?["topic"] == Self.hostile && object?["empty"] == "")
        let quoted = #""a \"b\"\n=\\ \u001b[2J\u202eé""#
        #expect(event.line(.logfmt).hasSuffix(" msg=\(quoted) topic=\(quoted) empty=\"\""), "\(event.line(.logfmt))")
    }

    @Test("the same line again is held back for a minute, and counted") func repeated() {
        var repetition = LogRepetition()
        let start = ContinuousClock.now
        let given = [("a", 0), ("a", 1), ("a", 59), ("a", 60), ("a", 61), ("b", 62), ("a", 63), ("a", 200)]
        var said: [[String]] = []
        for (message, seconds) in given {
            let lines = repetition.lines(of: event(message), at: start + .seconds(seconds))
            said.append(lines.map { $0.message + ($0.fields.first.map { " \($0.value)" } ?? "") })
        }
        #expect(said == [["a"], [], [], ["a 2"], [], ["a 1", "b"], ["a"], ["a"]])
    }

    @Test("a run's lines, errors and their fields; --quiet leaves errors") func command() throws {
        let folder = try TemporaryFolder()
        let cut = try folder.write([1, 2, 3], to: "cut\n.tar.gz")
        for (words, isQuiet) in [([], false), (["--quiet"], true)] as [([String], Bool)] {
            let outcome = try NightjarProcess(
                ["run", cut, "--data", folder.file("data"), "--log-format", "json", "--metrics", ":0"] + words
            ).outcome()
            #expect(outcome.status == 1)
            let events = try outcome.complaints.map {
                try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String], "\($0)")
            }
            #expect(events.contains { $0["level"] == "info" && $0["port"] != nil } == !isQuiet, "\(outcome.errors)")
            #expect(events.contains { $0["level"] == "error" && $0["msg"]?.contains("cut\n.tar.gz") == true })
            #expect(events.allSatisfy { $0["time"]?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil })
        }
        let logfmt = try NightjarProcess(
            ["object", "x", "--data", cut], environment: ["NIGHTJAR_LOG_FORMAT": "logfmt"]
        ).outcome()
        #expect(logfmt.status == 1 && logfmt.errors.contains(" level=error msg=\""), "\(logfmt.errors)")
        #expect(logfmt.errors.contains(" code=notADataFolder path=\""), "\(logfmt.errors)")
    }
}
