internal import Alerts
internal import Avro
internal import SQLite
internal import Pipeline

/// Assigns the fields of packets to columns of a survey's alert table; new schemas add columns.
struct AlertTableColumns {
    /// Columns that Nightjar adds to each alert.
    let own: [String]
    /// The column that it adds where the survey has two kinds of object.
    static let object = "objectId"
    /// Columns at most; only the archive has the values of more fields. SQLite allows 2,000, but the time to add a column grows
    /// with their number: 2,000 new ones take four seconds.
    private static let most = 1_000
    /// SQLite's own names of a row's number.
    private static let rowNumber = ["rowid", "_rowid_", "oid"]

    /// Names of the columns that are created with the table, by their fields' paths.
    private let first: [String: String]
    private let reserved: ColumnNames
    /// The table's columns, in lower case.
    private var names: Set<String> = []

    init(_ tables: SurveyTables, added: [ProductColumn]) {
        own = ["night"] + added.map(\.name)
        first = Dictionary(tables.firstColumns.map { ($0.path, $0.name) }) { first, _ in first }
        reserved = ColumnNames(
            reserving: own + Self.rowNumber + [tables.idColumn, Self.object] + tables.firstColumns.map(\.name)
                + (tables.dataKind == nil ? [] : [DataKind.column]))
    }

    /// The columns of a schema's fields, in the schema's order; the table may still lack some. A field beyond the bound has none.
    func assignments(of schema: AlertSchema) -> [(field: Int, name: String)] {
        var free = reserved
        var room = Self.most - names.count
        var assignments: [(field: Int, name: String)] = []
        for (field, column) in schema.columns.enumerated() {
            guard let name = first[column.path] ?? free.name(for: column.name) else { continue }
            if !names.contains(name.lowercased()) {
                guard room > 0 else { continue }
                room -= 1
            }
            assignments.append((field, name))
        }
        return assignments
    }

    /// Adds a column; `false` where the table has it.
    @discardableResult
    mutating func insert(_ name: String) -> Bool { names.insert(name.lowercased()).inserted }
}

extension AlertColumn {
    var definition: String { kind.definition(name) }
}

extension AlertColumn.Kind {
    /// A column of this kind as SQL defines it.
    func definition(_ name: String) -> String { "\(sqlName(name)) \(sqlType)" }

    private var sqlType: String {
        switch self {
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text, .json: "TEXT"
        case .blob: "BLOB"
        }
    }
}
