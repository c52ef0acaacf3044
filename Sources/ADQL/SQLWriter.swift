internal import VOTables

/// Writes a tree as SQLite's SQL, and finds out what each column of the result is.
struct SQLWriter {
    let tables: [ADQLTable]
    /// Tables that were named.
    var used: Set<String> = []
    /// Queries that WITH has named, the innermost last.
    var named: [(name: ADQLName, alias: String, columns: [ResolvedColumn])] = []
    private var aliases = 0

    init(tables: [ADQLTable]) { self.tables = tables }

    mutating func alias() -> String {
        aliases += 1
        return "t\(aliases)"
    }

    /// A name in double quotes.
    static func quoted(_ name: String) -> String { "\"" + name.replacing("\"", with: "\"\"") + "\"" }

    // MARK: - Queries

    /// A query; its columns can be named by their names in double quotes.
    mutating func query(
        _ tree: ADQLQueryTree, outer: Scope?, limit: Int? = nil
    ) throws(ADQLError) -> (sql: String, columns: [ResolvedColumn]) {
        let before = named.count
        var with: [String] = []
        for part in tree.named {
            var (sql, columns) = try query(part.query, outer: nil)
            if !part.columns.isEmpty {
                guard part.columns.count == columns.count else {
                    throw ADQLError(
                        part.name.place,
                        "'\(part.name.text)' has \(columns.count) columns, and \(part.columns.count) names")
                }
                for (index, name) in part.columns.enumerated() { columns[index].field.name = name.text }
            }
            let alias = alias()
            let names = columns.map { Self.quoted($0.field.name) }.joined(separator: ", ")
            with.append("\(alias) (\(names)) AS (\(sql))")
            named.append((part.name, alias, columns))
        }
        defer { named.removeLast(named.count - before) }
        var (sql, columns) = try body(tree, outer: outer, limit: limit)
        if !with.isEmpty { sql = "WITH \(with.joined(separator: ", ")) \(sql)" }
        for index in columns.indices { columns[index].sql = Self.quoted(columns[index].field.name) }
        return (sql, columns)
    }

    private mutating func body(
        _ tree: ADQLQueryTree, outer: Scope?, limit: Int?
    ) throws(ADQLError) -> (String, [ResolvedColumn]) {
        switch tree.body {
        case .select(let select): return try self.select(select, tree, outer: outer, limit: limit)
        case .set(let operation, let left, let right):
            let (leftSQL, leftColumns) = try query(left, outer: outer)
            let (rightSQL, rightColumns) = try query(right, outer: outer)
            guard leftColumns.count == rightColumns.count else {
                let place = Self.place(right)
                throw ADQLError(
                    place,
                    "the two sides of \(operation) have \(leftColumns.count) and \(rightColumns.count) columns; they need as many"
                )
            }
            var columns = leftColumns
            for (index, other) in rightColumns.enumerated() {
                let kinds = (columns[index].field.kind, other.field.kind)
                if columns[index].origin != other.origin { columns[index].origin = nil }
                if kinds.0 != kinds.1 { columns[index].field.kind = Self.common(kinds.0, kinds.1) }
            }
            var sql = "SELECT * FROM (\(leftSQL)) \(operation) SELECT * FROM (\(rightSQL))"
            sql += try order(tree, items: columns, scope: nil)
            sql += Self.limit(limit, nil, tree.offset)
            return (sql, columns)
        }
    }

    static func place(_ tree: ADQLQueryTree) -> ADQLError.Place {
        switch tree.body {
        case .select(let select): select.place
        case .set(_, let left, _): place(left)
        }
    }

    /// A kind that takes the values of two.
    static func common(_ one: TableField.Kind, _ other: TableField.Kind) -> TableField.Kind {
        if one == other { return one }
        if one == .text || other == .text { return .text }
        return one == .real || other == .real ? .real : .integer
    }

    private static func limit(_ limit: Int?, _ top: Int?, _ offset: Int?) -> String {
        let rows = [limit, top].compactMap { $0 }.min()
        guard rows != nil || offset != nil else { return "" }
        return " LIMIT \(rows ?? -1)" + (offset.map { " OFFSET \($0)" } ?? "")
    }

    private mutating func select(
        _ select: ADQLSelect, _ tree: ADQLQueryTree, outer: Scope?, limit: Int?
    ) throws(ADQLError) -> (String, [ResolvedColumn]) {
        let scope = Scope(outer: outer)
        var from: [String] = []
        for source in select.from {
            let sql = try self.source(source, in: scope)
            // A comma binds less than a join. SQLite loses the name of a single table in parentheses.
            if case .join = source, select.from.count > 1 { from.append("(\(sql))") } else { from.append(sql) }
        }
        let items = try self.items(select, in: scope)
        var sql = "SELECT \(select.isDistinct ? "DISTINCT " : "")"
        // Names that differ: who names a column of this query by its name gets one.
        let fields = TableField.unique(items.map(\.field))
        sql += zip(items, fields).map { "\($0.sql) AS \(Self.quoted($1.name))" }.joined(separator: ", ")
        sql += " FROM " + from.joined(separator: " CROSS JOIN ")
        if let condition = select.condition { sql += " WHERE " + (try self.condition(condition, in: scope)) }
        var groups: [String] = []
        for group in select.groups { groups.append(try ordinal(group, items: items, scope: scope, isOrder: false)) }
        if !groups.isEmpty { sql += " GROUP BY " + groups.joined(separator: ", ") }
        if let having = select.having {
            let written = try self.condition(having, in: scope)
            sql += (groups.isEmpty ? " GROUP BY NULL" : "") + " HAVING " + written
        }
        sql += try order(tree, items: items, scope: scope)
        sql += Self.limit(limit, select.top, tree.offset)
        var columns = items
        for index in columns.indices { columns[index].field = fields[index] }
        return (sql, columns)
    }

    private mutating func items(_ select: ADQLSelect, in scope: Scope) throws(ADQLError) -> [ResolvedColumn] {
        var columns: [ResolvedColumn] = []
        for item in select.items {
            switch item {
            case .all(let parts, let place):
                let wanted = scope.all.filter { entry in
                    parts.isEmpty || entry.source.map { Scope.names(scope.sources[$0], parts) } == true
                }
                let own = parts.isEmpty ? [] : scope.sources.filter { Scope.names($0, parts) }
                guard parts.isEmpty || !own.isEmpty else {
                    throw ADQLError(place, "there is no table '\(parts.map(\.text).joined(separator: "."))' in FROM")
                }
                columns += parts.isEmpty ? wanted.map(\.column) : own.flatMap(\.columns)
            case .value(let expression, let name):
                var column = try value(expression, in: scope)
                if let name {
                    column.field.name = name.text
                }
                columns.append(column)
            }
            guard columns.count <= 2_000 else { throw ADQLError(select.place, "it has more than 2000 columns") }
        }
        return columns
    }

    private mutating func order(
        _ tree: ADQLQueryTree, items: [ResolvedColumn], scope: Scope?
    ) throws(ADQLError) -> String {
        var terms: [String] = []
        for (expression, isDescending) in tree.order {
            let term = try ordinal(expression, items: items, scope: scope, isOrder: true)
            terms.append(term + (isDescending ? " DESC" : ""))
        }
        return terms.isEmpty ? "" : " ORDER BY " + terms.joined(separator: ", ")
    }

    /// A term of ORDER BY or GROUP BY: a column of the result by its name or number, or a value.
    private mutating func ordinal(
        _ expression: ADQLExpression, items: [ResolvedColumn], scope: Scope?, isOrder: Bool
    ) throws(ADQLError) -> String {
        if isOrder, case .whole(let text) = expression.form {
            guard let number = Int(text), (1...items.count).contains(number) else {
                throw ADQLError(expression.place, "there is no column \(text) of \(items.count)")
            }
            return "\(number)"
        }
        if case .column(let parts) = expression.form, parts.count == 1 {
            let index = items.firstIndex { parts[0].matches($0.field.name) }
            // GROUP BY means a table's column first, ORDER BY one of the result.
            let isOfTable = isOrder ? false : try scope?.find(parts) != nil
            if let index, !isOfTable { return "\(index + 1)" }
        }
        guard let scope else {
            throw ADQLError(expression.place, "behind UNION and its like rows are sorted by a column's name or number")
        }
        return try value(expression, in: scope).sql
    }
}
