import Foundation
import TestServers
import TestSupport
import Testing

/// Stopped by SIGTERM, Ctrl-C or SIGHUP, a command ends with status 0 and a report, also while what it reads stalls.
@Suite(.serialized) struct StopTests {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    private let work: TemporaryFolder
    private var data: String { work.file("data") }

    init() throws { work = try TemporaryFolder() }

    /// Signals a command once it is where it is to be, and looks at its end.
    private func stop(
        _ process: NightjarProcess, by signal: Int32 = SIGTERM, once isThere: () -> Bool
    ) throws -> NightjarProcess.Outcome {
        let isReady = process.waits(until: isThere)
        #expect(isReady && !process.ends(within: 0), "\(process.errors)")
        process.send(signal)
        let outcome = try process.outcome()
        #expect(outcome.status == 0, "\(outcome)")
        return outcome
    }

    private func run(_ source: String, _ more: String..., input: Pipe? = nil) throws -> NightjarProcess {
        try NightjarProcess(["run", source, "--data", data, "--no-fits", "--json"] + more, input: input)
    }

    private func expectEmpty(_ outcome: NightjarProcess.Outcome) throws {
        #expect(try RunReport(outcome).received == 0, "\(outcome)")
        #expect(outcome.output.contains(#""stopped": true"#))
    }

    @Test("a pipe that stalls", arguments: signals) func pipe(signal: Int32) throws {
        let night = try SmallNight(alerts: 400)
        let input = Pipe()
        let process = try run("-", input: input)
        // More than a pipe holds: once it is written, the process has taken some.
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(200_000))
        let outcome = try stop(process, by: signal) { true }
        #expect(outcome.errors.contains("stopped before the end"), "\(outcome.errors)")
        // The same command continues.
        let stored = try RunReport(outcome).stored
        let whole = try run(night.plainPath).outcome()
        #expect(try RunReport(whole).stored == night.account.stored - stored)
        #expect(whole.output.contains(#""stopped": false"#))
        try input.fileHandleForWriting.close()
    }

    @Test("a pipe with a name on which nothing comes") func namedPipe() throws {
        let path = work.file("night.tar")
        #expect(mkfifo(path, 0o600) == 0)
        let process = try run(path)
        var descriptor: Int32 = -1
        // It can be opened for writing once it was opened for reading.
        let outcome = try stop(process) {
            descriptor = open(path, O_WRONLY | O_NONBLOCK)
            return descriptor >= 0
        }
        close(descriptor)
        try expectEmpty(outcome)
    }

    @Test("a web server that sends nothing", arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nsome"])
    func web(greeting: String) throws {
        let server = try StallingServer(greeting: greeting)
        defer { server.close() }
        try expectEmpty(try stop(try run("http://127.0.0.1:\(server.port)/night.tar.gz")) { server.clients > 0 })
    }

    @Test("a web server that is not there: each further try is said") func webRetry() throws {
        let port = try Ports.free()
        let process = try run("http://127.0.0.1:\(port)/night.tar.gz")
        let outcome = try stop(process) { process.errors.contains("retrying in 2 s (2 of 4)") }
        try expectEmpty(outcome)
        let told = outcome.complaints.filter { $0.contains("retrying in") }
        #expect(told.count >= 2 && told[0].contains("http://127.0.0.1:\(port)/night.tar.gz: "), "\(told)")
        #expect(told[0].hasSuffix("retrying in 1 s (1 of 4)"), "\(told)")
    }

    @Test("a Kafka server that is not there, or does not answer", arguments: ["--follow", "--until-end"])
    func kafka(end: String) throws {
        let server = try StallingServer()
        defer { server.close() }
        try expectEmpty(try stop(try run("kafka://127.0.0.1:\(server.port)/ztf", end)) { server.clients > 0 })
    }

    @Test("a schema registry that is away: no packet becomes a dead letter by the stop") func registry() throws {
        try work.write([0, 0, 0, 3, 31] + SmallPacket(candid: 1).body, to: "packets/1.avro")
        let port = try Ports.free()
        let process = try run(work.file("packets"), "--schema-registry", "http://127.0.0.1:\(port)")
        let outcome = try stop(process) { process.errors.contains("waits and retries: the schema with number 799") }
        try expectEmpty(outcome)
        let letters = try NightjarProcess.run("dead-letters", "list", "--data", data, "--json")
        #expect(letters.output == "", "\(letters)")
    }

    @Test("Pub/Sub that does not answer", arguments: ["run", "consume", "stage"]) func pubSub(command: String) throws {
        let server = try StallingServer()
        defer { server.close() }
        let words =
            switch command {
            case "run": ["run", "pubsub://p1/sub", "--data", data]
            case "consume": ["consume", "kafka://127.0.0.1:9/ztf", "--to", "pubsub://p1/top"]
            default:
                [
                    "stage", "filter", "--from", "pubsub://p1/sub", "--to", "pubsub://p1/top", "--dead-letters",
                    "pubsub://p1/dead",
                ]
            }
        let environment = ["PUBSUB_EMULATOR_HOST": "127.0.0.1:\(server.port)"]
        let process = try NightjarProcess(words + ["--json"], environment: environment)
        let outcome = try stop(process) { server.clients > 0 }
        #expect(outcome.lines.count == 1 && outcome.output.hasPrefix("{"), "\(outcome)")
    }

    @Test("a stream that is followed, with a topic beside it", arguments: signals) func topic(signal: Int32) throws {
        let night = try SmallNight(alerts: 20)
        #expect(try run(night.path).outcome().status == 0)
        let process = try NightjarProcess(["topic", "ztf_alert_data", "--data", data, "--follow", "--no-cutouts"])
        let outcome = try stop(process, by: signal) {
            process.output.split(separator: "\n").count == night.account.stored
        }
        #expect(outcome.errors == "")
    }

    @Test("SIGHUP is nothing to a command that nohup has started") func nohup() throws {
        let server = try StallingServer()
        defer { server.close() }
        let before = signal(SIGHUP, SIG_IGN)  // what is ignored stays so in what is started
        let process = try run("http://127.0.0.1:\(server.port)/night.tar.gz")
        signal(SIGHUP, before)
        #expect(process.waits { server.clients > 0 })
        process.send(SIGHUP)
        #expect(!process.ends(within: 3))
        process.send(SIGTERM)
        #expect(try process.outcome().status == 0)
    }
}
