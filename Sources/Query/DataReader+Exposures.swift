package import Alerts
package import DataLayout
internal import Pipeline
internal import SQLite

extension DataReader {
    /// What one exposure brought with one part of the camera.
    package struct Exposure: Sendable, Hashable {
        /// The time of its alerts.
        package let epoch: Epoch
        /// ZTF's field or LSST's visit; `nil` where packets have none.
        package let name: Int64?
        /// ZTF's rcid or LSST's detector; `nil` where packets have none.
        package let detector: Int?
        /// Its alerts.
        package internal(set) var alerts: Int
        /// Those of them that passed the survey's own filter.
        package internal(set) var passed: Int
    }

    /// The exposures of a night, by time and detector, over all folders.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - survey: The survey.
    ///   - limit: How many at most.
    /// - Returns: The exposures; an alert that several folders have counts in each.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func exposures(ofNight night: Int, of survey: Survey, limit: Int) throws(BrokerError) -> [Exposure] {
        guard let times = survey.times(ofNight: night) else { return [] }
        var found: [Exposure] = []
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            found += try Self.exposures(ofNight: night, in: times, of: survey, limit: limit, folder)
        }
        let sorted = found.sorted {
            ($0.epoch.mjd, $0.name ?? 0, $0.detector ?? 0) < ($1.epoch.mjd, $1.name ?? 0, $1.detector ?? 0)
        }
        var merged: [Exposure] = []
        for exposure in sorted {
            if let last = merged.last, last.epoch == exposure.epoch, last.name == exposure.name,
                last.detector == exposure.detector
            {
                merged[merged.count - 1].alerts += exposure.alerts
                merged[merged.count - 1].passed += exposure.passed
            } else {
                merged.append(exposure)
            }
        }
        return Array(merged.prefix(limit))
    }

    private static func exposures(
        ofNight night: Int, in times: ClosedRange<Double>, of survey: Survey, limit: Int, _ folder: OpenFolder
    ) throws(BrokerError) -> [Exposure] {
        let tables = survey.tables
        do {
            let known = try folder.database.columns(of: tables.alerts)
            let names = tables.exposureColumns.map { [$0.exposure, $0.detector] } ?? []
            let (exposure, detector) =
                names.allSatisfy(known.contains) && names.count == 2
                ? (names[0], names[1]) : ("NULL", "NULL")
            let passed = FilterVerdict.cuts.joined(separator: " AND ")
            let query = try folder.database.prepare(
                """
                SELECT \(tables.timeColumn), \(exposure), \(detector), count(*), sum(\(passed)) FROM \(tables.alerts)
                WHERE \(tables.timeColumn) BETWEEN ? AND ? AND night = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT ?
                """)
            query.bind(0, times.lowerBound)
            query.bind(1, times.upperBound)
            query.bind(2, night)
            query.bind(3, limit)
            var found: [Exposure] = []
            while try query.step() {
                found.append(
                    Exposure(
                        epoch: survey.time.epoch(query.double(0)), name: query.isNull(1) ? nil : query.integer(1),
                        detector: query.isNull(2) ? nil : Int(query.integer(2)), alerts: Int(query.integer(3)),
                        passed: Int(query.integer(4))))
            }
            return found
        } catch { throw BrokerError(error) }
    }
}
