internal import Alerts
internal import Avro
internal import Figures
internal import SQLite
package import Stages

/// Fits archived alerts again: those whose models were missing when they came, or one to be drawn.
package enum SupernovaRefit {
    package enum Form: Sendable { case png(width: Int), svg, pdf }

    /// The picture of an archived alert, fitted again with these options.
    package static func picture(
        of id: Int64, folder: String, options: SupernovaOptions, form: Form
    ) throws(BrokerError) -> [UInt8] {
        let alert = try alert(id, in: ArchiveReader(folder: folder), folder: folder)
        let figure = SupernovaStage(options).figure(of: alert)
        do throws(FiguresError) {
            switch form {
            case .png(let width): return try figure.drawn(as: .png(width: width))
            case .svg: return try figure.drawn(as: .svg)
            case .pdf: return try figure.drawn(as: .pdf)
            }
        } catch { throw BrokerError(.cannotWrite, path: folder, detail: error.detail) }
    }

    /// Fits the alerts that had no model; each gets its row, its picture and a message of its own.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - options: How they are fitted.
    ///   - complain: Given each alert whose record is damaged; the others are fitted all the same.
    /// - Returns: How many were fitted, and how many still are not.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written to.
    package static func run(
        folder: String, options: SupernovaOptions, complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (fitted: Int, failed: Int) {
        // A folder that is none must not be made into one.
        _ = try DataFolder.openForReading(folder)
        let data = try DataFolder(folder)
        let segments = try SegmentStore(root: folder, database: data.database)
        let store = try SupernovaStore(folder: folder, database: data.database, segments: segments)
        let archive = try ArchiveReader(folder: folder)
        let stage = SupernovaStage(options)
        var (fitted, failed) = (0, 0)
        fitting: for survey in Survey.all {
            for id in try waiting(survey, in: data.database) {
                let archived: ArchiveReader.Archived
                let alert: Alert
                do throws(BrokerError) {
                    archived = try archive.alert(id)
                    alert = try decoded(archived, folder: folder)
                } catch  where error.code == .damagedArchive {
                    complain(error)
                    failed += 1
                    continue
                }
                guard case .fit(let result) = stage.outcome(of: alert) else { continue }
                // Without a model still: all the others would be told the same.
                guard result.reason != SupernovaOptions.missingReason else {
                    failed += 1
                    break fitting
                }
                try replace(result, of: alert, archived: archived, store: store, segments: segments, data: data)
                if result.success { fitted += 1 } else { failed += 1 }
            }
        }
        try data.database.transaction(
            { () throws(BrokerError) in try segments.retireStreams() }, { BrokerError($0) })
        try segments.renameClosed()
        return (fitted, failed)
    }

    private static func waiting(_ survey: Survey, in database: Database) throws(BrokerError) -> [Int64] {
        do {
            let query = try database.prepare(
                "SELECT candid FROM \(survey.name)_salt2 WHERE reason = ? ORDER BY jd, candid")
            query.bind(0, SupernovaOptions.missingReason)
            var ids: [Int64] = []
            while try query.step() { ids.append(query.integer(0)) }
            return ids
        } catch { throw BrokerError(error) }
    }

    private static func alert(_ id: Int64, in archive: ArchiveReader, folder: String) throws(BrokerError) -> Alert {
        try decoded(archive.alert(id), folder: folder)
    }

    private static func decoded(_ archived: ArchiveReader.Archived, folder: String) throws(BrokerError) -> Alert {
        var decoder = AlertDecoder()
        var alert: Alert?
        let container = try archived.container()
        do { try decoder.decode(container[...]) { alert = $0.alert } } catch {
            throw BrokerError(.damagedArchive, path: archived.path, detail: "alert \(archived.id): \(error)")
        }
        guard let alert else {
            throw BrokerError(.damagedArchive, path: archived.path, detail: "alert \(archived.id) is not in its record")
        }
        return alert
    }

    /// Row, message and ledger change together. The ledger has no line for one alert: the night's count moves.
    private static func replace(
        _ result: SupernovaFit, of alert: Alert, archived: ArchiveReader.Archived, store: SupernovaStore,
        segments: SegmentStore, data: DataFolder
    ) throws(BrokerError) {
        let schema: Salt2MessageSchema
        let message: [UInt8]
        do {
            let filtered = try FilteredAlertSchema(archived.schema, survey: archived.survey)
            schema = try Salt2MessageSchema(alert: filtered.segment.schema)
            message = try filtered.message(archived.body, verdict: ExtragalacticFilter().verdict(of: alert))
        } catch { throw BrokerError(.damagedArchive, path: archived.path, detail: "\(error)") }
        do {
            try data.database.execute("BEGIN IMMEDIATE")
            try store.store(result, of: alert, message: message[...], schema: schema)
            if result.success {
                try data.database.execute(
                    """
                    UPDATE ledger SET fitted = fitted + 1, fitFailed = fitFailed - 1
                    WHERE (night, source, fingerprint, partition) = (SELECT night, source, fingerprint, partition
                    FROM ledger WHERE night = \(alert.night) AND fitFailed > 0 LIMIT 1)
                    """)
            }
            try segments.sync()
            try data.database.execute("COMMIT")
            try data.check()
        } catch {
            try? data.database.execute("ROLLBACK")
            if let error = error as? BrokerError { throw error }
            if let error = error as? SQLiteError { throw BrokerError(error) }
            throw BrokerError(.table, path: data.path, detail: "\(error)")
        }
    }
}
