package import ADQL
internal import Alerts
package import DataLayout
internal import SQLite
internal import Sky
package import VOTables

/// The tables as the Virtual Observatory names them: those with a meaning in the schema `nightjar`, and `TAP_SCHEMA`.
///
/// Source: TAP 1.1 (Dowler et al. 2019), section 4.
package struct TableAccess: Sendable {
    /// The schema of the data's own tables.
    package static let schema = "nightjar"
    /// The schema of the tables that describe tables.
    package static let ownSchema = "TAP_SCHEMA"

    /// The data's tables.
    package let data: [DescribedTable]
    /// All tables that queries may name.
    package let tables: [ADQLTable]

    /// The tables of folders.
    ///
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package init(_ reader: DataReader) throws(BrokerError) {
        data = try reader.tables().filter { $0.description != nil }
        tables =
            data.map { table in
                ADQLTable(
                    schema: Self.schema, name: table.name, sql: sqlName(table.name),
                    fields: table.columns.compactMap(Self.field), sky: Self.sky(table))
            } + TapSchema.tables.map { $0.table }
    }

    static func field(_ column: DescribedTable.Column) -> TableField? {
        let kind: TableField.Kind
        switch column.kind {
        case .integer: kind = .integer
        case .real: kind = .real
        case .text: kind = .text
        case .blob: return nil
        }
        return TableField(column.name, kind, unit: column.unit, ucd: column.ucd, column.description)
    }

    private static func sky(_ table: DescribedTable) -> ADQLTable.SkyIndex? {
        guard let (ra, dec) = table.survey?.tables.positionColumns else { return nil }
        return ADQLTable.SkyIndex(ra: ra, dec: dec) { raColumn, decColumn, ra, dec, radius in
            ConeSearch.condition(raColumn: raColumn, decColumn: decColumn, ra: ra, dec: dec, radius: radius)
        } near: { decColumn, dec, radius in
            ConeSearch.condition(decColumn: decColumn, dec: dec, radius: radius)
        }
    }

    // MARK: - As services describe them

    /// A schema.
    package struct Schema: Sendable {
        /// Its name, and what it has.
        package let name, description: String
        /// Its tables.
        package let tables: [Table]
    }

    /// A table.
    package struct Table: Sendable {
        /// Its name as queries write it, and what it has.
        package let name, description: String
        /// Whether it is a view.
        package let isView: Bool
        /// Its columns.
        package let columns: [Column]
        /// Which columns refer to other tables'.
        package let keys: [(table: String, from: String, target: String)]
    }

    /// A column.
    package struct Column: Sendable {
        /// Its name as queries write it.
        package let name: String
        /// What it means.
        package let field: TableField
        /// Whether an index begins with it, and whether a standard names it.
        package let isIndexed, isStandard: Bool
    }

    /// The schemas, as TAP_SCHEMA has them too.
    package var schemas: [Schema] {
        let all = TapSchema.described(data)
        let names = [(Self.schema, TapSchema.meaning), (Self.ownSchema, TapSchema.ownMeaning)]
        return names.map { name, meaning in
            let tables = all.filter { $0.schema == name }.map { table in
                Table(
                    name: table.fullName, description: table.description, isView: table.isView,
                    columns: table.columns.map { field, isIndexed in
                        Column(
                            name: TapSchema.name(field.name), field: field, isIndexed: isIndexed,
                            isStandard: name == Self.ownSchema)
                    },
                    keys: TapSchema.keys(all).filter { $0.from == table.fullName }
                        .map { ($0.target, $0.fromColumn, $0.targetColumn) })
            }
            return Schema(name: name, description: meaning, tables: tables)
        }
    }

    /// The rows of a query.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - folders: The folders' paths.
    ///   - deadline: When it is ended.
    /// - Returns: The rows, to be read one by one.
    /// - Throws: ``DataLayout/BrokerError`` where SQLite refuses it or a folder cannot be opened.
    package func rows(
        of query: ADQLQuery, folders: [String], until deadline: ContinuousClock.Instant
    ) throws(BrokerError) -> FolderQuery {
        let isOfSchema = query.tables.contains { $0.hasPrefix(Self.ownSchema.lowercased() + ".") }
        return try FolderQuery(query.sql, folders: folders, until: deadline) { (database) throws(SQLiteError) in
            try ADQLFunctions.add(to: database)
            if isOfSchema { try TapSchema.add(to: database, data) }
        }
    }
}
