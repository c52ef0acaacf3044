import CloudBroker
import Foundation
import PubSub
import SQLite
import TestServers
import TestSupport
import Testing

/// `nightjar run pubsub://PROJECT/SUBSCRIPTION`
@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct PubSubSourceTests {
    private let cloud: CloudFixture
    private let folder: TemporaryFolder

    init() throws {
        cloud = try CloudFixture()
        folder = try TemporaryFolder()
    }

    private func run(_ more: String...) throws -> NightjarProcess {
        try NightjarProcess(
            ["run", "pubsub://\(cloud.project)/stream", "--data", folder.file("data"), "--no-fits", "--json"] + more,
            environment: cloud.environment)
    }

    private func publish(_ packets: [[UInt8]]) throws {
        let topic = TopicName(project: cloud.project, id: "stream")
        for start in stride(from: 0, to: packets.count, by: 500) {
            try cloud.output(topic).publish(
                packets[start..<min(start + 500, packets.count)].map { (data: $0, attributes: [:]) })
        }
    }

    private func numbers(_ sql: String) throws -> [Int64] {
        let rows = try Database(path: folder.file("data/nightjar.db"), mode: .readOnly).prepare(sql)
        var found: [Int64] = []
        while try rows.step() { found.append(rows.integer(0)) }
        return found
    }

    @Test("killed and begun again, it has each alert once, and an account that adds up") func killed()
        throws
    {
        _ = try cloud.make("stream")
        var packets = try (1...2_000).map { try SmallPacket(candid: $0).container() }
        packets.append(Array("no alert".utf8))
        packets.append(packets[0])
        try publish(packets)
        let first = try run("--follow")
        #expect(!first.ends(within: 1))
        first.kill()
        _ = try first.outcome()
        // What it had comes again when its leases end, and the emulator takes its time.
        let last = try run("--follow")
        let isDone = last.waits(seconds: 180) {
            (try? numbers("SELECT count(*) FROM ztf_alerts")) == [2_000]
                && (try? numbers("SELECT count(*) FROM dead_letters").first ?? 0) ?? 0 >= 1
        }
        #expect(isDone, "\(last.errors)")
        last.interrupt()
        let interrupted = try last.outcome()
        #expect(interrupted.status == 0 && interrupted.output.contains(#""stopped": true"#), "\(interrupted)")
        // To where nothing comes.
        let outcome = try run("--until-idle", "3").outcome()
        #expect(outcome.status == 0, "\(outcome)")
        let stored = try numbers("SELECT candid FROM ztf_alerts")
        #expect(stored.count == 2_000 && Set(stored) == Set(1...2_000))
        #expect(try numbers("SELECT count(*) FROM dead_letters").first ?? 0 >= 1)
        let wrong = try numbers("SELECT count(*) FROM ledger WHERE received != duplicates + stored + deadLettered")
        #expect(wrong == [0])
        #expect(try numbers("SELECT sum(received) FROM ledger").first ?? 0 >= 2_002)
        #expect(try numbers("SELECT sum(duplicates) FROM ledger").first ?? 0 >= 1)
        #expect(try NightjarProcess.run("ledger", "--data", folder.file("data")).status == 0)
    }

    @Test("a wrong name, and a second stream, are errors before anything is read") func wrong() throws {
        let missing = try run().outcome()
        #expect(missing.status == 1 && missing.errors.contains("not found"), "\(missing)")
        let two = try run("kafka://127.0.0.1:1/t").outcome()
        #expect(two.status == 2 && two.errors.contains("one kafka:// or pubsub:// source"), "\(two)")
    }
}
