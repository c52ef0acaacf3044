internal import Alerts
package import DataLayout
internal import Plots
internal import SQLite
package import Pipeline

/// Fits archived alerts again: all whose models were missing when they were stored, or one for a plot.
package enum SupernovaRefit {
    /// The format of a plot; the width of a PNG in pixels.
    package enum Form: Sendable { case png(width: Int), svg, pdf }

    /// The plot of an archived alert, fitted again.
    ///
    /// - Parameters:
    ///   - archived: The alert.
    ///   - options: How it is fitted.
    ///   - form: The format.
    /// - Returns: The plot's file.
    /// - Throws: ``BrokerError`` where the record is damaged, or the plot cannot be drawn.
    package static func plot(
        of archived: ArchivedAlert, options: SupernovaOptions, form: Form
    ) throws(BrokerError) -> [UInt8] {
        var pipeline = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        let alert = try processed(archived, by: &pipeline)
        let plot = SupernovaStage(options).plot(of: alert.decoded.alert)
        do throws(PlotError) {
            switch form {
            case .png(let width): return try plot.drawn(as: .png(width: width))
            case .svg: return try plot.drawn(as: .svg)
            case .pdf: return try plot.drawn(as: .pdf)
            }
        } catch { throw BrokerError(.cannotWrite, path: archived.folder.path, detail: error.detail) }
    }

    /// Fits the alerts whose models were missing; each gets a row, a plot and a message.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - options: How they are fitted.
    ///   - complain: Called for each alert whose record is damaged; the others are fitted all the same.
    /// - Returns: The number of alerts that were fitted, and of those that could not be.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
    package static func run(
        folder: String, options: SupernovaOptions, complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (fitted: Int, failed: Int) {
        try run(in: HeldFolder(folder), options: options, complain: complain)
    }

    /// Fits the alerts of a folder that this process holds.
    ///
    /// - Parameters:
    ///   - folder: The data folder.
    ///   - options: How they are fitted.
    ///   - complain: Called for each alert whose record is damaged; the others are fitted all the same.
    /// - Returns: The number of alerts that were fitted, and of those that could not be.
    /// - Throws: ``BrokerError`` where the folder cannot be read or written.
    package static func run(
        in folder: HeldFolder, options: SupernovaOptions, complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (fitted: Int, failed: Int) {
        let data = folder.data
        let writer = try TransactionWriter(folder: data, stages: folder.stages)
        let archive = try OpenFolder(folder.path)
        var pipeline = AlertPipeline(
            demandsPurity: false, supernovae: SupernovaStage(options), schemaOfID: { _ in .unknown })
        // A filter of choice has passed them when they came.
        pipeline.fitsAll = true
        var (fitted, failed) = (0, 0)
        fitting: for survey in Survey.all {
            for id in try waiting(survey, in: data.database) {
                let alert: ProcessedAlert
                do throws(BrokerError) {
                    alert = try processed(archive.alert(id, of: survey), by: &pipeline)
                } catch  where error.code == .damagedArchive {
                    complain(error)
                    failed += 1
                    continue
                }
                guard case .fit(let fit)? = alert.supernova else { continue }
                // The models are still missing, for all other alerts too.
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

    static func processed(
        _ archived: ArchivedAlert, by pipeline: inout AlertPipeline
    ) throws(BrokerError) -> ProcessedAlert {
        let packet = pipeline.decode(try archived.container()[...], position: 0, member: nil)
        guard let alert = packet.alerts.first else {
            let reason = packet.faults.first.map { "\($0.error)" } ?? "its record does not contain it"
            throw BrokerError(.damagedArchive, path: archived.path, detail: "alert \(archived.id): \(reason)")
        }
        return alert
    }
}
