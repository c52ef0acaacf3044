import Broker
import DataLayout
import Foundation
import Kafka
import LocalSockets
import SQLite
import TestServers
import TestSupport
import Testing

/// Commands beside a run: it does their work between two commits.
@Suite(.serialized) struct HandoverTests {
    private let work: TemporaryFolder
    private let night: SmallNight
    private var data: String { work.file("data") }
    private var socket: String { data + "/nightjar.sock" }

    init() throws {
        work = try TemporaryFolder()
        night = try SmallNight(alerts: 400)
    }

    /// A run that holds the folder, and stalls in the middle of the night once all that came is durable.
    private func holder() throws -> (run: NightjarProcess, input: Pipe) {
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", data, "--no-fits", "--json"], input: input)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(tarball.count * 4 / 5))
        #expect(run.waits { stored > 250 }, "\(run.errors)")
        return (run, input)
    }

    private var stored: Int64 {
        guard let database = try? Database(path: data + "/nightjar.db", mode: .readOnly) else { return 0 }
        return (try? database.integer("SELECT count(*) FROM ztf_alerts")) ?? 0
    }

    private func end(_ run: NightjarProcess, _ input: Pipe, pruned: Bool = false) throws {
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        try input.fileHandleForWriting.write(contentsOf: tarball.dropFirst(tarball.count * 4 / 5))
        try input.fileHandleForWriting.close()
        let outcome = try run.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        let account = try RunReport(outcome).account
        // What comes again of a night that was removed meanwhile is stored again.
        #expect(pruned ? account.received == night.account.received : account == night.account)
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    private func expectSound(_ story: String = "") throws {
        let verdict = try NightjarProcess.run("verify", "--data", data, "--packets")
        #expect(verdict.status == 0, "\(story): \(verdict.output)")
    }

    @Test("prune and replay beside a run, which goes on") func beside() throws {
        let (run, input) = try holder()
        defer { try? input.fileHandleForWriting.close() }
        let first = try Database(path: data + "/nightjar.db", mode: .readOnly).integer(
            "SELECT min(night) FROM ztf_alerts")
        let pruned = try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1")
        #expect(pruned.status == 0, "\(pruned.errors)")
        #expect(pruned.output.hasPrefix("night \(first ?? 0): 200 alerts") && pruned.output.contains("removed 1 night"))
        #expect(
            run.errors.contains("begins with prune") && run.errors.contains("continues after prune"), "\(run.errors)")
        try expectSound("while the run goes on")
        let json = try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1", "--json")
        #expect(json.status == 0 && json.output.hasPrefix("{\"nights\": [],"), "\(json.output)")
        let replayed = try NightjarProcess.run("dead-letters", "replay", "--data", data)
        #expect(replayed.status == 0 && replayed.output.contains("still wait"), "\(replayed.errors)")
        try end(run, input, pruned: true)
        try expectSound("after the run")
    }

    @Test("beside a stream that is followed", .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
    func stream() throws {
        let server = try KafkaServer()
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        func send(_ candids: ClosedRange<Int64>, jd: Double) throws {
            for candid in candids {
                var packet = SmallPacket(candid: candid)
                packet.jd = jd
                try producer.send(topic: "t", payload: packet.container()[...])
            }
            try producer.flush()
        }
        try send(1...5, jd: 2_460_568.75)
        let run = try NightjarProcess([
            "run", "kafka://\(server.address)/t", "--data", data, "--no-fits", "--json", "--follow", "--group", "g",
        ])
        #expect(run.waits { stored == 5 }, "\(run.errors)")
        try send(6...9, jd: 2_460_569.75)
        #expect(run.waits { stored == 9 }, "\(run.errors)")
        let pruned = try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1")
        #expect(pruned.status == 0 && pruned.output.contains("5 alerts"), "\(pruned.errors)")
        #expect(stored == 4)
        try send(10...12, jd: 2_460_569.75)
        #expect(run.waits { stored == 7 }, "\(run.errors)")
        run.send(SIGTERM)
        let outcome = try run.outcome()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try RunReport(outcome).stored == 12)
        try expectSound()
    }

    @Test("what the work complains of and its status are the asking command's") func failure() throws {
        let (run, input) = try holder()
        defer { try? input.fileHandleForWriting.close() }
        let wrong = try NightjarProcess.run(
            "salt2", "refit", "--data", data, "--models", work.file("nothing"), "--model", "salt2")
        #expect(wrong.status == 2 && wrong.errors.contains("scripts/fetch-models"), "\(wrong.errors)")
        // The paths of the command that asks, though the run has another working folder.
        #expect(wrong.errors.contains(work.file("nothing")), "\(wrong.errors)")
        try end(run, input)
    }

    @Test("missing packets are taken in beside a run") func fill() throws {
        let (run, input) = try holder()
        defer { try? input.fileHandleForWriting.close() }
        let other = try SmallNight(alerts: 30, number: 5)
        let said = Lines()
        let status = try Handover.ask(data, .fill(sources: [other.path], options: ["--no-fits"])) { said.add($0) }
        #expect(status == 0)
        #expect(
            said.all == ["took in \(other.account.received): 30 stored, 2 duplicates, 1 dead letters"], "\(said.all)")
        let missing = try Handover.ask(data, .fill(sources: [work.file("none.tar")], options: [])) { said.add($0) }
        #expect(missing == 1 && said.all.last?.contains("none.tar") == true, "\(said.all)")
        try end(run, input)
        try expectSound()
    }

    @Test("requests that are none are refused, and hold nothing up") func hostile() throws {
        let (run, input) = try holder()
        defer { try? input.fileHandleForWriting.close() }
        var status = stat()
        #expect(stat(socket, &status) == 0 && status.st_mode & 0o777 == 0o600)
        for text in [
            "", "{", "[]", "{\"prune\":{}}", "{\"erase\":{\"all\":true}}", String(repeating: "[", count: 200_000),
        ] {
            let connection = try FrameConnection(to: socket)
            try connection.send(Array(text.utf8), within: .seconds(60))
            let answer = String(decoding: try connection.receive(limit: 1 << 20, within: .seconds(60)), as: UTF8.self)
            #expect(answer.contains("refused"), "\(text.prefix(30)): \(answer)")
        }
        // Longer than a request may be: the connection is closed.
        let long = try FrameConnection(to: socket)
        #expect(throws: SocketError.self) {
            try long.send([UInt8](repeating: 0x20, count: 3 << 20), within: .seconds(60))
            _ = try long.receive(limit: 1 << 20, within: .seconds(60))
        }
        // Four that say nothing are all that are listened to; the fifth is told so.
        let silent = try (0..<4).map { _ in try FrameConnection(to: socket) }
        let fifth = try FrameConnection(to: socket)
        let answer = String(decoding: try fifth.receive(limit: 1 << 20, within: .seconds(60)), as: UTF8.self)
        #expect(answer.contains("refused") && answer.contains("later"), "\(answer)")
        withExtendedLifetime(silent) {}
        try end(run, input)
    }

    @Test("a socket that a killed run left is nobody's: the command does the work itself") func stale() throws {
        let (run, input) = try holder()
        run.kill()
        _ = try run.outcome()
        try? input.fileHandleForWriting.close()
        #expect(FileManager.default.fileExists(atPath: socket))
        let pruned = try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1")
        #expect(pruned.status == 0 && pruned.output.contains("removed 1 night"), "\(pruned.errors)")
        try expectSound()
        // The next run replaces it.
        let (second, secondInput) = try holder2()
        try secondInput.fileHandleForWriting.close()
        #expect(try second.outcome().status != nil)
        #expect(!FileManager.default.fileExists(atPath: socket))
    }

    private func holder2() throws -> (run: NightjarProcess, input: Pipe) {
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", data, "--no-fits", "--quiet"], input: input)
        #expect(run.waits { (try? FrameConnection(to: socket)) != nil })
        return (run, input)
    }

    @Test("a folder with a long path, and one in which no socket can be") func folders() throws {
        let deep = work.file((0..<6).map { "\($0)" + String(repeating: "n", count: 40) }.joined(separator: "/"))
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", deep, "--no-fits"], input: input)
        #expect(run.waits { (try? FrameConnection(to: deep + "/nightjar.sock")) != nil }, "\(run.errors)")
        let pruned = try NightjarProcess.run("prune", "--data", deep, "--keep-nights", "1")
        #expect(pruned.status == 0, "\(pruned.errors)")
        try input.fileHandleForWriting.close()
        _ = try run.outcome()

        try work.write([1], to: "data/nightjar.sock")
        let other = Pipe()
        let second = try NightjarProcess(["run", "-", "--data", data, "--no-fits"], input: other)
        #expect(second.waits { second.errors.contains("other commands cannot ask") }, "\(second.errors)")
        let refused = try NightjarProcess.run("prune", "--data", data, "--keep-nights", "1")
        #expect(refused.status == 1 && !refused.errors.isEmpty, "\(refused.errors)")
        try other.fileHandleForWriting.close()
        _ = try second.outcome()
        #expect(FileManager.default.contents(atPath: socket) == Data([1]))
    }

    @Test("a process that answers in another way, or ends before it answers") func otherSide() throws {
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let listener = try FrameListener(at: socket)
        let answers = [Array("{\"dance\":{}}".utf8), nil]
        for answer in answers {
            Thread.detachNewThread {
                guard let client = listener.accept(within: .seconds(60)) else { return }
                _ = try? client.receive(limit: 1 << 20, within: .seconds(60))
                if let answer { try? client.send(answer, within: .seconds(60)) }
            }
            let error = try #require(throws: BrokerError.self) { try Handover.ask(data, .replay(options: [])) { _ in } }
            #expect(error.code == .inUse)
            #expect(
                error.detail.contains(answer == nil ? "give the same command again" : "another version"), "\(error)")
        }
    }
}

/// Lines that work in a folder says.
private final class Lines {
    private(set) var all: [String] = []

    func add(_ message: FolderMessage) {
        switch message {
        case .line(let line), .complaint(let line), .json(let line): all.append(line)
        case .working, .done, .refused, .ended: break
        }
    }
}
