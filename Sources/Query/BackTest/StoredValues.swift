package import Alerts
package import DataLayout
package import Filters
internal import Pipeline
internal import SQLite

/// What was computed of archived alerts when they came, as filters see it: scores and fits.
package struct StoredValues {
    private let queries: [(table: ComputedTable, query: Statement)]

    /// The values of a survey's alerts in a folder.
    ///
    /// - Parameters:
    ///   - tables: The tables that filters see.
    ///   - folder: The folder.
    ///   - survey: The survey.
    /// - Throws: ``DataLayout/BrokerError`` where the folder's tables cannot be read.
    package init(_ tables: [ComputedTable], in folder: OpenFolder, _ survey: Survey) throws(BrokerError) {
        var queries: [(table: ComputedTable, query: Statement)] = []
        do throws(SQLiteError) {
            for table in tables {
                let isFit = table == FilterTables.fit
                let name = isFit ? "\(survey.name)_\(Salt2Row.table.name)" : survey.tables.alerts
                guard try folder.database.hasTable(name) else { continue }
                let known = try folder.database.columns(of: name)
                let columns = table.columns.map { known.contains($0.name) ? sqlName($0.name) : "NULL" }
                let key = sqlName(isFit ? Salt2Row.table.key : survey.tables.idColumn)
                queries.append(
                    (
                        table,
                        try folder.database.prepare(
                            "SELECT \(columns.joined(separator: ", ")) FROM \(name) WHERE \(key) = ?")
                    ))
            }
        } catch { throw BrokerError(error) }
        self.queries = queries
    }

    /// The values of an alert.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the tables cannot be read.
    package func values(of id: Int64) throws(BrokerError) -> ComputedValues {
        var values: ComputedValues = [:]
        for (table, query) in queries {
            defer { query.reset() }
            query.bind(0, id)
            do throws(SQLiteError) { guard try query.step() else { continue } } catch { throw BrokerError(error) }
            values[table.name] = table.columns.indices.map { query.value($0) }
        }
        return values
    }
}

extension Statement {
    fileprivate func value(_ column: Int) -> AlertQuery.Value {
        switch kind(column) {
        case .null: .null
        case .integer: .integer(integer(column))
        case .real: .real(double(column))
        case .text, .blob: .text(text(column) ?? "")
        }
    }
}
