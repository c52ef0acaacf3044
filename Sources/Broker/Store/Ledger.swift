internal import DataLayout
internal import SQLite
internal import Pipeline

/// Accounts for every packet, by night, source and partition.
///
/// A packet whose number is below its source's position is accounted for already: a source that is read again, after a crash
/// or on purpose, adds nothing.
final class Ledger {
    private struct Key: Hashable {
        let night: Int
        let source: SourceKey
    }

    private struct Row {
        var first: Int
        var last: Int
        var counts = Counts()
    }

    private var rows: [Key: Row] = [:]
    private var positions: [SourceKey: Int] = [:]
    private var newPositions: [SourceKey: Int] = [:]
    /// Sources that were read to their end.
    private var ended: Set<SourceKey> = []
    /// Whether the sources that are accounted for now have an end.
    var sourcesEnd = false
    private let database: Database
    /// Whether alerts of some rows were removed.
    private let hasMarks: Bool
    private let readPosition: Statement
    private let writePosition: Statement
    private let writeEnd: Statement
    private let add: Statement

    init(database: Database) throws(BrokerError) {
        self.database = database
        do {
            hasMarks = try database.hasTable("pruned")
            readPosition = try database.prepare(
                "SELECT position FROM positions WHERE source = ? AND fingerprint = ? AND partition = ?")
            writePosition = try database.prepare(
                """
                INSERT INTO positions (source, fingerprint, partition, position, isComplete) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET position = max(position, excluded.position), isComplete = excluded.isComplete
                """)
            writeEnd = try database.prepare(
                "UPDATE positions SET isComplete = 1 WHERE source = ? AND fingerprint = ? AND isComplete = 0")
            try LedgerTable.addNewCounters(to: database)
            add = try database.prepare(LedgerTable.upsert)
        } catch { throw BrokerError(error) }
    }

    /// The number of the first packet of a source that is not accounted for yet.
    func position(of source: SourceKey) throws(BrokerError) -> Int {
        if let known = positions[source] { return known }
        do {
            readPosition.bind(0, source.name)
            readPosition.bind(1, source.fingerprint)
            readPosition.bind(2, source.partition)
            let position = try readPosition.step() ? Int(readPosition.integer(0)) : 0
            readPosition.reset()
            positions[source] = position
            return position
        } catch { throw BrokerError(error) }
    }

    /// Accounts for the packet with number `offset`: the counts of each of its alerts, and of each unusable part. A night is 0
    /// where it is unknown.
    ///
    /// - Returns: Whether it was not accounted for before.
    func record(_ outcomes: [(night: Int, counts: Counts)], source: SourceKey, offset: Int) throws(BrokerError) -> Bool
    {
        // The open transaction may have the packet already, where a source is named twice.
        guard try offset >= max(position(of: source), newPositions[source] ?? 0) else { return false }
        for (night, counts) in outcomes {
            let key = Key(night: night, source: source)
            var row = rows[key] ?? Row(first: offset, last: offset)
            row.last = max(row.last, offset)
            row.counts += counts
            rows[key] = row
        }
        newPositions[source] = offset + 1
        return true
    }

    /// Notes that a source was read to its end, in all of its partitions.
    func recordEnd(of source: SourceKey) { ended.insert(source) }

    /// Moves replayed dead letters of a packet to the counts of their outcome; alerts that are new in a packet that was
    /// accounted for are added.
    func amend(
        _ outcomes: [(night: Int, counts: Counts)], instead letters: Int, source: SourceKey, offset: Int
    ) {
        if letters > 0 {
            let unknown = Key(night: 0, source: source)
            var gone = rows[unknown] ?? Row(first: offset, last: offset)
            gone.counts -= Counts(.received, .deadLettered) * letters
            rows[unknown] = gone
        }
        // Alerts that were stored before are duplicates now, and counted already.
        let fresh = outcomes.filter { $0.counts[.duplicates] == 0 }
        let others = outcomes.filter { $0.counts[.duplicates] > 0 }
        for (night, counts) in fresh + others.prefix(max(0, letters - fresh.count)) {
            let key = Key(night: night, source: source)
            var row = rows[key] ?? Row(first: offset, last: offset)
            row.counts += counts
            rows[key] = row
        }
    }

    /// Counts an alert of a night as fitted that was counted as failed: in its source's row, or, where an older Nightjar stored
    /// it without a source, in one of the night's rows.
    func moveFit(night: Int, source: SourceKey?) throws(BrokerError) {
        do {
            let row = try database.prepare(
                """
                UPDATE ledger SET fitted = fitted + 1, fitFailed = fitFailed - 1
                WHERE (night, source, fingerprint, partition) = (SELECT night, source, fingerprint, partition FROM ledger
                WHERE night = ?1 AND fitFailed > 0
                AND (?2 IS NULL OR (source, fingerprint, partition) = (?2, ?3, ?4)) LIMIT 1)
                """)
            row.bind(0, night)
            if let source {
                row.bind(1, source.name)
                row.bind(2, source.fingerprint)
                row.bind(3, source.partition)
            }
            try row.run()
        } catch { throw BrokerError(error) }
    }

    /// Resets a row of a pruned night to 0 when alerts of that night are stored again.
    private func unmark(_ night: Int, _ source: SourceKey) throws(SQLiteError) {
        guard hasMarks else { return }
        let columns = Counts.Counter.allCases.map { "\($0.name) = 0" }.joined(separator: ", ")
        let key = "WHERE (night, source, fingerprint, partition) = (?, ?, ?, ?)"
        var steps = ["DELETE FROM pruned \(key)", "UPDATE ledger SET \(columns) \(key)"]
        if try database.hasTable("filter_ledger") { steps += FilterLedgerTables.clearing }
        for (number, sql) in steps.enumerated() {
            if number == 1, database.changes == 0 { return }
            let statement = try database.prepare(sql)
            statement.bind(0, night)
            statement.bind(1, source.name)
            statement.bind(2, source.fingerprint)
            statement.bind(3, source.partition)
            try statement.run()
        }
    }

    /// Writes the recorded counts into the open transaction.
    func flush() throws(BrokerError) {
        do {
            for (key, row) in rows {
                if row.counts[.stored] > 0 { try unmark(key.night, key.source) }
                add.bind(0, key.night)
                add.bind(1, key.source.name)
                add.bind(2, key.source.fingerprint)
                add.bind(3, key.source.partition)
                let numbers = [row.first, row.last] + Counts.Counter.allCases.map { row.counts[$0] }
                for (index, number) in numbers.enumerated() { add.bind(4 + index, number) }
                try add.run()
            }
            for (source, position) in newPositions {
                writePosition.bind(0, source.name)
                writePosition.bind(1, source.fingerprint)
                writePosition.bind(2, source.partition)
                writePosition.bind(3, position)
                if sourcesEnd { writePosition.bind(4, 0) } else { writePosition.bindNull(4) }
                try writePosition.run()
                positions[source] = max(positions[source] ?? 0, position)
            }
            for source in ended {
                writeEnd.bind(0, source.name)
                writeEnd.bind(1, source.fingerprint)
                try writeEnd.run()
            }
        } catch { throw BrokerError(error) }
        rows.removeAll(keepingCapacity: true)
        newPositions.removeAll(keepingCapacity: true)
        ended.removeAll()
    }
}
