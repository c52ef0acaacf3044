package import Alerts
package import DataLayout
internal import Pipeline
internal import SQLite

/// Where a page of alerts begins: behind an alert of a time, of the same time behind an id, and of the same alert behind a filter.
package struct AlertPlace: Sendable, Hashable {
    /// The time as the survey's table has it.
    package let time: Double
    /// The alert's id.
    package let id: Int64
    /// The filter's name, where a list has an alert once for each filter.
    package let filter: String

    /// A place.
    package init(time: Double, id: Int64, filter: String = "") {
        (self.time, self.id, self.filter) = (time, id, filter)
    }
}

extension DataReader {
    /// Some alerts of a survey's night, by time and id.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - survey: The survey.
    ///   - passedOnly: Whether only those are given that passed the survey's own filter.
    ///   - place: Behind which they come; `nil` for the first.
    ///   - limit: How many at most.
    /// - Returns: The alerts, of several folders' each once, and the place of the last of them.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func alerts(
        ofNight night: Int, of survey: Survey, passedOnly: Bool, after place: AlertPlace?, limit: Int
    ) throws(BrokerError) -> (alerts: [NightAlert], last: AlertPlace?) {
        guard let times = survey.times(ofNight: night) else { return ([], nil) }
        let (tables, verdict) = (survey.tables, FilterVerdict.columns.map(\.name))
        let passed = passedOnly ? FilterVerdict.cuts.map { " AND \($0)" }.joined() : ""
        let sql = """
            SELECT \(tables.idColumn), \(tables.timeColumn), night, \(tables.positionColumns.ra),
            \(tables.positionColumns.dec), objectId, \(verdict.joined(separator: ", "))
            FROM \(tables.alerts) WHERE (\(tables.timeColumn), \(tables.idColumn)) > (?, ?) AND \(tables.timeColumn) <= ?
            AND night = ?\(passed) ORDER BY \(tables.timeColumn), \(tables.idColumn) LIMIT ?
            """
        var found: [(alert: NightAlert, place: AlertPlace)] = []
        var seen: Set<Int64> = []
        for folder in folders where try folder.hasTable(tables.alerts) {
            do {
                let query = try folder.database.prepare(sql)
                query.bind(0, max(place?.time ?? -.infinity, times.lowerBound))
                query.bind(1, place.map { $0.time < times.lowerBound ? .min : $0.id } ?? .min)
                query.bind(2, times.upperBound)
                query.bind(3, night)
                query.bind(4, limit)
                while try query.step() {
                    guard seen.insert(query.integer(0)).inserted else { continue }
                    let row = ObjectRecord.AlertRow(query, survey, verdict: 6..<6 + verdict.count, folder)
                    found.append(
                        (
                            NightAlert(survey: survey, objectName: query.text(5), row: row),
                            AlertPlace(time: query.double(1), id: query.integer(0))
                        ))
                }
            } catch { throw BrokerError(error) }
        }
        let page = found.sorted { ($0.place.time, $0.place.id) < ($1.place.time, $1.place.id) }.prefix(limit)
        return (page.map(\.alert), page.last?.place)
    }

    /// Some alerts of a survey that passed filters of `run --filters`, by time, id and filter.
    ///
    /// - Parameters:
    ///   - filter: A filter's name; `nil` for all.
    ///   - survey: The survey.
    ///   - night: YYYYMMDD; `nil` for all.
    ///   - place: Behind which they come; `nil` for the first.
    ///   - limit: How many at most.
    /// - Returns: The passes, of several folders' each once, and the place of the last of them.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func passes(
        of filter: String?, survey: Survey, night: Int?, after place: AlertPlace?, limit: Int
    ) throws(BrokerError) -> (passes: [FilterPass], last: AlertPlace?) {
        let table = "\(survey.name)_passes"
        let sql = """
            SELECT \(FilterPass.columns) FROM \(table) WHERE (jd, candid, filter) > (?1, ?2, ?3)
            AND (?4 IS NULL OR filter = ?4) AND (?5 IS NULL OR night = ?5) ORDER BY jd, candid, filter LIMIT ?6
            """
        var found: [(pass: FilterPass, place: AlertPlace)] = []
        var seen: Set<AlertPlace> = []
        for folder in folders where try folder.hasTable(table) {
            do {
                let query = try folder.database.prepare(sql)
                query.bind(0, place?.time ?? -.infinity)
                query.bind(1, place?.id ?? .min)
                query.bind(2, place?.filter ?? "")
                if let filter { query.bind(3, filter) } else { query.bindNull(3) }
                if let night { query.bind(4, night) } else { query.bindNull(4) }
                query.bind(5, limit)
                while try query.step() {
                    let pass = FilterPass(query, survey)
                    let place = AlertPlace(time: query.double(4), id: pass.id, filter: pass.filter)
                    if seen.insert(place).inserted { found.append((pass, place)) }
                }
            } catch { throw BrokerError(error) }
        }
        let page = found.sorted {
            ($0.place.time, $0.place.id, $0.place.filter) < ($1.place.time, $1.place.id, $1.place.filter)
        }.prefix(limit)
        return (page.map(\.pass), page.last?.place)
    }

    /// Some dead letters, folder by folder and in each by number.
    ///
    /// - Parameters:
    ///   - place: The folder's number, from 0, and the letter's in it, behind which they come; `nil` for the first.
    ///   - limit: How many at most.
    ///   - code: The reason of them; `nil` for all.
    /// - Returns: The letters, and the place of the last of them.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func deadLetters(
        after place: (folder: Int, id: Int64)?, limit: Int, code: String? = nil
    ) throws(BrokerError) -> (letters: [FolderLetter], last: (folder: Int, id: Int64)?) {
        var (letters, last): ([FolderLetter], (folder: Int, id: Int64)?) = ([], nil)
        for (number, folder) in folders.enumerated().dropFirst(place?.folder ?? 0) where letters.count < limit {
            let after = place?.folder == number ? place?.id ?? -1 : -1
            let most = limit - letters.count
            for letter in try DeadLetter.list(in: folder.database, after: after, limit: most, code: code) {
                letters.append(FolderLetter(folder: folder.path, letter: letter))
                last = (number, letter.id)
            }
        }
        return (letters, last)
    }
}
