internal import Alerts
internal import SQLite
internal import Stages

/// `<survey>_salt2`: a row for each alert that was fitted or could not be, and `<survey>_salt2_newest`, each object's last.
final class Salt2Table {
    private let database: Database
    private let insert: Statement

    init(survey: Survey, database: Database) throws(BrokerError) {
        self.database = database
        let name = "\(survey.name)_salt2"
        let columns = Salt2Row.columns
        do {
            let definitions = columns.map {
                "\($0.name) \($0.sqlType)" + ($0.name == "candid" ? " NOT NULL PRIMARY KEY" : "")
            }
            try database.execute("CREATE TABLE IF NOT EXISTS \(name) (\(definitions.joined(separator: ", ")))")
            try Self.add(columns, to: name, in: database)
            try database.execute("CREATE INDEX IF NOT EXISTS \(name)_object ON \(name) (objectId, jd, candid)")
            try database.execute(
                """
                CREATE VIEW IF NOT EXISTS \(name)_newest AS SELECT * FROM \(name) AS fit WHERE NOT EXISTS
                (SELECT 1 FROM \(name) AS later
                WHERE later.objectId = fit.objectId AND (later.jd, later.candid) > (fit.jd, fit.candid))
                """)
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            let names = columns.map(\.name).joined(separator: ", ")
            insert = try database.prepare("INSERT OR REPLACE INTO \(name) (\(names)) VALUES (\(marks))")
        } catch { throw BrokerError(error) }
    }

    /// Adds what an older Nightjar's table lacks; null in its rows until `salt2 refit`.
    private static func add(
        _ columns: [Salt2Row.Column], to table: String, in database: Database
    ) throws(SQLiteError) {
        var present: Set<String> = []
        let names = try database.prepare("SELECT name FROM pragma_table_info('\(table)')")
        while try names.step() { present.insert(names.text(0) ?? "") }
        for column in columns where !present.contains(column.name) {
            try database.execute("ALTER TABLE \(table) ADD COLUMN \(column.name) \(column.sqlType)")
        }
    }

    func insert(_ row: Salt2Row) throws(BrokerError) {
        for (index, value) in row.values.enumerated() {
            switch value {
            case .text(let text?): insert.bind(index, text)
            case .integer(let number?): insert.bind(index, number)
            // An infinite chi^2 is no number that other readers of the table know.
            case .real(let number?) where number.isFinite: insert.bind(index, number)
            default: insert.bindNull(index)
            }
        }
        do { try insert.run() } catch { throw BrokerError(error) }
    }
}
