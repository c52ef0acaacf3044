internal import Alerts
internal import Avro
internal import SQLite

/// The statement that fills a history table.
struct HistoryInsert {
    let table: HistoryTable
    let statement: Statement
    private let keyColumns: [Int]

    init(_ table: HistoryTable, database: Database) throws(SQLiteError) {
        self.table = table
        keyColumns = table.columns.indices.filter { table.key.contains(table.columns[$0].name) }
        let names = table.columns.map { sqlName($0.name) }
        let marks = Array(repeating: "?", count: names.count + 1).joined(separator: ", ")
        var sql = "INSERT INTO \(table.name) (objectId, \(names.joined(separator: ", "))) VALUES (\(marks)) "
        sql += "ON CONFLICT (objectId, \(table.key.joined(separator: ", "))) DO "
        if let mark = table.detectionColumn {
            // A detection takes the place of an upper limit, whichever came first.
            let changes = names.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            sql += "UPDATE SET \(changes) WHERE \(table.name).\(mark) IS NULL AND excluded.\(mark) IS NOT NULL"
        } else {
            sql += "NOTHING"
        }
        statement = try database.prepare(sql)
    }

    /// Inserts one row, whose object is bound already; a row without a time is no point, and is left out.
    ///
    /// - Returns: `false` for a row that the table cannot hold.
    func run(
        of record: ArraySlice<UInt8>, _ body: UnsafeRawBufferPointer, _ value: (Int) -> AvroScalar
    ) throws(SQLiteError) -> Bool {
        guard table.hasTime(in: record, value) else { return true }
        for column in table.columns.indices { statement.bind(column + 1, value(column), in: body) }
        // A key column takes no null: an unnamed band is the empty one, and an unnumbered filter 0.
        for column in keyColumns where !value(column).isPresent {
            if table.columns[column].kind == .text {
                statement.bind(column + 1, "")
            } else {
                statement.bind(column + 1, 0)
            }
        }
        do { try statement.run() } catch {
            guard error.isOfValues else { throw error }
            return false
        }
        return true
    }
}

extension Statement {
    /// Binds a field where it lies in the record's body, without copying it.
    func bind(_ parameter: Int, _ scalar: AvroScalar, in body: UnsafeRawBufferPointer) {
        switch scalar {
        // A symbol that has no text is one of several enums of a union.
        case .absent, .null, .symbol: bindNull(parameter)
        case .boolean(let value): bind(parameter, value ? 1 : 0)
        case .long(let value): bind(parameter, value)
        case .float(let value): bind(parameter, Double(value))
        case .double(let value): bind(parameter, value)
        case .string(let offset, let count):
            bindText(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        case .bytes(let offset, let count), .encoded(let offset, let count):
            bindBlob(
                parameter, borrowing: UnsafeRawBufferPointer(rebasing: body[Int(offset)..<Int(offset) + Int(count)]))
        }
    }
}
