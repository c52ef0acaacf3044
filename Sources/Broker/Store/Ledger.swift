internal import SQLite

/// Accounts for every packet, by night, source and partition.
///
/// A packet whose number is below its source's position was accounted for when it first came: a source that is read
/// again, in whole after a crash or by intent, adds nothing.
final class Ledger {
    /// What became of one alert, or of a packet that holds none.
    enum Outcome { case duplicate, stored(passed: Bool, fit: Fit), deadLettered }
    /// Whether an alert was fitted, could not be, or was none to fit.
    enum Fit { case none, fitted, failed }

    private struct Key: Hashable {
        let night: Int
        let source: SourceKey
    }

    private struct Row {
        var first: Int
        var last: Int
        var received = 0
        var duplicates = 0
        var archived = 0
        var stored = 0
        var passed = 0
        var fitted = 0
        var fitFailed = 0
        var deadLettered = 0

        mutating func count(_ outcome: Outcome) {
            received += 1
            switch outcome {
            case .duplicate: duplicates += 1
            case .stored(let isPassed, let fit):
                archived += 1
                stored += 1
                if isPassed { passed += 1 }
                if fit == .fitted { fitted += 1 }
                if fit == .failed { fitFailed += 1 }
            case .deadLettered: deadLettered += 1
            }
        }
    }

    private var rows: [Key: Row] = [:]
    private var positions: [SourceKey: Int] = [:]
    private var newPositions: [SourceKey: Int] = [:]
    private let readPosition: Statement
    private let writePosition: Statement
    private let add: Statement

    init(database: Database) throws(BrokerError) {
        do {
            readPosition = try database.prepare(
                "SELECT position FROM positions WHERE source = ? AND fingerprint = ? AND partition = ?")
            writePosition = try database.prepare(
                """
                INSERT INTO positions VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET position = max(position, excluded.position)
                """)
            add = try database.prepare(
                """
                INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET
                    firstOffset = min(firstOffset, excluded.firstOffset), lastOffset = max(lastOffset, excluded.lastOffset),
                    received = received + excluded.received, duplicates = duplicates + excluded.duplicates,
                    archived = archived + excluded.archived, stored = stored + excluded.stored,
                    passedFilter = passedFilter + excluded.passedFilter, fitted = fitted + excluded.fitted,
                    fitFailed = fitFailed + excluded.fitFailed, deadLettered = deadLettered + excluded.deadLettered
                """)
        } catch { throw BrokerError(error) }
    }

    /// The number of the first packet of a source that is not accounted for.
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

    /// Accounts for all that became of the packet with number `offset`; a night is 0 where it is unknown.
    func note(_ outcomes: [(night: Int, outcome: Outcome)], source: SourceKey, offset: Int) throws(BrokerError) {
        // The open transaction may have met the packet already: the source is named twice.
        guard try offset >= max(position(of: source), newPositions[source] ?? 0) else { return }
        for (night, outcome) in outcomes {
            let key = Key(night: night, source: source)
            var row = rows[key] ?? Row(first: offset, last: offset)
            row.last = max(row.last, offset)
            row.count(outcome)
            rows[key] = row
        }
        newPositions[source] = offset + 1
    }

    /// Moves dead letters of a packet to what they have become, once they were replayed; what is new in a packet that was
    /// accounted for counts too.
    func amend(
        _ outcomes: [(night: Int, outcome: Outcome)], instead letters: Int, source: SourceKey, offset: Int
    ) {
        if letters > 0 {
            let unknown = Key(night: 0, source: source)
            var gone = rows[unknown] ?? Row(first: offset, last: offset)
            gone.received -= letters
            gone.deadLettered -= letters
            rows[unknown] = gone
        }
        // Alerts that were stored when the packet first came are duplicates now, and counted already.
        let fresh = outcomes.filter { if case .duplicate = $0.outcome { false } else { true } }
        let others = outcomes.filter { if case .duplicate = $0.outcome { true } else { false } }
        for (night, outcome) in fresh + others.prefix(max(0, letters - fresh.count)) {
            let key = Key(night: night, source: source)
            var row = rows[key] ?? Row(first: offset, last: offset)
            row.count(outcome)
            rows[key] = row
        }
    }

    /// Writes what was noted into the open transaction.
    func flush() throws(BrokerError) {
        do {
            for (key, row) in rows {
                add.bind(0, key.night)
                add.bind(1, key.source.name)
                add.bind(2, key.source.fingerprint)
                add.bind(3, key.source.partition)
                let numbers = [
                    row.first, row.last, row.received, row.duplicates, row.archived, row.stored, row.passed,
                    row.fitted, row.fitFailed, row.deadLettered,
                ]
                for (index, number) in numbers.enumerated() { add.bind(4 + index, number) }
                try add.run()
            }
            for (source, position) in newPositions {
                writePosition.bind(0, source.name)
                writePosition.bind(1, source.fingerprint)
                writePosition.bind(2, source.partition)
                writePosition.bind(3, position)
                try writePosition.run()
                positions[source] = max(positions[source] ?? 0, position)
            }
        } catch { throw BrokerError(error) }
        rows.removeAll(keepingCapacity: true)
        newPositions.removeAll(keepingCapacity: true)
    }
}
