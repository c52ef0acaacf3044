internal import Alerts
internal import DataLayout
internal import SQLite
internal import Pipeline

/// A survey's table of products, such as `ztf_salt2`, and for one with a row for each alert the view `ztf_salt2_newest` of each
/// object's latest row.
final class ProductRows {
    private let database: Database
    private let insert: Statement

    init(_ table: ProductTable, of survey: Survey, database: Database) throws(BrokerError) {
        self.database = database
        let name = "\(survey.name)_\(table.name)"
        let columns = table.columns
        do {
            let isKeyedByAlert = table.keys.count == 1
            var definitions = columns.map { column in
                "\(column.name) \(column.sqlType)"
                    + (!table.keys.contains(column.name) ? "" : isKeyedByAlert ? " NOT NULL PRIMARY KEY" : " NOT NULL")
            }
            if !isKeyedByAlert { definitions.append("PRIMARY KEY (\(table.keys.joined(separator: ", ")))") }
            try database.execute("CREATE TABLE IF NOT EXISTS \(name) (\(definitions.joined(separator: ", ")))")
            try Self.add(columns, to: name, in: database)
            let order = [table.time, table.key].joined(separator: ", ")
            try database.execute("CREATE INDEX IF NOT EXISTS \(name)_object ON \(name) (\(table.object), \(order))")
            if let listed = table.listed {
                try database.execute(
                    "CREATE INDEX IF NOT EXISTS \(name)_listed ON \(name) (\(listed.joined(separator: ", ")))")
            }
            if isKeyedByAlert {
                try database.execute(
                    """
                    CREATE VIEW IF NOT EXISTS \(name)_newest AS SELECT * FROM \(name) AS fit WHERE NOT EXISTS
                    (SELECT 1 FROM \(name) AS later
                    WHERE later.\(table.object) = fit.\(table.object)
                    AND (later.\(table.time), later.\(table.key)) > (fit.\(table.time), fit.\(table.key)))
                    """)
            }
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            let names = columns.map(\.name).joined(separator: ", ")
            insert = try database.prepare("INSERT OR REPLACE INTO \(name) (\(names)) VALUES (\(marks))")
        } catch { throw BrokerError(error) }
    }

    /// Adds columns that an older Nightjar's table lacks; they are null in its rows.
    private static func add(_ columns: [ProductColumn], to table: String, in database: Database) throws(SQLiteError) {
        let present = try database.columns(of: table)
        for column in columns where !present.contains(column.name) {
            try database.execute("ALTER TABLE \(table) ADD COLUMN \(column.name) \(column.sqlType)")
        }
    }

    func insert(_ row: ProductRow) throws(BrokerError) {
        for (index, value) in row.values.enumerated() { insert.bind(index, value) }
        do { try insert.run() } catch { throw BrokerError(error) }
    }
}

extension ProductColumn {
    var sqlType: String {
        switch kind {
        case .boolean, .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        }
    }
}

extension Statement {
    /// Binds a value of a product's column; booleans as 0 and 1.
    func bind(_ parameter: Int, _ value: ProductValue) {
        switch value {
        case .null: bindNull(parameter)
        case .boolean(let value): bind(parameter, value ? 1 : 0)
        case .integer(let value): bind(parameter, value)
        case .real(let value): bind(parameter, value)
        case .text(let value): bind(parameter, value)
        }
    }
}
