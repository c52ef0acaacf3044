package import Alerts
package import DataLayout
internal import SQLite

/// Whether a packet is accounted for in any of several folders. Used by one thread at a time.
package final class AlertLookup {
    private let alerts: [Statement]
    private let letters: [Statement]

    fileprivate init(_ survey: Survey, _ folders: [OpenFolder]) throws(SQLiteError) {
        var (alerts, letters): ([Statement], [Statement]) = ([], [])
        for folder in folders {
            let alert = try folder.database.prepare("SELECT 1 FROM archive WHERE survey = ? AND id = ?")
            alert.bind(0, survey.name)
            alerts.append(alert)
            letters.append(
                try folder.database.prepare("SELECT 1 FROM dead_letters WHERE sha256 = ? AND state = 'waiting' LIMIT 1")
            )
        }
        (self.alerts, self.letters) = (alerts, letters)
    }

    /// Whether a folder has the survey's alert with an id.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func hasAlert(_ id: Int64) throws(BrokerError) -> Bool {
        for query in alerts {
            query.bind(1, id)
            if try Self.finds(query) { return true }
        }
        return false
    }

    /// Whether a folder keeps a packet, or a part of one, as a dead letter that waits.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func hasDeadLetter(sha256: String) throws(BrokerError) -> Bool {
        for query in letters {
            query.bind(0, sha256)
            if try Self.finds(query) { return true }
        }
        return false
    }

    private static func finds(_ query: Statement) throws(BrokerError) -> Bool {
        defer { query.reset() }
        do { return try query.step() } catch { throw BrokerError(error) }
    }
}

extension DataReader {
    /// Looks alerts of a survey and dead letters up.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func lookup(of survey: Survey) throws(BrokerError) -> AlertLookup {
        do { return try AlertLookup(survey, folders) } catch { throw BrokerError(error) }
    }

    /// A night's topics as the parts of a stream: all of each partition that is accounted for. For surveys that have a topic for
    /// each night.
    ///
    /// - Parameter night: YYYYMMDD.
    /// - Returns: The parts; empty where something of the night came another way.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func spans(ofTopicsOf night: Int) throws(BrokerError) -> [NightAccount.Span] {
        let rows = try ledger().entries.map(\.row)
        let sources = Set(rows.filter { $0.night == night }.map(\.source))
        guard !sources.isEmpty, sources.allSatisfy({ $0.hasPrefix("kafka:") }) else { return [] }
        let parts = Dictionary(grouping: rows.filter { sources.contains($0.source) }) {
            SourceKey(name: $0.source, fingerprint: "", partition: $0.partition)
        }
        return parts.map { key, rows in
            NightAccount.Span(
                topic: String(key.name.dropFirst("kafka:".count)), partition: key.partition,
                from: max(0, rows.map(\.firstOffset).min() ?? 0),
                to: max(0, min((rows.map(\.lastOffset).max() ?? 0), .max - 1) + 1))
        }
    }
}
