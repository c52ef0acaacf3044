import Conductor
import Foundation
import LoopbackServer
import Synchronization
import TestSupport
import Testing

@Suite struct NotifierTests {
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        var text: String { lines.withLock { $0.joined(separator: "\n") } }
    }

    private let server: LoopbackServer
    private let log = Log()

    init() throws { server = try LoopbackServer("webhook.py") }

    private func notifier(_ path: String?, command: [String]? = nil) throws -> Notifier {
        var limits = Notifier.Limits()
        limits.pause = .milliseconds(1)
        limits.answer = .seconds(20)
        let url = try path.map { try #require(URL(string: "\(server.plain)/\($0)")) }
        return try Notifier(webhook: url, command: command, limits: limits) { [log] line in
            log.lines.withLock { $0.append(line) }
        }
    }

    private func notification(_ number: Int, _ reason: String = "The stream is quiet.") -> NightNotification {
        NightNotification(number: number, survey: "ztf", night: 20_240_915, state: .draining, reason: reason)
    }

    private var taken: [String] {
        get throws {
            let file = server.folder.appending(path: "taken")
            guard FileManager.default.fileExists(atPath: file.path) else { return [] }
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    @Test("posts Slack's form, each number once, in order") func webhook() throws {
        let notifier = try notifier("good/secret")
        notifier.send(notification(1))
        notifier.send(notification(2, "a <b> & \"c\"\n\u{1F30C}"))
        notifier.send(notification(1))
        #expect(notifier.finish(within: .seconds(300)))
        #expect(
            try taken == [
                #"{"text": "Nightjar ztf, night 20240915: draining. The stream is quiet."}"#,
                #"{"text": "Nightjar ztf, night 20240915: draining. a &lt;b&gt; &amp; \"c\"\n\ud83c\udf0c"}"#,
            ])
        #expect(log.text == "")
    }

    @Test(
        "tries three times what may pass, and not what stays wrong",
        arguments: [
            ("busy/secret", 3, "status 503"), ("gone/secret", 1, "status 404"),
            ("drop/secret", 3, "the connection broke"),
        ])
    func failures(path: String, tries: Int, reason: String) throws {
        let notifier = try notifier(path)
        notifier.send(notification(1))
        #expect(notifier.finish(within: .seconds(300)))
        #expect(try taken.count == tries)
        #expect(log.text.contains(reason) && log.text.contains("night 20240915"), "\(log.text)")
        // The address is a secret.
        #expect(!log.text.contains("secret") && !log.text.contains(server.plain))
    }

    @Test("a second try that is taken is a success") func secondTry() throws {
        let notifier = try notifier("once/secret")
        notifier.send(notification(1))
        #expect(notifier.finish(within: .seconds(300)))
        #expect(try taken.count == 2 && log.text == "")
    }

    @Test("runs a command without a shell, with the night in its environment") func command() throws {
        let folder = try TemporaryFolder()
        let file = folder.file("said")
        let script = #"echo "$NIGHTJAR_SURVEY $NIGHTJAR_NIGHT $NIGHTJAR_STATE $NIGHTJAR_REASON $1" >>"$0""#
        let notifier = try notifier(nil, command: ["/bin/sh", "-c", script, file, "$(x);"])
        notifier.send(notification(1, "`id` $HOME\0"))
        notifier.send(notification(2))
        #expect(notifier.finish(within: .seconds(300)))
        #expect(
            try String(contentsOfFile: file, encoding: .utf8) == """
                ztf 20240915 draining `id` $HOME $(x);
                ztf 20240915 draining The stream is quiet. $(x);

                """)
        #expect(log.text == "")
        let failing = try self.notifier(nil, command: ["/bin/sh", "-c", "exit 7"])
        failing.send(notification(3))
        #expect(failing.finish(within: .seconds(300)))
        #expect(log.text.contains("status 7"))
    }

    @Test("refuses an address that would show the secret, and a command that is not there") func refusals() throws {
        for text in ["http://hooks.slack.com/services/T/B/secret", "ftp://host/secret", "https:///secret", "secret"] {
            let url = try #require(URL(string: text))
            let error = #expect(throws: ControlError.self) { try Notifier(webhook: url, command: nil) { _ in } }
            #expect(error?.description.contains("secret") == false)
        }
        #expect(throws: ControlError.self) { try Notifier(webhook: nil, command: ["/no/such/program"]) { _ in } }
        #expect(throws: ControlError.self) { try Notifier(webhook: nil, command: []) { _ in } }
        let silent = try notifier(nil)
        silent.send(notification(1))
        #expect(silent.finish(within: .zero))
    }
}
