package import Alerts
package import Catalogues
package import DataLayout
package import Filters

/// What filters cost an alert, measured on archived ones.
package enum FilterCost {
    /// Alerts that are judged, and how often each.
    private static let (most, rounds) = (300, 3)

    /// Measures filters of one survey on alerts of a folder's newest night.
    ///
    /// - Parameters:
    ///   - filters: The filters.
    ///   - survey: Whose they are.
    ///   - catalogues: What they may ask of the sky.
    ///   - computed: The tables of what is computed of an alert.
    ///   - folder: The data folder.
    /// - Returns: Seconds an alert, in the order of the filters; `nil` for one that cannot be used, and where there is no alert.
    /// - Throws: ``DataLayout/BrokerError`` where the folder cannot be read.
    package static func measure(
        _ filters: [FilterText], of survey: Survey, catalogues: [Catalogue], computed: [ComputedTable],
        in folder: OpenFolder
    ) throws(BrokerError) -> [Double?] {
        let alerts = try alerts(of: survey, in: folder)
        guard !alerts.isEmpty,
            let engine = try? FilterEngine(survey, catalogues: catalogues, computed: computed)
        else { return filters.map { _ in nil } }
        return filters.map { filter in
            guard let compiled = try? engine.compile(filter) else { return nil }
            let clock = ContinuousClock()
            let times = (0..<rounds).map { _ in
                clock.measure {
                    for alert in alerts { _ = engine.with(alert) { try? engine.verdict(of: compiled) } }
                }
            }
            return times.min().map { $0 / .seconds(1) / Double(alerts.count) }
        }
    }

    private static func alerts(of survey: Survey, in folder: OpenFolder) throws(BrokerError) -> [DecodedAlert] {
        guard let night = try folder.newestNight(of: survey) else { return [] }
        let parts = try folder.archiveParts(of: survey, nights: night...night, most: Int64(most))
        guard let first = parts.first else { return [] }
        var decoder = AlertDecoder()
        var alerts: [DecodedAlert] = []
        try folder.forEachRecord(of: first, survey) { record, schema in
            if let alert = try? decoder.alert(ofRecord: record, writer: schema) { alerts.append(alert) }
        } damaged: { _ in
        }
        return alerts
    }
}
