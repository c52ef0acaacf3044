import Foundation
import TestServers
import TestSupport
import Testing

/// Three workers share a stream of eight partitions while they are killed and started again, some so late that others have
/// taken their partitions; the stream has duplicates, garbage and empty messages. At the end each alert counts once over
/// all workers, each product was published once, and the ledgers add up to the watermarks.
///
/// By itself it takes ten seconds. `NIGHTJAR_CHAOS_SECONDS` (`make chaos`) makes it longer and kills the server too.
/// `NIGHTJAR_CHAOS_SEED` says what is sent and who dies when; what they are doing then depends on the machine.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
final class ChaosTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let killsServer = environment["NIGHTJAR_CHAOS_SECONDS"] != nil
    private static let seconds = environment["NIGHTJAR_CHAOS_SECONDS"].flatMap { Double($0) } ?? 10
    private static let seed = environment["NIGHTJAR_CHAOS_SEED"].flatMap { UInt64($0) } ?? 1
    private static let session = 6.0

    private let stream: SharedStream
    private let plan: ChaosPlan
    private var workers = [NightjarProcess?](repeating: nil, count: 3)
    /// When workers that are away are started again.
    private var returns: [Int: Date] = [:]
    /// What the workers said in all their lives.
    private var said = ["", "", ""]

    init() throws {
        stream = try SharedStream(session: Self.session)
        plan = try ChaosPlan(
            seed: Self.seed, seconds: Self.seconds, workers: workers.count, partitions: SharedStream.partitions,
            session: Self.session)
    }

    @Test("each alert counts once, whoever dies when", .timeLimit(.minutes(30))) func chaos() throws {
        try disturb()
        // All come to the end together.
        for number in workers.indices { workers[number] = try stream.start(number, "--until-end") }
        let deadline = Date.now + NightjarProcess.patience
        for (number, worker) in workers.enumerated() {
            let hasEnded = worker?.ends(within: max(0, deadline.timeIntervalSinceNow)) == true
            said[number] += (worker?.errors ?? "") + (hasEnded ? "ended" : "still running")
        }
        let account = said.joined(separator: "\n\n") + "\n\n" + stream.server.fencesLog
        for (number, worker) in workers.enumerated() {
            #expect(try worker?.outcome(within: 0.1).status == 0, "worker \(number); \(account)")
        }
        try stream.check(alerts: plan.alerts, workers: workers.count, said: account)
        print("chaos: seed \(Self.seed), \(plan.messages.count) messages, \(plan.deaths.count) kills")
    }

    private func disturb() throws {
        for number in workers.indices { workers[number] = try stream.start(number, "--follow") }
        var deaths = plan.deaths[...]
        var serverDies = Self.seconds * 0.5
        // The server's own absences do not count.
        var (now, last) = (0.0, Date.now)
        var sent = 0
        while now < Self.seconds {
            let due = Int(Double(plan.messages.count) * min(1, now / (Self.seconds * 0.8)))
            if due > sent {
                try stream.send(plan.messages[sent..<due])
                sent = due
            }
            while let death = deaths.first, death.time <= now {
                deaths.removeFirst()
                kill(death)
            }
            for (number, time) in returns where Date.now > time { try comeBack(number) }
            if Self.killsServer && now > serverDies {
                for number in returns.keys { try comeBack(number) }
                try stream.restartServer(after: plan.serverAbsence)
                serverDies += max(10, Self.seconds * 0.4)
                last = Date.now
            }
            Thread.sleep(forTimeInterval: 0.02)
            now += Date.now.timeIntervalSince(last)
            last = Date.now
        }
        try stream.send(plan.messages[sent...])
        for number in workers.indices {
            workers[number]?.interrupt()
            if workers[number]?.ends(within: NightjarProcess.patience) == false { workers[number]?.kill() }
            said[number] += (workers[number]?.errors ?? "") + "stopped\n"
        }
    }

    private func kill(_ death: ChaosPlan.Death) {
        guard let worker = workers[death.worker] else { return }
        #expect(!worker.ends(within: 0), "worker \(death.worker) ended by itself: \(worker.errors)")
        worker.kill()
        _ = worker.ends(within: NightjarProcess.patience)
        said[death.worker] += worker.errors + "killed\n"
        workers[death.worker] = nil
        returns[death.worker] = Date.now + death.absence
    }

    private func comeBack(_ number: Int) throws {
        workers[number] = try stream.start(number, "--follow")
        returns[number] = nil
    }
}
