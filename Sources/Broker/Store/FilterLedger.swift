internal import Alerts
internal import DataLayout
internal import Filters
internal import Foundation
internal import Pipeline
internal import SQLite

/// Accounts for what each version of a filter said of which alerts, in the run's transactions.
final class FilterLedger {
    private struct Key: Hashable {
        let night: Int
        let source: SourceKey
    }

    private struct Statements {
        let version, row, cut: Statement
    }

    private var sums: [Key: FilterSums] = [:]
    private let database: Database
    /// Made when the first filter has judged.
    private var statements: Statements?

    init(database: Database) { self.database = database }

    /// Counts what the filters said of a stored alert.
    func record(_ judged: JudgedFilters, night: Int, source: SourceKey, offset: Int) {
        guard !judged.cuts.isEmpty else { return }
        sums[Key(night: night, source: source), default: FilterSums()].count(judged, packet: offset)
    }

    /// Writes the counts into the open transaction.
    func flush() throws(BrokerError) {
        guard !sums.isEmpty else { return }
        do throws(SQLiteError) {
            let statements: Statements
            if let made = self.statements { statements = made } else { statements = try prepared() }
            self.statements = statements
            for (key, sum) in sums {
                for row in sum.rows { try write(row, key, statements) }
            }
        } catch { throw BrokerError(error) }
        sums.removeAll(keepingCapacity: true)
    }

    private func prepared() throws(SQLiteError) -> Statements {
        for sql in FilterLedgerTables.definitions { try database.execute(sql) }
        return Statements(
            version: try database.prepare(
                """
                INSERT INTO filter_versions (survey, filter, version, added, last, sql) VALUES (?, ?, ?, ?4, ?4, ?5)
                ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
                """),
            row: try database.prepare(
                """
                INSERT INTO filter_ledger (survey, filter, version, night, source, fingerprint, partition,
                    firstOffset, lastOffset, judged, passed, broken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET firstOffset = min(firstOffset, excluded.firstOffset),
                    lastOffset = max(lastOffset, excluded.lastOffset), judged = judged + excluded.judged,
                    passed = passed + excluded.passed, broken = broken + excluded.broken
                """),
            cut: try database.prepare(
                """
                INSERT INTO filter_cuts (survey, filter, version, night, source, fingerprint, partition, cut, rejected)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET rejected = rejected + excluded.rejected
                """))
    }

    private func write(_ row: FilterSums.Row, _ key: Key, _ statements: Statements) throws(SQLiteError) {
        let names = [row.filter.text.survey.name, row.filter.name, row.filter.version]
        for (index, name) in names.enumerated() {
            for statement in [statements.version, statements.row, statements.cut] { statement.bind(index, name) }
        }
        statements.version.bind(3, Date.now.ISO8601Format(.init(includingFractionalSeconds: true)))
        statements.version.bind(4, row.filter.text.sql)
        try statements.version.run()
        for statement in [statements.row, statements.cut] {
            statement.bind(3, key.night)
            statement.bind(4, key.source.name)
            statement.bind(5, key.source.fingerprint)
            statement.bind(6, key.source.partition)
        }
        let numbers = [row.first, row.last, row.judged, row.passed, row.broken]
        for (index, number) in numbers.enumerated() { statements.row.bind(7 + index, number) }
        try statements.row.run()
        for (cut, rejected) in zip(row.filter.cuts, row.rejected) where rejected > 0 {
            statements.cut.bind(7, cut)
            statements.cut.bind(8, rejected)
            try statements.cut.run()
        }
    }
}
