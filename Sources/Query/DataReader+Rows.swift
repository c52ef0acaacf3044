package import Alerts
package import DataLayout
internal import SQLite

/// A row of a table with the names of its columns.
package struct NamedRow: Sendable, Hashable {
    /// The columns' names.
    package let columns: [String]
    /// Their values.
    package let values: [FolderQuery.Value]
}

/// An alert that passed a filter of `run --filters`.
package struct FilterPass: Sendable, Hashable {
    /// The alert's survey.
    package let survey: Survey
    /// The alert's id.
    package let id: Int64
    /// The name of its object; `nil` where it has none.
    package let objectName: String?
    /// The filter's name.
    package let filter: String
    /// The SHA-256 of the filter's text.
    package let version: String
    /// When the alert was detected.
    package let epoch: Epoch
    /// YYYYMMDD.
    package let night: Int

    init(_ query: Statement, _ survey: Survey) {
        self.survey = survey
        (id, filter) = (query.integer(0), query.text(1) ?? "")
        (version, objectName) = (query.text(2) ?? "", query.text(3))
        epoch = Epoch(mjd: query.double(4) - 2_400_000.5, scale: survey.time.scale)
        night = Int(query.integer(5))
    }

    static let columns = "candid, filter, version, objectId, jd, night"
}

extension DataReader {
    /// An alert's row of its survey's table, with the columns of what was computed of it; `nil` where it has none.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func row(ofAlert id: Int64, of survey: Survey) throws(BrokerError) -> NamedRow? {
        let tables = survey.tables
        for folder in folders where try folder.hasTable(tables.alerts) {
            do {
                let query = try folder.database.prepare(
                    "SELECT * FROM \(tables.alerts) WHERE \(sqlName(tables.idColumn)) = ?")
                query.bind(0, id)
                guard try query.step() else { continue }
                let columns = 0..<query.columnCount
                return NamedRow(columns: columns.map(query.name), values: columns.map(query.queryValue))
            } catch { throw BrokerError(error) }
        }
        return nil
    }

    /// The filters of `run --filters` that an alert has passed, by name.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func passes(ofAlert id: Int64, of survey: Survey) throws(BrokerError) -> [FilterPass] {
        let table = "\(survey.name)_passes"
        for folder in folders where try folder.hasTable(table) {
            do {
                let query = try folder.database.prepare(
                    "SELECT \(FilterPass.columns) FROM \(table) WHERE candid = ? ORDER BY filter")
                query.bind(0, id)
                var passes: [FilterPass] = []
                while try query.step() { passes.append(FilterPass(query, survey)) }
                if !passes.isEmpty { return passes }
            } catch { throw BrokerError(error) }
        }
        return []
    }
}
