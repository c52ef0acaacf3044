internal import VOTables

extension SQLWriter {
    /// What stands in FROM; the scope gets to know it.
    mutating func source(_ source: ADQLSource, in scope: Scope) throws(ADQLError) -> String {
        switch source {
        case .table(let parts, let alias): return try table(parts, alias, in: scope)
        case .query(let tree, let name):
            let (sql, columns) = try query(tree, outer: nil)
            let alias = self.alias()
            try add(ResolvedSource(name: name, schema: nil, alias: alias, columns: Self.of(alias, columns)), to: scope)
            return "(\(sql)) AS \(alias)"
        case .join(let kind, let left, let right, let match, let place):
            return try join(kind, left, right, match, place, in: scope)
        }
    }

    private static func of(_ alias: String, _ columns: [ResolvedColumn]) -> [ResolvedColumn] {
        columns.map { column in
            var column = column
            column.sql = "\(alias).\(quoted(column.field.name))"
            return column
        }
    }

    private func add(_ source: ResolvedSource, to scope: Scope) throws(ADQLError) {
        if let other = scope.sources.first(where: { $0.name.matches(source.name.text) && $0.schema == source.schema }) {
            throw ADQLError(
                source.name.place, "'\(other.name.text)' is there twice; give one of them another name with AS")
        }
        scope.all += source.columns.map { (scope.sources.count, $0) }
        scope.sources.append(source)
    }

    private mutating func table(
        _ parts: [ADQLName], _ name: ADQLName?, in scope: Scope
    ) throws(ADQLError) -> String {
        let own = parts[parts.count - 1]
        let alias = self.alias()
        if parts.count == 1, let query = named.last(where: { own.matches($0.name.text) }) {
            try add(
                ResolvedSource(
                    name: name ?? own, schema: nil, alias: alias, columns: Self.of(alias, query.columns)), to: scope)
            return "\(query.alias) AS \(alias)"
        }
        let found = tables.filter { table in
            own.matches(table.name) && (parts.count == 1 || parts[parts.count - 2].matches(table.schema))
        }
        guard let table = found.first else {
            let near = tables.filter { $0.name.lowercased().contains(own.text.lowercased()) }.prefix(5)
            let hint =
                near.isEmpty
                ? "TAP_SCHEMA.tables has the names" : "there is " + near.map(\.name).joined(separator: ", ")
            throw ADQLError(parts[0].place, "there is no table '\(parts.map(\.text).joined(separator: "."))'; \(hint)")
        }
        used.insert("\(table.schema).\(table.name)".lowercased())
        let columns = table.fields.map { field in
            ResolvedColumn(
                sql: "\(alias).\(Self.quoted(field.name))", field: field,
                origin: .init(schema: table.schema, table: table.name, column: field.name))
        }
        let shown = name ?? ADQLName(text: table.name, isDelimited: false, place: own.place)
        try add(
            ResolvedSource(
                name: shown, schema: name == nil ? table.schema : nil, alias: alias, columns: columns, sky: table.sky),
            to: scope)
        return "\(table.sql) AS \(alias)"
    }

    // MARK: - Joins

    private mutating func join(
        _ kind: String, _ left: ADQLSource, _ right: ADQLSource, _ match: ADQLSource.Match, _ place: ADQLError.Place,
        in scope: Scope
    ) throws(ADQLError) -> String {
        let first = scope.sources.count
        let firstOfAll = scope.all.count
        let leftSQL = try source(left, in: scope)
        let middleOfAll = scope.all.count
        let rightSQL = try source(right, in: scope)
        let word = kind == "INNER" || kind == "CROSS" ? "\(kind) JOIN" : "\(kind) OUTER JOIN"
        // A join on the right is one in parentheses.
        let rightPart = if case .join = right { "(\(rightSQL))" } else { rightSQL }
        let sql = "\(leftSQL) \(word) \(rightPart)"
        var names: [ADQLName]
        switch match {
        case .none: return sql
        case .on(let condition):
            // ON sees the two sides alone, which are the newest in the scope.
            let inner = Scope(outer: scope.outer)
            inner.sources = Array(scope.sources[first...])
            inner.merged = scope.merged
            return "\(sql) ON \(try self.condition(condition, in: inner))"
        case .using(let given): names = given
        case .natural:
            let rights = scope.all[middleOfAll...].map { $0.column.field.name.lowercased() }
            names = scope.all[firstOfAll..<middleOfAll].map(\.column.field.name)
                .filter { rights.contains($0.lowercased()) }
                .map { ADQLName(text: $0, isDelimited: true, place: place) }
            guard !names.isEmpty else { throw ADQLError(place, "NATURAL JOIN of tables without a column in common") }
        }
        var terms: [String] = []
        var shared: [(source: Int?, column: ResolvedColumn)] = []
        for name in names {
            let one = try column(name, of: scope.all[firstOfAll..<middleOfAll], "left")
            let other = try column(name, of: scope.all[middleOfAll...], "right")
            terms.append("\(one.sql) = \(other.sql)")
            var joined = kind == "RIGHT" ? other : one
            if kind == "FULL" { (joined.sql, joined.origin) = ("coalesce(\(one.sql), \(other.sql))", nil) }
            shared.append((nil, joined))
            scope.merged.removeAll { name.matches($0.field.name) }
            scope.merged.append(joined)
        }
        let rest = scope.all[firstOfAll...].filter { entry in !names.contains { $0.matches(entry.column.field.name) } }
        scope.all.replaceSubrange(firstOfAll..., with: shared + rest)
        return "\(sql) ON \(Self.balanced(terms, "AND"))"
    }

    private func column(
        _ name: ADQLName, of columns: ArraySlice<(source: Int?, column: ResolvedColumn)>, _ side: String
    ) throws(ADQLError) -> ResolvedColumn {
        let found = columns.filter { name.matches($0.column.field.name) }
        guard let column = found.first?.column, found.count == 1 else {
            throw ADQLError(
                name.place,
                "the \(side) side of the join has \(found.isEmpty ? "no" : "several") columns '\(name.text)'")
        }
        return column
    }
}
