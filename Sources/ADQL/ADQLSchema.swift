package import VOTables

/// A table that queries may name.
package struct ADQLTable: Sendable {
    /// How rows near a place are found fast: by SQL that is true for all of them, and that an index serves.
    package struct SkyIndex: Sendable {
        /// The columns of the position, ICRS degrees.
        package let ra, dec: String
        /// The SQL for a place and a radius in degrees, of the SQL of the two columns; `nil` where it is no help.
        package let around:
            @Sendable (_ raColumn: String, _ decColumn: String, _ ra: Double, _ dec: Double, _ radius: Double) ->
                String?
        /// The SQL for places that are values of SQL themselves.
        package let near: @Sendable (_ decColumn: String, _ dec: String, _ radius: String) -> String

        /// An index.
        package init(
            ra: String, dec: String,
            around: @escaping @Sendable (String, String, Double, Double, Double) -> String?,
            near: @escaping @Sendable (String, String, String) -> String
        ) { (self.ra, self.dec, self.around, self.near) = (ra, dec, around, near) }
    }

    /// The schema's name; queries may leave it away where they name no schema.
    package let schema: String
    /// The name without the schema's.
    package let name: String
    /// What stands in SQLite's FROM.
    package let sql: String
    /// The columns in their order.
    package let fields: [TableField]
    /// How its rows are found in the sky; `nil` where they are not.
    package let sky: SkyIndex?

    /// A table.
    package init(schema: String, name: String, sql: String, fields: [TableField], sky: SkyIndex? = nil) {
        (self.schema, self.name, self.sql) = (schema, name, sql)
        (self.fields, self.sky) = (fields, sky)
    }
}

/// The functions that SQLite lacks, or means otherwise than ADQL; who runs the SQL registers them.
package enum ADQLFunction: String, CaseIterable, Sendable {
    /// Degrees between two places: ra, dec, ra, dec.
    case distance = "adql_distance"
    /// Whether a place is in a polygon: ra, dec, and those of the corners.
    case inPolygon = "adql_in_polygon"
    /// A number with so many decimals; fewer than 0 are zeros before the dot.
    case round = "adql_round"
    /// The same toward 0.
    case truncate = "adql_truncate"
}

/// A query as SQLite runs it.
package struct ADQLQuery: Sendable {
    /// A column of a table.
    package struct Origin: Hashable, Sendable {
        /// The table's schema, name, and the column's.
        package let schema, table, column: String
    }

    /// SQLite's SQL.
    package let sql: String
    /// The columns of the result, with names that differ.
    package let fields: [TableField]
    /// For each of them the column that it is, unchanged.
    package let origins: [Origin?]
    /// The tables that it reads, as `schema.name` in lower case.
    package let tables: Set<String>

    /// Translates a query.
    ///
    /// - Parameters:
    ///   - text: ADQL 2.1.
    ///   - tables: The tables that it may name.
    ///   - limit: More rows are not read.
    /// - Throws: ``ADQLError`` with the place of what is wrong.
    package init(_ text: String, tables: [ADQLTable], limit: Int) throws(ADQLError) {
        let tree = try ADQLParser.query(text)
        var writer = SQLWriter(tables: tables)
        let (sql, columns) = try writer.query(tree, outer: nil, limit: limit)
        self.sql = sql
        fields = TableField.unique(columns.map(\.field))
        origins = columns.map(\.origin)
        self.tables = writer.used
    }
}
