internal import DataLayout
internal import Foundation
internal import SQLite

/// Stores the histograms of latency in the table `latency`.
final class LatencyStore {
    /// Interval between two writes, seconds: a crash loses the latencies of the last seconds only.
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

    /// Writes what was added if the interval has passed; must be called while no transaction is open.
    func saveIfDue() throws(BrokerError) {
        if Date.now.timeIntervalSince(lastSaved) >= Self.pause { try save() }
    }

    /// Writes what was added.
    func save() throws(BrokerError) {
        lastSaved = .now
        guard !fresh.isEmpty else { return }
        try database.transaction { () throws(BrokerError) in
            let saved = try LatencyHistogram.all(in: database)
            for (topic, histogram) in fresh {
                var whole = saved[topic.name] ?? LatencyHistogram()
                whole.add(histogram)
                write.bind(0, topic.name)
                write.bind(1, whole.description)
                do throws(SQLiteError) { try write.run() } catch { throw BrokerError(error) }
            }
        }
        fresh.removeAll()
    }
}
