internal import Alerts
package import DataLayout
internal import Plots
internal import SQLite
package import Pipeline

/// Fits archived alerts again: those whose models were missing when they came, or one to be drawn.
package enum SupernovaRefit {
    package enum Form: Sendable { case png(width: Int), svg, pdf }

    /// The picture of an archived alert, fitted again with these options.
    package static func picture(
        of id: Int64, folder: String, options: SupernovaOptions, form: Form
    ) throws(BrokerError) -> [UInt8] {
        var pipeline = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try processed(OpenFolder(folder).alert(id), by: &pipeline)
        let figure = SupernovaStage(options).figure(of: alert.decoded.alert)
        do throws(PlotError) {
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
        // A path without a data folder must not become one.
        _ = try FolderDatabase.open(folder)
        let data = try DataFolder(folder)
        let writer = try TransactionWriter(folder: data)
        let archive = try OpenFolder(folder)
        var pipeline = AlertPipeline(
            demandsPurity: false, supernovae: SupernovaStage(options), schemaOfID: { _ in .unknown })
        var (fitted, failed) = (0, 0)
        fitting: for survey in Survey.all {
            for id in try waiting(survey, in: data.database) {
                let alert: ProcessedAlert
                do throws(BrokerError) {
                    alert = try processed(archive.alert(id), by: &pipeline)
                } catch  where error.code == .damagedArchive {
                    complain(error)
                    failed += 1
                    continue
                }
                guard case .fit(let fit)? = alert.supernova else { continue }
                // Without a model still: all the others would be told the same.
                guard fit.reason != SupernovaOptions.missingReason else {
                    failed += 1
                    break fitting
                }
                try writer.replaceFit(of: alert)
                if fit.success { fitted += 1 } else { failed += 1 }
            }
        }
        try writer.finish()
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

    private static func processed(
        _ archived: ArchivedAlert, by pipeline: inout AlertPipeline
    ) throws(BrokerError) -> ProcessedAlert {
        let packet = pipeline.decode(try archived.container()[...], position: 0, member: nil)
        guard let alert = packet.alerts.first else {
            let reason = packet.faults.first.map { "\($0.error)" } ?? "it is not in its record"
            throw BrokerError(.damagedArchive, path: archived.path, detail: "alert \(archived.id): \(reason)")
        }
        return alert
    }
}
