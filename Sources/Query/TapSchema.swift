internal import ADQL
internal import SQLite
internal import VOTables

/// The tables that describe tables.
///
/// Source: TAP 1.1 (Dowler et al. 2019), section 4.
enum TapSchema {
    /// A table, with its rows.
    struct Part: Sendable {
        let table: ADQLTable
        let description: String
        let rows: @Sendable ([Described]) -> [[TableCell]]
    }

    /// A table as its rows describe it.
    struct Described: Sendable {
        let schema, name, description: String
        let isView: Bool
        let columns: [(field: TableField, isIndexed: Bool)]

        /// The name as queries write it.
        var fullName: String { schema == TableAccess.schema ? name : "\(schema).\(name)" }
    }

    private static func table(
        _ name: String, _ description: String, _ fields: [TableField],
        _ rows: @escaping @Sendable ([Described]) -> [[TableCell]]
    ) -> Part {
        Part(
            table: ADQLTable(
                schema: TableAccess.ownSchema, name: name, sql: "temp.\(sqlName("\(TableAccess.ownSchema).\(name)"))",
                fields: fields),
            description: description, rows: rows)
    }

    static let (meaning, ownMeaning) = ("Alerts, light curves, fits and the ledger", "What tables there are")

    static let tables: [Part] = [
        table(
            "schemas", "The schemas",
            [
                TableField("schema_name", .text, "Name of the schema"),
                TableField("utype", .text, "utype of the schema"),
                TableField("description", .text, "What it has"),
                TableField("schema_index", .short, "Order in which schemas are shown"),
            ]
        ) { _ in
            [
                [.text(TableAccess.schema), .null, .text(meaning), .integer(0)],
                [.text(TableAccess.ownSchema), .null, .text(ownMeaning), .integer(1)],
            ]
        },
        table(
            "tables", "The tables",
            [
                TableField("schema_name", .text, "Name of its schema"),
                TableField("table_name", .text, "Name as queries write it"),
                TableField("table_type", .text, "table or view"),
                TableField("utype", .text, "utype of the table"), TableField("description", .text, "What it has"),
                TableField("table_index", .short, "Order in which tables are shown"),
            ]
        ) { all in
            all.enumerated().map { number, table in
                [
                    .text(table.schema), .text(table.fullName), .text(table.isView ? "view" : "table"), .null,
                    .text(table.description), .integer(Int64(number)),
                ]
            }
        },
        table(
            "columns", "The columns of tables",
            [
                TableField("table_name", .text, "Name of the table"),
                TableField("column_name", .text, "Name of the column"),
                TableField("datatype", .text, "Type as VOTable names it"),
                TableField("arraysize", .text, "* for a text of any length"),
                TableField("xtype", .text, "What its texts are"), TableField("size", .short, "Length; null for any"),
                TableField("description", .text, "What it means"), TableField("utype", .text, "utype of the column"),
                TableField("unit", .text, "Unit as VOUnits writes it"), TableField("ucd", .text, "UCD1+"),
                TableField("indexed", .short, "1 where an index begins with it"),
                TableField("principal", .short, "1 for those that are shown first"),
                TableField("std", .short, "1 for those that a standard names"),
                TableField("column_index", .short, "Order in the table"),
            ]
        ) { all in all.flatMap(columns) },
        table(
            "keys", "Which columns refer to others",
            [
                TableField("key_id", .text, "Name of the key"), TableField("from_table", .text, "Table that refers"),
                TableField("target_table", .text, "Table that is referred to"),
                TableField("description", .text, "What the key means"), TableField("utype", .text, "utype of the key"),
            ]
        ) { all in
            keys(all).map { key in
                [.text(key.id), .text(key.from), .text(key.target), .text(key.meaning), .null]
            }
        },
        table(
            "key_columns", "The columns of keys",
            [
                TableField("key_id", .text, "Name of the key"), TableField("from_column", .text, "Column that refers"),
                TableField("target_column", .text, "Column that is referred to"),
            ]
        ) { all in keys(all).map { [.text($0.id), .text($0.fromColumn), .text($0.targetColumn)] } },
    ]

    private static func columns(_ table: Described) -> [[TableCell]] {
        table.columns.enumerated().map { number, column in
            let field = column.field
            func text(_ text: String?) -> TableCell { text.map { .text($0) } ?? .null }
            let isPrincipal = field.ucd.map { $0.contains("meta.main") || $0.hasPrefix("phot.") } ?? false
            return [
                .text(table.fullName), .text(name(field.name)), .text(field.kind.datatype),
                field.kind == .text ? .text("*") : .null, text(field.xtype), .null, text(field.description), .null,
                text(field.unit), text(field.ucd), .integer(column.isIndexed ? 1 : 0), .integer(isPrincipal ? 1 : 0),
                .integer(table.schema == TableAccess.ownSchema ? 1 : 0), .integer(Int64(number)),
            ]
        }
    }

    /// A column's name as queries write it.
    static func name(_ name: String) -> String {
        let isPlain =
            name.wholeMatch(of: /[A-Za-z][A-Za-z0-9_]*/) != nil && !ADQLWords.reserved.contains(name.uppercased())
        return isPlain ? name : "\"\(name.replacing("\"", with: "\"\""))\""
    }

    // MARK: - Keys

    struct Key {
        let id, from, target, fromColumn, targetColumn, meaning: String
    }

    /// Fits and passes refer to their alerts, and these tables to one another.
    static func keys(_ all: [Described]) -> [Key] {
        all.flatMap { table -> [Key] in
            guard let survey = table.name.split(separator: "_").first,
                ["\(survey)_salt2", "\(survey)_salt2_newest", "\(survey)_passes"].contains(table.name),
                let alerts = all.first(where: { $0.name == "\(survey)_alerts" }),
                let id = alerts.columns.first?.field.name
            else { return [] }
            return [
                Key(
                    id: "\(table.name)_alert", from: table.fullName, target: alerts.fullName, fromColumn: "candid",
                    targetColumn: id, meaning: "The alert that the row is of")
            ]
        } + ownKeys
    }

    private static let ownKeys: [Key] = [
        ("tables", "schema_name", "schemas", "schema_name"), ("columns", "table_name", "tables", "table_name"),
        ("keys", "from_table", "tables", "table_name"), ("keys", "target_table", "tables", "table_name"),
        ("key_columns", "key_id", "keys", "key_id"),
    ].map { from, column, target, targetColumn in
        Key(
            id: "\(from)_\(column)", from: "\(TableAccess.ownSchema).\(from)",
            target: "\(TableAccess.ownSchema).\(target)", fromColumn: column, targetColumn: targetColumn,
            meaning: "The \(target) that the row is of")
    }

    // MARK: - Rows

    /// The data's tables, and these.
    static func described(_ data: [DescribedTable]) -> [Described] {
        data.map { table in
            Described(
                schema: TableAccess.schema, name: table.name, description: table.description ?? "",
                isView: table.isView,
                columns: table.columns.compactMap { column in
                    TableAccess.field(column).map { ($0, column.isIndexed) }
                })
        }
            + tables.map { part in
                Described(
                    schema: TableAccess.ownSchema, name: part.table.name, description: part.description, isView: false,
                    columns: part.table.fields.map { ($0, false) })
            }
    }

    /// Makes the tables, which the connection alone has, beside those of the folders' databases.
    static func add(to database: Database, _ data: [DescribedTable]) throws(SQLiteError) {
        let all = described(data)
        for part in tables {
            let columns = part.table.fields.map { field in
                "\(sqlName(field.name)) \(field.kind == .text ? "TEXT" : "INTEGER")"
            }
            try database.execute("CREATE TABLE \(part.table.sql) (\(columns.joined(separator: ", ")))")
            let marks = part.table.fields.map { _ in "?" }.joined(separator: ", ")
            let insert = try database.prepare("INSERT INTO \(part.table.sql) VALUES (\(marks))")
            try database.execute("BEGIN")
            for row in part.rows(all) {
                for (index, cell) in row.enumerated() {
                    switch cell {
                    case .null: insert.bindNull(index)
                    case .integer(let number): insert.bind(index, number)
                    case .real(let number): insert.bind(index, number)
                    case .text(let text): insert.bind(index, text)
                    }
                }
                try insert.run()
            }
            try database.execute("COMMIT")
        }
    }
}
