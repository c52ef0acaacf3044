package import Alerts
package import DataLayout
internal import SQLite

/// A table of data folders, with what it and its columns mean.
package struct DescribedTable: Sendable {
    /// A column.
    package struct Column: Sendable, Hashable {
        /// What its values are.
        package enum Kind: String, Sendable { case integer, real, text, blob }

        /// The name.
        package let name: String
        /// What its values are.
        package let kind: Kind
        /// The unit, as VOUnits writes it; `nil` for none.
        package let unit: String?
        /// What kind of quantity it is; `nil` where that is not known.
        package let ucd: String?
        /// What it means; `nil` where that is not known.
        package let description: String?
        /// Whether an index or the key begins with it.
        package let isIndexed: Bool
    }

    /// The name.
    package let name: String
    /// What it has; `nil` for an internal one.
    package let description: String?
    /// Whether it is a view.
    package let isView: Bool
    /// The columns of all folders' tables of the name.
    package let columns: [Column]
    /// The survey whose alerts it has, with their positions; `nil` for another table.
    package let survey: Survey?
}

extension DataReader {
    /// The tables of all folders, as ``FolderQuery`` reads them.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func tables() throws(BrokerError) -> [DescribedTable] {
        var (order, found): ([String], [String: (isView: Bool, columns: [DescribedTable.Column])]) = ([], [:])
        do {
            for folder in folders {
                let list = try folder.database.prepare(
                    "SELECT name, type FROM sqlite_schema WHERE \(FolderViews.isTable) ORDER BY rowid")
                while try list.step() {
                    let (name, isView) = (list.text(0) ?? "", list.text(1) == "view")
                    if found[name] == nil { order.append(name) }
                    var entry = found[name] ?? (isView, [])
                    for column in try Self.columns(of: name, in: folder.database)
                    where !entry.columns.contains(where: { $0.name == column.name }) {
                        entry.columns.append(column)
                    }
                    found[name] = entry
                }
            }
        } catch { throw BrokerError(error) }
        return order.map { name in
            DescribedTable(
                name: name, description: TableMeanings.table(name), isView: found[name]?.isView ?? false,
                columns: found[name]?.columns ?? [], survey: Survey.all.first { $0.tables.alerts == name })
        }
    }

    /// Numbers that change whenever a folder's tables do, folder by folder.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func schemaVersions() throws(BrokerError) -> [Int64] {
        var versions: [Int64] = []
        do {
            for folder in folders { versions.append(try folder.database.integer("PRAGMA schema_version") ?? 0) }
        } catch { throw BrokerError(error) }
        return versions
    }

    private static func columns(
        of table: String, in database: Database
    ) throws(SQLiteError) -> [DescribedTable.Column] {
        var indexed: Set<String> = []
        let indices = try database.prepare(
            """
            SELECT ii.name FROM pragma_index_list(?1) AS il, pragma_index_info(il.name) AS ii WHERE ii.seqno = 0
            UNION SELECT name FROM pragma_table_info(?1) WHERE pk = 1
            """)
        indices.bind(0, table)
        while try indices.step() { if let name = indices.text(0) { indexed.insert(name) } }
        var columns: [DescribedTable.Column] = []
        let query = try database.prepare("SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden <> 1")
        query.bind(0, table)
        while try query.step() {
            let name = query.text(0) ?? ""
            let meaning = TableMeanings.column(name, of: table)
            // SQLite's rules of affinity; a view's computed column has no type, and those here are numbers.
            let kind: DescribedTable.Column.Kind =
                switch query.text(1)?.uppercased() ?? "" {
                case let type where type.contains("INT"): .integer
                case let type where type.contains("CHAR") || type.contains("TEXT"): .text
                case let type where type.contains("BLOB"): .blob
                default: .real
                }
            columns.append(
                .init(
                    name: name, kind: kind, unit: meaning?.unit, ucd: meaning?.ucd, description: meaning?.description,
                    isIndexed: indexed.contains(name)))
        }
        return columns
    }
}
