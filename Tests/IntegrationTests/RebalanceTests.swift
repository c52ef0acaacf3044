import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// Partitions that go from worker to worker, nobody being killed in the midst of things unless the test says so.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct RebalanceTests {
    /// A worker that leaves its group when it ends; one that is known to it by name is missed only after its session.
    private static let nameless = ["--kafka-property", "group.instance.id="]

    private static func plan(_ seconds: Double) throws -> ChaosPlan {
        try ChaosPlan(seed: 7, seconds: seconds, workers: 2, partitions: SharedStream.partitions, session: 60)
    }

    /// What workers and the fences before the server have told, for who must find out why a test failed.
    private static func said(_ stream: SharedStream, _ workers: NightjarProcess...) -> String {
        workers.map { $0.errors + "\n\n" }.joined() + stream.server.fencesLog
    }

    /// How many partitions the lines that begin with a word speak of.
    private static func partitions(_ word: String, _ worker: NightjarProcess) -> [Int] {
        worker.errors.split(separator: "\n").filter { $0.hasPrefix(word) }.map { line in
            line.split(separator: "[").last.map { $0.split(separator: ",").count } ?? 0
        }
    }

    @Test("a second worker comes and goes while the first one reads") func comesAndGoes() throws {
        let stream = try SharedStream(session: 6)
        let plan = try Self.plan(10)
        let parts = (0..<4).map { plan.messages[plan.messages.count * $0 / 4..<plan.messages.count * ($0 + 1) / 4] }
        let first = try stream.start(0, "--follow", Self.nameless[0], Self.nameless[1])
        try stream.send(parts[0])
        #expect(first.waits { Self.partitions("assigned", first) == [8] }, "\(first.errors)")
        let second = try stream.start(1, "--follow", Self.nameless[0], Self.nameless[1])
        // Sent while it joins.
        for message in parts[1] { try stream.send([message]) }
        #expect(
            second.waits { Self.partitions("assigned", second) == [4] },
            "\(Self.said(stream, first, second))")
        try stream.send(parts[2])
        #expect(try stream.isRead())
        second.interrupt()
        for message in parts[3] { try stream.send([message]) }
        #expect(second.ends(within: NightjarProcess.patience), "\(second.errors)")
        #expect(first.waits { Self.partitions("assigned", first) == [8, 4] }, "\(first.errors)")
        #expect(try stream.isRead())
        // The first one kept the other four all the while.
        #expect(Self.partitions("revoked", first) == [4] && Self.partitions("lost", first) == [])
        first.interrupt()
        #expect(first.ends(within: NightjarProcess.patience), "\(first.errors)")
        try stream.check(alerts: plan.alerts, workers: 2, said: Self.said(stream, first, second))
        #expect(try !stream.stored(1).isEmpty)
    }

    @Test("a worker that comes back within its session finds its partitions, and nobody is moved")
    func comesBack() throws {
        let stream = try SharedStream(session: 6)
        let plan = try Self.plan(6)
        let parts = (0..<3).map { plan.messages[plan.messages.count * $0 / 3..<plan.messages.count * ($0 + 1) / 3] }
        let first = try stream.start(0, "--follow")
        #expect(first.waits { Self.partitions("assigned", first) == [8] }, "\(first.errors)")
        var second = try stream.start(1, "--follow")
        #expect(second.waits { Self.partitions("assigned", second) == [4] }, "\(second.errors)")
        try stream.send(parts[0])
        #expect(try stream.isRead())
        try stream.send(parts[1])
        second.kill()
        #expect(second.ends(within: NightjarProcess.patience))
        let before = first.errors
        second = try stream.start(1, "--follow")
        try stream.send(parts[2])
        #expect(try stream.isRead())
        #expect(Self.partitions("assigned", second) == [4], "\(second.errors)")
        #expect(first.errors == before)
        for worker in [first, second] { worker.interrupt() }
        for worker in [first, second] { #expect(worker.ends(within: NightjarProcess.patience), "\(worker.errors)") }
        try stream.check(alerts: plan.alerts, workers: 2, said: Self.said(stream, first, second))
    }

    @Test(
        "what a survey sends again after its partition has moved counts as a duplicate, and the late worker processes its claims"
    )
    func staysAway() throws {
        let stream = try SharedStream(session: 6)
        let plan = try Self.plan(6)
        let first = try stream.start(0, "--follow")
        #expect(first.waits { Self.partitions("assigned", first) == [8] }, "\(first.errors)")
        let second = try stream.start(1, "--follow")
        #expect(second.waits { Self.partitions("assigned", second) == [4] }, "\(second.errors)")
        try stream.send(plan.messages)
        #expect(try stream.isRead())
        second.kill()
        #expect(second.ends(within: NightjarProcess.patience))
        // It has been missed.
        #expect(first.waits { Self.partitions("assigned", first).last == 4 }, "\(first.errors)")
        // All of each partition, 45 alerts and what is between them, is within what is looked back over.
        try stream.send(plan.messages)
        #expect(try stream.isRead())
        let late = try stream.start(1, "--follow")
        #expect(
            late.waits { Self.partitions("assigned", late) == [4] }, "\(Self.said(stream, first, late))")
        try stream.send(plan.messages)
        #expect(try stream.isRead())
        for worker in [first, late] { worker.interrupt() }
        for worker in [first, late] { #expect(worker.ends(within: NightjarProcess.patience), "\(worker.errors)") }
        try stream.check(alerts: plan.alerts, workers: 2, said: Self.said(stream, first, late))
    }
}
