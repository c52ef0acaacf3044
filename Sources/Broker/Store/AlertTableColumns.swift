internal import Alerts
internal import Avro
internal import SQLite
internal import Pipeline

/// Which field of a packet has which column of a survey's alert table; the columns grow with the schemas that are met.
struct AlertTableColumns {
    /// Columns that Nightjar adds to each alert.
    let own: [String]
    /// One that it adds where the survey has two kinds of object.
    static let object = "objectId"
    /// Values of fields beyond stay in the archive. SQLite takes 2,000, but adding a column costs it a look at all there are:
    /// 2,000 new ones take four seconds.
    private static let most = 1_000
    /// What SQLite itself calls a row's number.
    private static let rowNumber = ["rowid", "_rowid_", "oid"]

    /// Names of the columns that are made with the table, by their fields' paths.
    private let first: [String: String]
    private let taken: ColumnNames
    /// The table's columns, in small letters.
    private var names: Set<String> = []

    init(_ tables: SurveyTables, stages: StageList) {
        own = ["night"] + stages.columns.map(\.name)
        first = Dictionary(tables.firstColumns.map { ($0.path, $0.name) }) { first, _ in first }
        taken = ColumnNames(
            taken: own + Self.rowNumber + [tables.idColumn, Self.object] + tables.firstColumns.map(\.name))
    }

    /// The column of each field of a schema that has one, in the schema's order; the table may still lack it.
    func places(of schema: AlertSchema) -> [(field: Int, name: String)] {
        var free = taken
        var room = Self.most - names.count
        var places: [(field: Int, name: String)] = []
        for (field, column) in schema.columns.enumerated() {
            guard let name = first[column.path] ?? free.name(for: column.name) else { continue }
            if !names.contains(name.lowercased()) {
                guard room > 0 else { continue }
                room -= 1
            }
            places.append((field, name))
        }
        return places
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
