internal import Foundation
internal import SQLite

/// Keeps the histograms of latency beside the ledger, in the table `latency`.
final class LatencyStore {
    /// Written this often, seconds: what a crash in between takes is a statistic of the last seconds.
    private static let pause: TimeInterval = 5

    private let database: Database
    private let write: Statement
    private var fresh: [Topic: LatencyHistogram] = [:]
    private var lastSaved = Date.now

    init(_ database: Database) throws(BrokerError) {
        self.database = database
        do {
            try database.execute(
                "CREATE TABLE IF NOT EXISTS latency (topic TEXT PRIMARY KEY, histogram TEXT NOT NULL) WITHOUT ROWID")
            write = try database.prepare("INSERT OR REPLACE INTO latency VALUES (?, ?)")
        } catch { throw BrokerError(error) }
    }

    func add(_ time: Duration, to topic: Topic) { fresh[topic, default: LatencyHistogram()].add(time) }

    /// Writes what was added, where it is time to; to be called while no transaction is open.
    func saveNowAndThen() throws(BrokerError) {
        if Date.now.timeIntervalSince(lastSaved) >= Self.pause { try save() }
    }

    func save() throws(BrokerError) {
        lastSaved = .now
        guard !fresh.isEmpty else { return }
        for (topic, histogram) in fresh {
            var whole = try Self.histogram(topic.name, in: database) ?? LatencyHistogram()
            whole.add(histogram)
            write.bind(0, topic.name)
            write.bind(1, whole.description)
            do { try write.run() } catch { throw BrokerError(error) }
        }
        fresh.removeAll()
    }

    private static func histogram(_ topic: String, in database: Database) throws(BrokerError) -> LatencyHistogram? {
        try all(in: database)[topic]
    }

    /// The histograms of a data folder by topic; none in one that an older Nightjar made.
    static func all(in database: Database) throws(BrokerError) -> [String: LatencyHistogram] {
        do {
            guard try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'latency'") == 1 else {
                return [:]
            }
            let query = try database.prepare("SELECT topic, histogram FROM latency")
            var all: [String: LatencyHistogram] = [:]
            while try query.step() {
                if let topic = query.text(0), let histogram = query.text(1).flatMap({ LatencyHistogram($0) }) {
                    all[topic] = histogram
                }
            }
            return all
        } catch { throw BrokerError(error) }
    }
}

extension LatencyHistogram {
    /// Seconds from the source to durable, over all folders.
    package static func all(folders: [String]) throws(BrokerError) -> [String: LatencyHistogram] {
        var all: [String: LatencyHistogram] = [:]
        for folder in folders {
            for (topic, histogram) in try LatencyStore.all(in: DataFolder.openForReading(folder)) {
                all[topic, default: LatencyHistogram()].add(histogram)
            }
        }
        return all
    }
}

extension LatencyHistogram: Encodable {
    private enum Key: CodingKey { case count, p50, p99, max }

    /// `{"count": 12, "p50": 0.12, "p99": 0.3, "max": 0.4}`, seconds; `null` where nothing was counted.
    package func encode(to encoder: any Encoder) throws {
        func seconds(_ time: Duration?) -> Double? { time.map { Double(Int($0 / .milliseconds(1))) / 1000 } }
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(count, forKey: .count)
        try members.encode(seconds(p50), forKey: .p50)
        try members.encode(seconds(p99), forKey: .p99)
        try members.encode(seconds(max), forKey: .max)
    }
}
