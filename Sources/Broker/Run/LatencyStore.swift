internal import Alerts
internal import DataLayout
internal import Foundation
internal import SQLite

/// Stores the histograms of latency, by topic in the table `latency`, by night and stage in `stage_latency`, and the times of each
/// alert in `alert_times`.
final class LatencyStore {
    /// Interval between two writes, seconds: a crash loses the latencies of the last seconds only.
    private static let pause: TimeInterval = 5

    private let database: Database
    private let write: Statement
    private let writeStage: Statement
    private let writeAlert: Statement
    private var fresh: [Topic: LatencyHistogram] = [:]
    private var freshNights: [Night: NightLatencies] = [:]
    private var freshAlerts: [(times: AlertTimes, durable: Double, published: Double?)] = []
    private var lastSaved = Date.now

    private struct Night: Hashable {
        let survey: Survey
        let night: Int
    }

    init(_ database: Database) throws(BrokerError) {
        self.database = database
        do {
            try database.execute(
                "CREATE TABLE IF NOT EXISTS latency (topic TEXT PRIMARY KEY, histogram TEXT NOT NULL) WITHOUT ROWID")
            try database.execute(StageLatencyTable.definition)
            writeStage = try database.prepare("INSERT OR REPLACE INTO stage_latency VALUES (?, ?, ?, ?)")
            try database.execute(AlertTimesTable.definition)
            writeAlert = try database.prepare(AlertTimesTable.insertion)
            write = try database.prepare("INSERT OR REPLACE INTO latency VALUES (?, ?)")
        } catch { throw BrokerError(error) }
    }

    func add(_ time: Duration, to topic: Topic) { fresh[topic, default: LatencyHistogram()].add(time) }

    /// Adds the times of alerts that were committed.
    ///
    /// - Parameters:
    ///   - times: The alerts' times.
    ///   - durable: When they were on the disk, seconds since 1970 UTC.
    ///   - published: When their products were published; `nil` where they were not.
    func add(_ times: [AlertTimes], durable: Double, published: Double?) {
        for alert in times {
            freshAlerts.append((alert, durable, published))
            freshNights[Night(survey: alert.survey, night: alert.night), default: NightLatencies()].add(
                alert, durable: durable, published: published)
        }
    }

    /// Writes what was added if the interval has passed; must be called while no transaction is open.
    func saveIfDue() throws(BrokerError) {
        if Date.now.timeIntervalSince(lastSaved) >= Self.pause { try save() }
    }

    /// Writes what was added.
    func save() throws(BrokerError) {
        lastSaved = .now
        guard !fresh.isEmpty || !freshNights.isEmpty else { return }
        try database.transaction { () throws(BrokerError) in
            let saved = try LatencyHistogram.all(in: database)
            for (topic, histogram) in fresh {
                var whole = saved[topic.name] ?? LatencyHistogram()
                whole.add(histogram)
                write.bind(0, topic.name)
                write.bind(1, whole.description)
                do throws(SQLiteError) { try write.run() } catch { throw BrokerError(error) }
            }
            do throws(SQLiteError) {
                try saveNights()
                try saveAlerts()
            } catch { throw BrokerError(error) }
        }
        fresh.removeAll()
        freshNights.removeAll()
        freshAlerts.removeAll(keepingCapacity: true)
    }

    private func saveAlerts() throws(SQLiteError) {
        for (times, durable, published) in freshAlerts {
            writeAlert.bind(0, times.survey.name)
            writeAlert.bind(1, times.id)
            for (column, stage) in AlertTimesTable.Stage.allCases.enumerated() {
                let time: Double? =
                    switch stage {
                    case .exposureEnd: times.exposureEnd
                    case .sent: times.sent
                    case .kafka: times.arrival
                    case .received: times.received
                    case .published: published
                    case .durable: durable
                    }
                if let time { writeAlert.bind(column + 2, time) } else { writeAlert.bindNull(column + 2) }
            }
            try writeAlert.run()
        }
    }

    private func saveNights() throws(SQLiteError) {
        for (key, latencies) in freshNights {
            let saved = try StageLatencyTable.histograms(survey: key.survey.name, night: key.night, in: database)
            for (stage, histogram) in zip(LatencyStage.allCases, latencies.stages) where histogram.count > 0 {
                var whole = saved[stage] ?? LatencyHistogram()
                whole.add(histogram)
                writeStage.bind(0, key.survey.name)
                writeStage.bind(1, key.night)
                writeStage.bind(2, stage.rawValue)
                writeStage.bind(3, whole.description)
                try writeStage.run()
            }
        }
    }
}
