internal import Alerts
package import DataLayout
internal import Foundation
internal import Pipeline
internal import SQLite

/// Removes whole nights from a data folder: segments of the archive, rows of alerts, points and fits, plots, and the segments
/// of streams that hold nothing else.
///
/// The ledger keeps its rows, marked with the date. Each night is one transaction; files are deleted after it, by a list that
/// the transaction makes. So a crash at any time leaves a night whole, or removed but for files that the next run deletes.
package enum Prune {
    /// What would be removed.
    ///
    /// - Parameters:
    ///   - choice: Which nights.
    ///   - path: The data folder.
    /// - Returns: The nights; the segments of other streams are not looked at.
    /// - Throws: ``DataLayout/BrokerError`` where the folder cannot be read.
    package static func list(_ choice: PruneChoice, in path: String) throws(BrokerError) -> PruneReport {
        let database = try FolderDatabase.open(path)
        var report = PruneReport()
        report.isDryRun = true
        do {
            for night in try nights(choice, in: database) { report.nights.append(try count(night, in: database)) }
        } catch { throw BrokerError(error) }
        report.bytes = report.nights.reduce(0) { $0 + $1.bytes }
        return report
    }

    /// Removes nights from a folder that this process holds.
    ///
    /// - Parameters:
    ///   - choice: Which nights.
    ///   - compacts: Whether the database gives its free pages back to the disk, for which it needs room for a copy.
    ///   - folder: The data folder.
    ///   - watch: Called with each night once it is removed.
    /// - Returns: What was removed.
    /// - Throws: ``DataLayout/BrokerError`` where it cannot be; the nights before are removed.
    package static func run(
        _ choice: PruneChoice, compacts: Bool = false, in folder: HeldFolder,
        watch: (PruneReport.Night) -> Void = { _ in }
    ) throws(BrokerError) -> PruneReport {
        // Upgrades the tables, and closes what a killed run left open: whole segments are removed.
        try TransactionWriter(folder: folder.data, stages: folder.stages).finish()
        let database = folder.data.database
        let files = DoomedFiles(folder.path, database)
        var report = PruneReport()
        let nights: [Int]
        do throws(SQLiteError) {
            for sql in PruneTables.definitions { try database.execute(sql) }
            nights = try self.nights(choice, in: database)
        } catch { throw BrokerError(error) }
        let date = Date.now.formatted(.iso8601)
        for night in nights {
            let removed: PruneReport.Night
            do { removed = try count(night, in: database) } catch { throw BrokerError(error) }
            let removal = NightRemoval(night, database, date: date)
            try database.transaction { () throws(BrokerError) in
                do throws(SQLiteError) { try removal.run() } catch { throw BrokerError(error) }
                // The log must be where the next run reads it.
                try folder.data.check()
            }
            report.bytes += try files.delete()
            report.nights.append(removed)
            watch(removed)
        }
        let streams = StreamRemoval(try OpenFolder(folder.path), database)
        report.streamSegments = try database.transaction { () throws(BrokerError) in try streams.run() }
        report.bytes += try files.delete()
        do { report.freeInDatabase = try releaseSpace(in: database, compacts: compacts) } catch {
            throw BrokerError(error)
        }
        return report
    }

    /// The nights that a choice means, in their order. Night 0 is of packets without one.
    private static func nights(_ choice: PruneChoice, in database: Database) throws(SQLiteError) -> [Int] {
        var all: Set<Int> = []
        for survey in Survey.all {
            let query = try database.prepare("SELECT DISTINCT night FROM segments WHERE topic = ? AND night > 0")
            query.bind(0, Topic(survey, .alertData).name)
            while try query.step() { all.insert(Int(query.integer(0))) }
        }
        switch choice {
        case .keepNewest(let count): return Array(all.sorted().dropLast(max(0, count)))
        case .before(let night): return all.filter { $0 < night }.sorted()
        }
    }

    private static func count(_ night: Int, in database: Database) throws(SQLiteError) -> PruneReport.Night {
        let topics = Survey.all.map { "'\(Topic($0, .alertData).name)'" }.joined(separator: ", ")
        let query = try database.prepare(
            "SELECT coalesce(sum(records), 0), coalesce(sum(bytes), 0) FROM segments WHERE night = ? AND topic IN (\(topics))"
        )
        query.bind(0, night)
        guard try query.step() else { return PruneReport.Night(night: night, alerts: 0, bytes: 0) }
        return PruneReport.Night(night: night, alerts: query.integer(0), bytes: query.integer(1))
    }

    /// Folds the log into the database, so that the log's space is given back too; where a reader holds it, a later commit does.
    ///
    /// - Returns: The bytes of free pages that are left in the database.
    private static func releaseSpace(in database: Database, compacts: Bool) throws(SQLiteError) -> Int64 {
        if compacts {
            // The copy is as large as the database, and belongs on the disk.
            try database.execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY")
        }
        _ = try? database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        return (try database.integer("PRAGMA freelist_count") ?? 0) * (try database.integer("PRAGMA page_size") ?? 0)
    }
}
