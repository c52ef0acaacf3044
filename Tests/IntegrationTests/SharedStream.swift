import Broker
import DataLayout
import Foundation
import Kafka
import Query
import SQLite
import Pipeline
import TestServers
import TestSupport
import Testing

/// A topic of eight partitions on a server of its own, for workers that share it, and the account of what they made of it.
final class SharedStream {
    static let partitions: Int32 = 8
    static let topic = "ztf_20240915_programid1"
    static let group = "workers"

    let server: KafkaServer
    private let folder: TemporaryFolder
    private var producer: KafkaProducer
    private var started: [NightjarProcess] = []

    /// - Parameter session: Seconds after which the group misses a worker; servers want 6 at least.
    /// - Throws: What keeps the server from starting.
    init(session: Double) throws {
        server = try KafkaServer(isFenced: true)
        folder = try TemporaryFolder()
        // The group also waits for a member that died while it was joining.
        let properties = """
            session.timeout.ms=\(Int(session * 1000))
            heartbeat.interval.ms=500
            max.poll.interval.ms=\(Int(max(10, session) * 1000))

            """
        try folder.write(Array(properties.utf8), to: "kafka.properties")
        try KafkaAdmin(KafkaConfiguration(brokers: server.address)).create(
            topic: Self.topic, partitions: Self.partitions)
        producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
    }

    deinit { for process in started where !process.ends(within: 0) { process.kill() } }

    func data(_ worker: Int) -> String { folder.file("worker\(worker)") }

    /// Starts a worker; `mode` and more as the command takes them.
    func start(_ worker: Int, _ mode: String, _ more: String...) throws -> NightjarProcess {
        let process = try NightjarProcess(
            [
                "run", "kafka://\(server.address)/\(Self.topic)", "--data", data(worker), "--group", Self.group, mode,
                "--publish", "kafka://\(server.address)/", "--no-fits", "--json", "--kafka-properties",
                folder.file("kafka.properties"),
            ] + more)
        started.append(process)
        return process
    }

    func send(_ messages: some Collection<ChaosPlan.Message>) throws {
        for message in messages {
            try producer.send(topic: Self.topic, partition: message.partition, payload: message.bytes[...])
        }
        try producer.flush()
    }

    /// Whether the group has come to the end within some seconds.
    func isRead(within seconds: Double = 300) throws -> Bool {
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
        let deadline = Date.now + seconds
        // Nothing is known of a partition in which the group never was.
        while try admin.lag(of: Self.group, in: Self.topic).contains(where: { $0.messages > 0 }) {
            guard Date.now < deadline else { return false }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return true
    }

    /// Kills the server once it has saved all it was told, products and offsets too: the rest would be its own loss.
    func restartServer(after seconds: Double) throws {
        let isAtEnd = try isRead()
        #expect(isAtEnd, "the workers do not come to the end")
        try server.waitUntilSaved()
        try waitUntilQuiet(server.folder.file("data/kafka.json"))
        server.kill()
        Thread.sleep(forTimeInterval: seconds)
        try server.start()
        // The server forgets producers when it dies.
        producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
    }

    /// The server writes its file anew after each change, and a kill in the midst of that would take all of it.
    private func waitUntilQuiet(_ file: String) throws {
        var (last, since) = (Date.distantPast, Date.now)
        let deadline = Date.now + 60
        while Date.now.timeIntervalSince(since) < 3 && Date.now < deadline {
            let changed = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
            if let changed, changed != last { (last, since) = (changed, Date.now) }
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    // MARK: - The account

    /// Alerts that a worker has stored.
    func stored(_ worker: Int) throws -> [Int64] { try ids("SELECT candid FROM ztf_alerts", worker) }

    private func ids(_ query: String, _ worker: Int) throws -> [Int64] {
        let database = try Database(path: data(worker) + "/nightjar.db", mode: .readOnly)
        let rows = try database.prepare(query)
        var found: [Int64] = []
        while try rows.step() { found.append(rows.integer(0)) }
        return found
    }

    /// Checks that each alert was stored, archived and published once, and each message accounted for once.
    ///
    /// - Parameters:
    ///   - alerts: Different alerts in the stream, numbered from 1.
    ///   - workers: How many workers have shared it.
    ///   - said: What they said, for who must find out why not.
    /// - Throws: Where something cannot be read.
    func check(alerts: Int, workers: Int, said: @autoclosure () -> String = "") throws {
        let all = (1...Int64(alerts)).map { $0 }
        for query in ["SELECT candid FROM ztf_alerts", "SELECT id FROM archive"] {
            let found = try (0..<workers).flatMap { try ids(query, $0) }.sorted()
            #expect(found == all, "\(query): \(Self.difference(found, all)); \(said())")
        }
        let rows = try (0..<workers).flatMap { try DataReader([data($0)]).ledger().entries.map(\.row) }
        #expect(rows.allSatisfy { $0.addsUp })
        let account = try DataReader((0..<workers).map { data($0) }).ledger()
        #expect(account.faults == [])
        for verdict in try DataReader((0..<workers).map { data($0) }).verify(wantsPackets: true) {
            #expect(verdict.isSound, "\(verdict.folder): \(verdict.damages.first); \(said())")
        }
        let marks = try KafkaAdmin(KafkaConfiguration(brokers: server.address)).watermarks(of: Self.topic)
        let received = rows.map { $0[.received] }.reduce(0, +)
        let watermark = Int(marks.values.map(\.high).reduce(0, +))
        #expect(received == watermark, "the ledgers have \(received) of \(watermark) messages; \(said())")
        let published = try self.published("ztf_alert_data").sorted()
        #expect(published == all, "published: \(Self.difference(published, all)); \(said())")
        let filtered = try self.published("ztf_exgalac_trans").sorted()
        let passed = try (0..<workers).flatMap {
            try ids("SELECT candid FROM ztf_alerts WHERE is_extragalactic_transient", $0)
        }
        #expect(filtered == passed.sorted() && !filtered.isEmpty)
    }

    private static func difference(_ found: [Int64], _ wanted: [Int64]) -> String {
        let counts = Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +)
        let twice = counts.filter { $0.value > 1 }.keys.sorted()
        return "twice \(twice.prefix(20)), missing \(wanted.filter { counts[$0] == nil }.prefix(20))"
    }

    /// The ids on a topic of products, as a reader sees them that leaves out what was not committed.
    private func published(_ topic: String) throws -> [Int64] {
        var configuration = KafkaConfiguration(brokers: server.address)
        configuration["isolation.level"] = "read_committed"
        let marks = try KafkaAdmin(configuration).watermarks(of: topic)
        let reader = try KafkaConsumer(configuration, group: nil)
        try reader.assign(marks.mapValues { _ in .beginning })
        var ids: [Int64] = []
        var ended: Set<KafkaPartition> = []
        let deadline = Date.now + 300
        while ended.count < marks.count && Date.now < deadline {
            let poll = try reader.poll(timeout: .milliseconds(200))
            for message in poll.messages {
                let id = message.headers.first { $0.name == "candid" }?.value ?? []
                ids.append(try #require(Int64(String(decoding: id, as: UTF8.self))))
            }
            for case .reachedEnd(let partition, _) in poll.events { ended.insert(partition) }
        }
        try reader.close()
        #expect(ended.count == marks.count, "\(topic) was not read to its end")
        return ids
    }
}
