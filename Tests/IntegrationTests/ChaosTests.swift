import Broker
import Foundation
import Kafka
import TestServers
import SQLite
import Testing
import TestSupport

/// Workers share a stream of eight partitions while they are killed and started again at random; the stream has
/// duplicates, garbage and empty messages. At the end each alert counts once over all workers, each product was published
/// once, and the ledgers add up to the watermarks.
///
/// By itself it is one worker for some seconds. `NIGHTJAR_CHAOS_SECONDS` (`make chaos`) makes it three workers and kills the
/// server too; `NIGHTJAR_CHAOS_SEED` repeats a run. The test server gives partitions to two workers at once now and then,
/// after it was killed or when the machine is busy, which Kafka does not: so the short test leaves that out.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
final class ChaosTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isLong = environment["NIGHTJAR_CHAOS_SECONDS"] != nil
    private static let seconds = environment["NIGHTJAR_CHAOS_SECONDS"].flatMap { Double($0) } ?? 10
    private static let seed = environment["NIGHTJAR_CHAOS_SEED"].flatMap { UInt64($0) } ?? 1
    private static let partitions: Int32 = 8
    private static let topic = "ztf_20240915_programid1"

    private let server: KafkaServer
    private let folder: TemporaryFolder
    private var random = SeededGenerator(seed: ChaosTests.seed)
    private var workers = [NightjarProcess?](repeating: nil, count: 3)
    private var kills = 0
    /// What the workers said in all their lives.
    private var said = ["", "", ""]

    init() throws {
        server = try KafkaServer(isFenced: true)
        folder = try TemporaryFolder()
        // A group waits this long for a member that died while it was joining.
        try folder.write(Array("session.timeout.ms=6000\nmax.poll.interval.ms=10000\n".utf8), to: "kafka.properties")
        try KafkaAdmin(KafkaConfiguration(brokers: server.address)).create(
            topic: Self.topic, partitions: Self.partitions)
    }

    private func data(_ number: Int) -> String { folder.file("worker\(number)") }

    private func start(_ number: Int, _ mode: String) throws -> NightjarProcess {
        try NightjarProcess([
            "run", "kafka://\(server.address)/\(Self.topic)", "--data", data(number), "--group", "chaos", mode,
            "--publish", "kafka://\(server.address)/", "--no-fits", "--json", "--kafka-properties",
            folder.file("kafka.properties"),
        ])
    }

    /// The messages, each with its partition: alerts, some twice, garbage, nothing at all.
    private func stream(_ alerts: Int) throws -> [(partition: Int32, bytes: [UInt8])] {
        var messages: [(Int32, [UInt8])] = []
        for number in 1...alerts {
            var packet = SmallPacket(candid: Int64(number))
            packet.objectId = "ZTF24chaos\(number % 97)"
            packet.jd += Double(number) / 100_000
            packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t")]
            let partition = Int32(number) % Self.partitions
            let bytes = try packet.container()
            messages.append((partition, bytes))
            if Int.random(in: 0..<20, using: &random) == 0 { messages.append((partition, bytes)) }
            if Int.random(in: 0..<40, using: &random) == 0 { messages.append((partition, Array(bytes.prefix(700)))) }
            if Int.random(in: 0..<60, using: &random) == 0 { messages.append((partition, [])) }
        }
        return messages
    }

    @Test("each alert counts once, whoever dies when", .timeLimit(.minutes(30))) func chaos() throws {
        let alerts = Int(Self.seconds * 60)
        let messages = try stream(alerts)
        try disturb(messages)
        // All come to the end together.
        for number in workers.indices { workers[number] = try start(number, "--until-end") }
        for (number, worker) in workers.enumerated() {
            let outcome = try worker?.outcome(within: 120)
            #expect(outcome?.status == 0, "worker \(number): \(outcome?.errors ?? "")")
            said[number] += outcome?.errors ?? ""
        }
        try checkTables(alerts: alerts, messages: messages.count)
        try checkProducts(alerts: alerts)
        print("chaos: seed \(Self.seed), \(messages.count) messages, \(kills) kills")
    }

    // MARK: - The disturbance

    private func disturb(_ messages: [(partition: Int32, bytes: [UInt8])]) throws {
        for number in workers.indices { workers[number] = try start(number, "--follow") }
        var returns: [Int: Date] = [:]
        let began = Date.now
        var serverDies = began + Self.seconds * 0.5
        var sent = 0
        while Date.now < began + Self.seconds {
            let share = min(1, Date.now.timeIntervalSince(began) / (Self.seconds * 0.8))
            let due = Int(Double(messages.count) * share)
            if due > sent {
                try send(messages[sent..<due])
                sent = due
            }
            if Int.random(in: 0..<12, using: &random) == 0 {
                let victim = Int.random(in: workers.indices, using: &random)
                if let worker = workers[victim] {
                    worker.kill()
                    _ = worker.ends(within: 10)
                    kills += 1
                    said[victim] += worker.errors + "killed\n"
                    workers[victim] = nil
                    returns[victim] = Date.now + Double.random(in: 0...2, using: &random)
                }
            }
            for (number, time) in returns where Date.now > time {
                workers[number] = try start(number, "--follow")
                returns[number] = nil
            }
            if Self.isLong && Date.now > serverDies {
                for number in returns.keys { workers[number] = try start(number, "--follow") }
                returns.removeAll()
                try restartServer()
                serverDies = Date.now + max(10, Self.seconds * 0.4)
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        try send(messages[sent...])
        for number in workers.indices {
            workers[number]?.interrupt()
            if workers[number]?.ends(within: 60) == false { workers[number]?.kill() }
            said[number] += (workers[number]?.errors ?? "") + "stopped\n"
        }
    }

    /// Kills the server once it has saved all it was told, products and offsets too: the rest would be its own loss.
    private func restartServer() throws {
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
        let deadline = Date.now + 60
        while try admin.lag(of: "chaos", in: Self.topic).contains(where: { $0.messages > 0 }) {
            guard Date.now < deadline else {
                Issue.record("the workers do not come to the end")
                break
            }
            Thread.sleep(forTimeInterval: 0.2)
        }
        try server.waitUntilSaved()
        try waitUntilQuiet(server.folder.file("data/kafka.json"))
        let before = workers.map { Self.joins($0) }
        server.kill()
        Thread.sleep(forTimeInterval: Double.random(in: 0.1...3, using: &random))
        try server.start()
        // This server forgets its groups, and until a worker joins anew it takes offsets from it that Kafka would refuse.
        let joined = Date.now + 60
        while zip(workers, before).contains(where: { Self.joins($0) <= $1 }) && Date.now < joined {
            Thread.sleep(forTimeInterval: 0.1)
        }
    }

    /// How often a worker has got its partitions.
    private static func joins(_ worker: NightjarProcess?) -> Int {
        worker?.errors.split(separator: "\n").count { $0.hasPrefix("takes ") } ?? .max
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

    private func send(_ messages: ArraySlice<(partition: Int32, bytes: [UInt8])>) throws {
        // A producer of its own each time: the server forgets producers when it dies.
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        for message in messages {
            try producer.send(topic: Self.topic, partition: message.partition, payload: message.bytes[...])
        }
        try producer.flush()
    }

    // MARK: - The accounts

    private func checkTables(alerts: Int, messages: Int) throws {
        var stored: [Int64: Int] = [:]
        var archived: [Int64: Int] = [:]
        var received = 0
        for number in workers.indices {
            let database = try Database(path: data(number) + "/nightjar.db", mode: .readOnly)
            let rows = try database.prepare("SELECT candid FROM ztf_alerts")
            while try rows.step() { stored[rows.integer(0), default: 0] += 1 }
            let ids = try database.prepare("SELECT id FROM archive")
            while try ids.step() { archived[ids.integer(0), default: 0] += 1 }
            for row in try LedgerRow.all(folder: data(number)) {
                #expect(row.addsUp)
                received += row.received
            }
        }
        #expect(stored.count == alerts && archived.count == alerts)
        #expect(
            stored.values.allSatisfy { $0 == 1 }, "stored by more than one worker; \(said.joined(separator: "\n\n"))")
        #expect(archived.values.allSatisfy { $0 == 1 }, "archived by more than one worker")
        let marks = try KafkaAdmin(KafkaConfiguration(brokers: server.address)).watermarks(of: Self.topic)
        let watermark = marks.values.map(\.high).reduce(0, +)
        #expect(Int(watermark) >= messages)
        #expect(received == Int(watermark), "the ledgers have \(received) of \(watermark) messages")
    }

    private func checkProducts(alerts: Int) throws {
        var configuration = KafkaConfiguration(brokers: server.address)
        configuration["isolation.level"] = "read_committed"
        for (topic, expected) in [("ztf_alert_data", alerts), ("ztf_exgalac_trans", nil)] {
            let marks = try KafkaAdmin(configuration).watermarks(of: topic)
            let reader = try KafkaConsumer(configuration, group: nil)
            try reader.assign(marks.mapValues { _ in .beginning })
            var ids: [String: Int] = [:]
            var ended: Set<KafkaPartition> = []
            let deadline = Date.now + 60
            while ended.count < marks.count && Date.now < deadline {
                let poll = try reader.poll(timeout: .milliseconds(200))
                for message in poll.messages {
                    let id = message.headers.first { $0.name == "candid" }?.value ?? []
                    ids[String(decoding: id, as: UTF8.self), default: 0] += 1
                }
                for case .reachedEnd(let partition, _) in poll.events { ended.insert(partition) }
            }
            try reader.close()
            #expect(ended.count == marks.count, "\(topic) was not read to its end")
            #expect(ids.values.allSatisfy { $0 == 1 }, "\(topic) has an alert twice")
            if let expected { #expect(ids.count == expected, "\(topic) has \(ids.count) alerts of \(expected)") }
            #expect(!ids.isEmpty)
        }
    }
}

/// Numbers that follow from a seed (SplitMix64, Steele, Lea & Flood 2014).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
