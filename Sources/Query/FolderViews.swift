internal import SQLite

/// The tables of several data folders as views of one connection: each table's name means the rows of all folders.
///
/// A statement that joins such views and groups what comes out has SQLite copy each view into a temporary table first, with all its
/// columns, a thousand bytes a row. So the views are made again with the columns that the statement reads: about thirty.
struct FolderViews {
    /// Of each table: the schemas that have it, with their columns.
    private var parts: [String: [(schema: String, columns: [String])]] = [:]

    /// Not the tables that SQLite keeps, nor those in which an R*Tree lies.
    static let isTable = """
        type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '%\\_sky\\__%' ESCAPE '\\'
        """

    /// Attaches all folders but the first, which is open, as `folder2` and so on, and makes the views.
    init(attaching paths: [String], to database: Database) throws(SQLiteError) {
        guard paths.count > 1 else { return }
        var schemas = ["main"]
        for (number, path) in paths.enumerated().dropFirst() {
            let attaching = try database.prepare("ATTACH ? AS folder\(number + 1)")
            attaching.bind(0, "\(path)/nightjar.db")
            try attaching.run()
            schemas.append("folder\(number + 1)")
        }
        for schema in schemas {
            for table in try Self.texts("SELECT name FROM \(schema).sqlite_schema WHERE \(Self.isTable)", database) {
                let columns = try Self.texts(
                    "SELECT name FROM pragma_table_xinfo(\(Self.quoted(table)), '\(schema)') WHERE hidden <> 1",
                    database)
                parts[table, default: []].append((schema, columns))
            }
        }
        for table in parts.keys.sorted() { try database.execute(view(of: table) { _ in true }) }
    }

    /// Whether a statement can be prepared again over fewer columns: not where a join takes those that both sides have, of which
    /// SQLite does not say that they are read.
    static func canNarrow(_ sql: String) -> Bool {
        let text = sql.lowercased()
        return !text.contains("natural") && !text.contains("using")
    }

    /// Makes the views again that a statement reads.
    ///
    /// - Parameters:
    ///   - read: The columns that it reads, by view; a view of which it counts rows alone has none.
    ///   - database: The connection.
    /// - Returns: Whether any was made again.
    /// - Throws: ``SQLite/SQLiteError``.
    func narrow(to read: [String: Set<String>], in database: Database) throws(SQLiteError) -> Bool {
        var changes: [String] = []
        for (table, read) in read.sorted(by: { $0.key < $1.key }) {
            let all = Set((parts[table] ?? []).flatMap(\.columns))
            let kept = all.intersection(read)
            guard !kept.isEmpty, kept.count < all.count else { continue }
            changes.append("DROP VIEW temp.\(sqlName(table)); \(view(of: table) { kept.contains($0) })")
        }
        for change in changes { try database.execute(change) }
        return !changes.isEmpty
    }

    private func view(of table: String, keeping isKept: (String) -> Bool) -> String {
        let parts = parts[table] ?? []
        var all: [String] = []
        for name in parts.flatMap(\.columns) where isKept(name) && !all.contains(name) { all.append(name) }
        let selects = parts.map { schema, names in
            let columns = all.map { names.contains($0) ? sqlName($0) : "NULL AS \(sqlName($0))" }
            return "SELECT \(columns.joined(separator: ", ")) FROM \(schema).\(sqlName(table))"
        }
        return "CREATE TEMP VIEW IF NOT EXISTS \(sqlName(table)) AS " + selects.joined(separator: " UNION ALL ")
    }

    private static func texts(_ sql: String, _ database: Database) throws(SQLiteError) -> [String] {
        let query = try database.prepare(sql)
        var texts: [String] = []
        while try query.step() { if let text = query.text(0) { texts.append(text) } }
        return texts
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
