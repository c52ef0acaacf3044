package import Alerts
package import DataLayout
package import Pipeline
internal import SQLite
internal import Threads

/// Fits the alerts of a night again, with the longer history that the tables hold of their objects.
///
/// An alert's own fit follows from its packet alone, and stays: the new one has a row in `<survey>_salt2_refits`. It sees nothing
/// that is later than its alert, and what the survey withdrew since is gone. No message is sent of it and no plot drawn.
package enum NightRefit {
    /// Alerts that are decoded and fitted at once.
    private static let batch = 256

    /// What the tables have of an alert's object.
    package struct History: Sendable {
        /// All its points.
        package let lightCurve: LightCurve
        /// The names of the objects that they are of.
        package let objects: [String]

        /// A history of these objects.
        package init(lightCurve: LightCurve, objects: [String]) {
            self.lightCurve = lightCurve
            self.objects = objects
        }
    }

    /// Fits the alerts of a night that passed the filter.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - folder: The data folder.
    ///   - options: How they are fitted.
    ///   - history: What the tables have of an alert's object; `nil` for nothing.
    ///   - complain: Called for each alert whose record is damaged; the others are fitted all the same.
    /// - Returns: The number of alerts that were fitted, of those that could not be, and of those that are not eligible.
    /// - Throws: ``DataLayout/BrokerError`` where the folder cannot be read or written.
    package static func run(
        night: Int, in folder: HeldFolder, options: SupernovaOptions,
        history: (Alert) throws(BrokerError) -> History?, complain: (BrokerError) -> Void = { _ in }
    ) throws(BrokerError) -> (fitted: Int, failed: Int, ineligible: Int) {
        var options = options
        options.drawsPlots = false
        let (stage, archive) = (SupernovaStage(options), try OpenFolder(folder.path))
        var pipeline = AlertPipeline(demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        var (fitted, failed, ineligible) = (0, 0, 0)
        for survey in Survey.all {
            let ids = try passed(survey, night: night, in: folder.data.database)
            guard !ids.isEmpty else { continue }
            let rows = try ProductRows(Salt2Row.refits, of: survey, database: folder.data.database)
            for start in stride(from: 0, to: ids.count, by: batch) {
                var alerts: [(alert: Alert, objects: [String])] = []
                for id in ids[start..<min(start + batch, ids.count)] {
                    do throws(BrokerError) {
                        let alert = try SupernovaRefit.processed(archive.alert(id, of: survey), by: &pipeline).decoded
                            .alert
                        guard let longer = try history(alert) else { continue }
                        alerts.append((alert.with(longer.lightCurve.upTo(alert.detection.epoch)), longer.objects))
                    } catch  where error.code == .damagedArchive {
                        complain(error)
                        failed += 1
                    }
                }
                let outcomes = alerts.concurrentMap { stage.outcome(of: $0.alert) }
                try folder.data.database.transaction { () throws(BrokerError) in
                    for (found, outcome) in zip(alerts, outcomes) {
                        guard case .fit(let fit) = outcome else {
                            ineligible += 1
                            continue
                        }
                        try rows.insert(Salt2Row.refit(found.alert, fit, objects: found.objects))
                        if fit.success { fitted += 1 } else { failed += 1 }
                    }
                }
            }
        }
        return (fitted, failed, ineligible)
    }

    /// The alerts of a night that passed the filter, by time.
    private static func passed(_ survey: Survey, night: Int, in database: Database) throws(BrokerError) -> [Int64] {
        let tables = survey.tables
        do {
            guard try database.hasTable(tables.alerts) else { return [] }
            let query = try database.prepare(
                """
                SELECT \(tables.idColumn) FROM \(tables.alerts)
                WHERE night = ? AND objectId IS NOT NULL AND \(FilterVerdict.cuts.joined(separator: " AND "))
                ORDER BY \(tables.timeColumn), \(tables.idColumn)
                """)
            query.bind(0, night)
            var ids: [Int64] = []
            while try query.step() { ids.append(query.integer(0)) }
            return ids
        } catch { throw BrokerError(error) }
    }
}
