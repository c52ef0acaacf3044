import Avro
import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

@testable import nightjar

/// What systemd hears of a run, and whether a run that waits counts as alive.
@Suite(.serialized) struct SupervisionTests {
    private let work: TemporaryFolder

    init() throws { work = try TemporaryFolder() }

    private func stalled(_ environment: [String: String]) throws -> (run: NightjarProcess, input: Pipe) {
        let input = Pipe()
        let night = try SmallNight(alerts: 100)
        let run = try NightjarProcess(
            ["run", "-", "--data", work.file("data"), "--no-fits"], input: input, environment: environment)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(300_000))
        return (run, input)
    }

    @Test("ready, alive while its source stalls, and stopping, in this order", arguments: [false, true])
    func run(isAbstract: Bool) throws {
        let name = "nightjar-test-\(UUID().uuidString)"
        let socket = try NotifySocket(isAbstract ? "@\(name)" : "/tmp/\(name)")
        defer { if !isAbstract { unlink(socket.address) } }
        let (run, input) = try stalled(["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "2000000"])
        defer { try? input.fileHandleForWriting.close() }
        #expect(run.waits { socket.has("READY=1") }, "\(run.errors) \(socket.messages)")
        // The reader of a pipe that is silent is alive for longer than a heartbeat may stand still.
        #expect(
            run.waits {
                socket.receive(); return socket.messages.count { $0 == "WATCHDOG=1" } > (isAbstract ? 2 : 16)
            })
        #expect(socket.messages.contains { $0.hasPrefix("STATUS=") && $0.hasSuffix(" alerts") }, "\(socket.messages)")
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
        socket.receive()
        let steps = ["READY=1", "STOPPING=1"].map { socket.messages.firstIndex(of: $0) }
        #expect(steps[0] != nil && steps[1] != nil && steps[0] ?? 9 < steps[1] ?? 0, "\(socket.messages)")
    }

    @Test("a process that hangs gives no sign of life") func hangs() throws {
        let socket = try NotifySocket("@nightjar-test-\(UUID().uuidString)")
        let (run, input) = try stalled(["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "400000"])
        defer { try? input.fileHandleForWriting.close() }
        #expect(run.waits { socket.has("WATCHDOG=1") })
        run.send(SIGSTOP)
        // What was sent before the signal may still come.
        let other = try NotifySocket("@nightjar-test-\(UUID().uuidString)")
        let (second, secondInput) = try other.start(in: work)
        defer { try? secondInput.fileHandleForWriting.close() }
        #expect(
            second.waits {
                other.receive(); return other.messages.count { $0 == "WATCHDOG=1" } > 3
            })
        socket.receive()
        let known = socket.messages.count
        #expect(
            second.waits {
                other.receive(); return other.messages.count { $0 == "WATCHDOG=1" } > 12
            })
        socket.receive()
        #expect(socket.messages.count == known)
        run.send(SIGCONT)
        #expect(
            run.waits {
                socket.receive(); return socket.messages.count > known
            })
        for process in [run, second] { process.send(SIGTERM) }
        #expect(try run.outcome().status == 0 && second.outcome().status == 0)
    }

    @Test("the conductor too is ready, alive while a server is away, and stopping") func conductor() throws {
        let socket = try NotifySocket("@nightjar-test-\(UUID().uuidString)")
        try work.write(Array("2024-09-15T01:00:00Z 0\n".utf8), to: "clock")
        let conductor = try NightjarProcess(
            [
                "night", "conduct", "kafka://127.0.0.1:\(try Ports.free())/ztf_{yyyyMMdd}_programid1", "--data",
                work.file("data"), "--clock", work.file("clock"), "--interval", "100",
            ], environment: ["NOTIFY_SOCKET": socket.address, "WATCHDOG_USEC": "1000000"])
        #expect(conductor.waits { socket.has("READY=1") }, "\(conductor.errors)")
        // For longer than a heartbeat may stand still.
        #expect(
            conductor.waits {
                socket.receive()
                return socket.messages.count { $0 == "WATCHDOG=1" } > 28
            })
        #expect(socket.messages.contains { $0.hasPrefix("STATUS=ztf") }, "\(socket.messages)")
        conductor.send(SIGTERM)
        #expect(try conductor.outcome().status == 0)
        #expect(socket.has("STOPPING=1"))
    }

    @Test("one thread that stands still is enough") func oneThread() {
        let start = ContinuousClock.now
        var check = HeartbeatCheck(every: .seconds(15))
        let given = [(1, 1, 0), (2, 1, 15), (3, 1, 30), (4, 2, 45)]
        let found = given.map { read, write, seconds in
            check.isAlive(["read": read, "write": write], at: start + .seconds(seconds))
        }
        #expect(found == [true, true, false, true])
        var quick = HeartbeatCheck(every: .milliseconds(100))
        #expect([0, 5, 7].map { quick.isAlive(["read": 1], at: start + .seconds($0)) } == [true, true, false])
    }

    @Test("nobody to tell: no variable, no address, another process's watchdog") func nobody() {
        #expect(ServiceNotifier(environment: [:]) == nil)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": "here"]) == nil)
        let other = ServiceNotifier(
            environment: ["NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"], process: 2)
        #expect(other != nil && other?.watchdog == nil)
        // Not there, and no fault.
        other?.ready()
        let own = ServiceNotifier(
            environment: ["NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "2"], process: 2)
        #expect(own?.watchdog == .seconds(1))
    }

    @Test("each thread's heartbeat moves while the server is away, and when it is lost") func serverAway() throws {
        let port = try Ports.free()
        // Nobody listens at the broker's port.
        let run = try NightjarProcess([
            "run", "kafka://127.0.0.1:\(try Ports.free())/t", "--data", work.file("data"), "--no-fits", "--follow",
            "--metrics", ":\(port)",
        ])
        #expect(run.waits { run.errors.contains("waits for a server") }, "\(run.errors)")
        try expectAlive(run, port)
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
    }

    @Test(
        "each thread's heartbeat moves while a schema is waited for",
        .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func registryAway() throws {
        let server = try KafkaServer()
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        let framed = ConfluentFrame(schemaID: 4, body: SmallPacket(candid: 1).body[...]).bytes
        try producer.send(topic: "t", payload: framed[...])
        try producer.flush()
        let port = try Ports.free()
        let run = try NightjarProcess([
            "run", "kafka://\(server.address)/t", "--data", work.file("data"), "--no-fits", "--follow", "--metrics",
            ":\(port)", "--schema-registry", "http://127.0.0.1:\(try Ports.free())",
        ])
        #expect(run.waits { run.errors.contains("waits and retries") }, "\(run.errors)")
        try expectAlive(run, port)
        // A server that is lost meanwhile changes nothing.
        server.kill()
        try expectAlive(run, port)
        run.send(SIGTERM)
        #expect(try run.outcome().status == 0)
    }

    private func expectAlive(_ run: NightjarProcess, _ port: UInt16) throws {
        let names = ["read", "process", "write"].map { "nightjar_heartbeat_total{thread=\"\($0)\"}" }
        var last = names.map { MetricsPageReader.value($0, port) ?? -1 }
        for _ in 0..<3 {
            #expect(
                run.waits {
                    let now = names.map { MetricsPageReader.value($0, port) ?? -1 }
                    guard zip(last, now).allSatisfy({ $0 < $1 }) else { return false }
                    last = now
                    return true
                }, "\(names) \(last)")
        }
    }
}

extension NotifySocket {
    /// A sound run that tells this socket how it is.
    fileprivate func start(in work: TemporaryFolder) throws -> (NightjarProcess, Pipe) {
        let input = Pipe()
        let run = try NightjarProcess(
            ["run", "-", "--data", work.file("other"), "--no-fits"], input: input,
            environment: ["NOTIFY_SOCKET": address, "WATCHDOG_USEC": "400000"])
        return (run, input)
    }
}
