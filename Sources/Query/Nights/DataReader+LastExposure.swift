package import Alerts
package import DataLayout
internal import SQLite

extension DataReader {
    /// The latest time of an alert in a span of time, over all folders.
    ///
    /// - Parameters:
    ///   - survey: The survey.
    ///   - range: Modified Julian dates in UTC.
    /// - Returns: The time as the survey gives it; `nil` where no alert is stored.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func lastTime(of survey: Survey, in range: Range<Double>) throws(BrokerError) -> Epoch? {
        // UTC and TAI are 37 s apart, and the day's borders lie in the daylight.
        let bounds = [range.lowerBound, range.upperBound].map {
            survey.time.given(Epoch(mjd: $0, scale: survey.time.scale))
        }
        var last: Double?
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            let time = survey.tables.timeColumn
            do {
                let query = try folder.database.prepare(
                    "SELECT max(\(time)) FROM \(survey.tables.alerts) WHERE \(time) >= ? AND \(time) < ?")
                query.bind(0, bounds[0])
                query.bind(1, bounds[1])
                if try query.step(), !query.isNull(0) { last = max(last ?? -.infinity, query.double(0)) }
            } catch { throw BrokerError(error) }
        }
        return last.map { survey.time.epoch($0) }
    }

    /// Alerts of a survey that are archived and have no row in its table; none in a folder that is sound.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func alertsWithoutRow(of survey: Survey) throws(BrokerError) -> Int {
        var count = 0
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            do {
                let query = try folder.database.prepare(
                    """
                    SELECT count(*) FROM archive WHERE survey = ? AND NOT EXISTS (
                        SELECT 1 FROM \(survey.tables.alerts) WHERE \(survey.tables.idColumn) = archive.id)
                    """)
                query.bind(0, survey.name)
                if try query.step() { count += Int(query.integer(0)) }
            } catch { throw BrokerError(error) }
        }
        return count
    }
}
