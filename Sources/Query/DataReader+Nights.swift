package import Alerts
package import DataLayout
internal import SQLite
internal import Pipeline

extension DataReader {
    /// An alert of a night, as its row has it.
    package struct NightAlert: Sendable {
        /// The survey that it is of.
        package let survey: Survey
        /// The name of its object; `nil` where it has none.
        package let objectName: String?
        /// When and where it is, and the filter's verdict.
        package let row: ObjectRecord.AlertRow
    }

    /// The alerts of a night, by survey, time and id.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - passedOnly: Whether only those are given that passed the filter.
    /// - Returns: Each alert once: of several folders the first has precedence.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func alerts(ofNight night: Int, passedOnly: Bool) throws(BrokerError) -> [NightAlert] {
        var alerts: [NightAlert] = []
        for survey in Survey.all {
            var (found, seen): ([NightAlert], Set<Int64>) = ([], [])
            for folder in folders where try folder.hasTable(survey.tables.alerts) {
                let rows = try Self.alerts(of: survey, night: night, passedOnly: passedOnly, in: folder)
                found += rows.filter { seen.insert($0.row.id).inserted }
            }
            alerts += found.sorted { ($0.row.epoch.mjd, $0.row.id) < ($1.row.epoch.mjd, $1.row.id) }
        }
        return alerts
    }

    /// The alerts of a survey with these ids, in their order; those that no folder has are left out.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func alerts(_ ids: [Int64], of survey: Survey) throws(BrokerError) -> [NightAlert] {
        var found: [Int64: NightAlert] = [:]
        for folder in folders where try folder.hasTable(survey.tables.alerts) {
            do {
                let query = try Self.query(survey, "\(survey.tables.idColumn) = ?", in: folder)
                for id in ids where found[id] == nil {
                    query.bind(0, id)
                    if try query.step() { found[id] = Self.alert(query, survey, folder) }
                    query.reset()
                }
            } catch { throw BrokerError(error) }
        }
        return ids.compactMap { found[$0] }
    }

    /// The surveys of which there are alerts of a night.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func surveys(ofNight night: Int, in only: OpenFolder? = nil) throws(BrokerError) -> [Survey] {
        var found: [Survey] = []
        for survey in Survey.all {
            for folder in only.map({ [$0] }) ?? folders
            where try folder.hasTable(survey.tables.alerts) && !found.contains(survey) {
                do {
                    guard let times = survey.times(ofNight: night) else { continue }
                    let (table, time) = (survey.tables.alerts, survey.tables.timeColumn)
                    let query = try folder.database.prepare(
                        "SELECT 1 FROM \(table) WHERE \(time) BETWEEN ? AND ? AND night = ? LIMIT 1")
                    query.bind(0, times.lowerBound)
                    query.bind(1, times.upperBound)
                    query.bind(2, night)
                    if try query.step() { found.append(survey) }
                } catch { throw BrokerError(error) }
            }
        }
        return found
    }

    private static func alerts(
        of survey: Survey, night: Int, passedOnly: Bool, in folder: OpenFolder
    ) throws(BrokerError) -> [NightAlert] {
        let passed = passedOnly ? FilterVerdict.cuts.map { " AND \($0)" }.joined() : ""
        do {
            let query = try query(survey, "night = ?\(passed)", in: folder)
            query.bind(0, night)
            var alerts: [NightAlert] = []
            while try query.step() { alerts.append(alert(query, survey, folder)) }
            return alerts
        } catch { throw BrokerError(error) }
    }

    private static func query(
        _ survey: Survey, _ condition: String, in folder: OpenFolder
    ) throws(SQLiteError) -> Statement {
        let tables = survey.tables
        return try folder.database.prepare(
            """
            SELECT \(tables.idColumn), \(tables.timeColumn), night, \(tables.positionColumns.ra),
            \(tables.positionColumns.dec), objectId, \(FilterVerdict.columns.map(\.name).joined(separator: ", "))
            FROM \(tables.alerts) WHERE \(condition)
            """)
    }

    private static func alert(_ query: Statement, _ survey: Survey, _ folder: OpenFolder) -> NightAlert {
        let row = ObjectRecord.AlertRow(query, survey, verdict: 6..<6 + FilterVerdict.columns.count, folder)
        return NightAlert(survey: survey, objectName: query.text(5), row: row)
    }
}

extension Survey {
    /// The times of a night's alerts as the alert table has them, which has an index by them: a little more at both ends, since a
    /// night's begin and end may be rounded. `nil` for what is no night.
    func times(ofNight night: Int) -> ClosedRange<Double>? {
        guard let midnight = CalendarDate(yyyymmdd: night)?.mjd else { return nil }
        let margin = 1e-3
        let begin = time.given(Epoch(mjd: midnight + time.nightStart, scale: time.scale))
        return begin - margin...begin + 1 + margin
    }
}

extension ObjectRecord.AlertRow {
    /// Reads a row that begins with id, time, night, right ascension and declination.
    ///
    /// - Parameters:
    ///   - query: The row.
    ///   - survey: The survey that it is of.
    ///   - verdict: The columns of the filter's verdict.
    ///   - kind: The column of the kind of data, where it is read.
    ///   - folder: The folder that has it.
    init(_ query: Statement, _ survey: Survey, verdict: Range<Int>, kind: Int? = nil, _ folder: OpenFolder) {
        func angle(_ column: Int, _ range: ClosedRange<Double>) -> Double? {
            query.isNull(column) || !range.contains(query.double(column)) ? nil : query.double(column)
        }
        self.init(
            id: query.integer(0), epoch: survey.time.epoch(query.double(1)), night: Int(query.integer(2)),
            ra: angle(3, SkyRange.rightAscension), dec: angle(4, SkyRange.declination),
            dataKind: kind.flatMap { query.text($0) }.flatMap { DataKind(rawValue: $0) } ?? .survey,
            verdict: zip(FilterVerdict.columns.map(\.name), verdict).map { ($0, query.integer($1) != 0) },
            folder: folder.path)
    }
}
