package import Alerts
package import DataLayout
package import Filters
internal import Pipeline
internal import SQLite

/// What was computed of archived alerts when they came, as filters see it.
package struct StoredFits {
    private let query: Statement?

    /// The values of a survey's alerts in a folder.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the folder's tables cannot be read.
    package init(_ folder: OpenFolder, _ survey: Survey) throws(BrokerError) {
        let table = "\(survey.name)_\(Salt2Row.table.name)"
        do throws(SQLiteError) {
            guard try folder.database.hasTable(table) else {
                query = nil
                return
            }
            let known = try folder.database.columns(of: table)
            let columns = FilterTables.fit.columns.map { known.contains($0.name) ? sqlName($0.name) : "NULL" }
            query = try folder.database.prepare(
                "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE \(Salt2Row.table.key) = ?")
        } catch { throw BrokerError(error) }
    }

    /// The values of an alert.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where the tables cannot be read.
    package func values(of id: Int64) throws(BrokerError) -> ComputedValues {
        guard let query else { return [:] }
        defer { query.reset() }
        query.bind(0, id)
        do throws(SQLiteError) { guard try query.step() else { return [:] } } catch { throw BrokerError(error) }
        let row = FilterTables.fit.columns.indices.map { column -> AlertQuery.Value in
            switch query.kind(column) {
            case .null: .null
            case .integer: .integer(query.integer(column))
            case .real: .real(query.double(column))
            case .text, .blob: .text(query.text(column) ?? "")
            }
        }
        return [FilterTables.fit.name: row]
    }
}
