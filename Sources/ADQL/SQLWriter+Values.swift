internal import VOTables

extension SQLWriter {
    /// A condition's SQL.
    mutating func condition(_ expression: ADQLExpression, in scope: Scope) throws(ADQLError) -> String {
        switch expression.form {
        case .all(let parts): return try list(parts, "AND", in: scope)
        case .any(let parts): return try list(parts, "OR", in: scope)
        case .not(let inner): return "(NOT \(try condition(inner, in: scope)))"
        case .comparison(let sign, let left, let right): return try comparison(sign, left, right, in: scope)
        case .between(let middle, let low, let high):
            let (middle, low) = (try value(middle, in: scope).sql, try value(low, in: scope).sql)
            return "(\(middle) BETWEEN \(low) AND \(try value(high, in: scope).sql))"
        case .isIn(let left, let values):
            var list: [String] = []
            let left = try value(left, in: scope).sql
            for value in values { list.append(try self.value(value, in: scope).sql) }
            return "(\(left) IN (\(list.joined(separator: ", "))))"
        case .isInQuery(let left, let tree):
            let left = try value(left, in: scope).sql
            return "(\(left) IN (\(try single(tree, in: scope, expression.place).sql)))"
        case .like(let left, let pattern, let ignoringCase):
            let (left, pattern) = (try value(left, in: scope).sql, try value(pattern, in: scope).sql)
            return ignoringCase ? "(lower(\(left)) LIKE lower(\(pattern)))" : "(\(left) LIKE \(pattern))"
        case .isNull(let inner): return "(\(try value(inner, in: scope).sql) IS NULL)"
        case .exists(let tree): return "EXISTS (\(try query(tree, outer: scope).sql))"
        default:
            throw ADQLError(expression.place, "a condition is expected here, such as a comparison, and not a value")
        }
    }

    /// SQLite counts how deep expressions lie: a long list becomes a flat tree.
    private mutating func list(
        _ parts: [ADQLExpression], _ word: String, in scope: Scope
    ) throws(ADQLError) -> String {
        var written: [String] = []
        for part in parts { written.append(try condition(part, in: scope)) }
        return Self.balanced(written, word)
    }

    /// Conditions with a word between them, as a tree of least depth.
    static func balanced(_ parts: [String], _ word: String) -> String {
        var written = parts
        while written.count > 1 {
            written = stride(from: 0, to: written.count, by: 2).map { start in
                start + 1 < written.count ? "(\(written[start]) \(word) \(written[start + 1]))" : written[start]
            }
        }
        return written[0]
    }

    private mutating func comparison(
        _ sign: String, _ left: ADQLExpression, _ right: ADQLExpression, in scope: Scope
    ) throws(ADQLError) -> String {
        if let near = try nearness(sign, left, right, in: scope) { return near }
        let (one, other) = (try value(left, in: scope), try value(right, in: scope))
        return "(\(one.sql) \(sign) \(other.sql))"
    }

    /// A query that stands for a value.
    private mutating func single(
        _ tree: ADQLQueryTree, in scope: Scope, _ place: ADQLError.Place
    ) throws(ADQLError) -> (sql: String, column: ResolvedColumn) {
        let (sql, columns) = try query(tree, outer: scope)
        guard columns.count == 1 else {
            throw ADQLError(place, "the query within has \(columns.count) columns, and one is needed")
        }
        return (sql, columns[0])
    }

    // MARK: - Values

    /// A value's SQL, with what its column would be.
    mutating func value(_ expression: ADQLExpression, in scope: Scope) throws(ADQLError) -> ResolvedColumn {
        func column(_ sql: String, _ kind: TableField.Kind, _ name: String = "value") -> ResolvedColumn {
            ResolvedColumn(sql: sql, field: TableField(name, kind))
        }
        switch expression.form {
        case .null: return column("NULL", .text)
        case .whole(let text):
            guard Int64(text) != nil else { return column("\(text).0", .real) }
            return column(text, .integer)
        case .real(let text):
            // A dot at either end is ADQL's, and SQLite's too.
            guard let number = Double(text.hasSuffix(".") ? text + "0" : text), number.isFinite else {
                throw ADQLError(expression.place, "this number is too large")
            }
            return column("\(number)", .real)
        case .text(let text): return column("'" + text.replacing("'", with: "''") + "'", .text)
        case .column(let parts): return try self.column(parts, in: scope)
        case .negative(let inner):
            let inner = try value(inner, in: scope)
            return column("(- \(inner.sql))", inner.field.kind == .text ? .real : inner.field.kind)
        case .arithmetic(let sign, let left, let right):
            let (one, other) = (try value(left, in: scope), try value(right, in: scope))
            if sign == "||" { return column("(\(one.sql) || \(other.sql))", .text) }
            let kinds = [one.field.kind, other.field.kind]
            guard !kinds.contains(.text) || Self.isNull(left) || Self.isNull(right) else {
                throw ADQLError(expression.place, "'\(sign)' takes numbers, and one side of it is a text")
            }
            return column(
                "(\(one.sql) \(sign) \(other.sql))", kinds.contains(.real) || kinds.contains(.text) ? .real : .integer)
        case .function(let name, let arguments):
            return try function(name, arguments, expression.place, in: scope)
        case .aggregate(let name, let isDistinct, let argument):
            return try aggregate(name, isDistinct, argument, in: scope)
        case .cast(let inner, let type): return try cast(inner, type, expression.place, in: scope)
        case .choice(let operand, let branches, let otherwise):
            return try choice(operand, branches, otherwise, in: scope)
        case .query(let tree):
            let (sql, result) = try single(tree, in: scope, expression.place)
            return ResolvedColumn(sql: "(\(sql))", field: result.field)
        default:
            throw ADQLError(
                expression.place,
                "a value is expected here, and not a condition; CASE WHEN ... THEN 1 ELSE 0 END makes one of it")
        }
    }

    private static func isNull(_ expression: ADQLExpression) -> Bool {
        if case .null = expression.form { true } else { false }
    }

    func column(_ parts: [ADQLName], in scope: Scope) throws(ADQLError) -> ResolvedColumn {
        if let found = try scope.find(parts) { return found.column }
        let name = parts[parts.count - 1]
        let near = scope.likely(name.text)
        throw ADQLError(
            parts[0].place,
            "there is no column '\(parts.map(\.text).joined(separator: "."))'"
                + (near.isEmpty ? "; TAP_SCHEMA.columns has the names" : "; there is " + near.joined(separator: ", ")))
    }

    private mutating func aggregate(
        _ name: String, _ isDistinct: Bool, _ argument: ADQLExpression?, in scope: Scope
    ) throws(ADQLError) -> ResolvedColumn {
        guard let argument else {
            return ResolvedColumn(sql: "count(*)", field: TableField("count", .integer, ucd: "meta.number"))
        }
        let inner = try value(argument, in: scope)
        let sql = "\(name.lowercased())(\(isDistinct ? "DISTINCT " : "")\(inner.sql))"
        var field = TableField(name.lowercased(), inner.field.kind)
        switch name {
        case "COUNT": (field.kind, field.ucd) = (.integer, "meta.number")
        case "AVG": (field.kind, field.unit) = (.real, inner.field.unit)
        case "SUM":
            field.unit = inner.field.unit
            if field.kind != .real { field.kind = .integer }
        default: (field.unit, field.ucd) = (inner.field.unit, inner.field.ucd)
        }
        return ResolvedColumn(sql: sql, field: field)
    }

    private mutating func cast(
        _ inner: ADQLExpression, _ type: String, _ place: ADQLError.Place, in scope: Scope
    ) throws(ADQLError) -> ResolvedColumn {
        let sql = try value(inner, in: scope).sql
        switch type {
        case "SMALLINT", "INTEGER", "INT", "BIGINT":
            return ResolvedColumn(sql: "CAST(\(sql) AS INTEGER)", field: TableField("value", .integer))
        case "REAL", "DOUBLE", "FLOAT":
            return ResolvedColumn(sql: "CAST(\(sql) AS REAL)", field: TableField("value", .real))
        case "CHAR", "VARCHAR":
            return ResolvedColumn(sql: "CAST(\(sql) AS TEXT)", field: TableField("value", .text))
        default:
            throw ADQLError(
                place, "CAST knows SMALLINT, INTEGER, BIGINT, REAL, DOUBLE PRECISION, CHAR and VARCHAR, not \(type)")
        }
    }

    private mutating func choice(
        _ operand: ADQLExpression?, _ branches: [(when: ADQLExpression, then: ADQLExpression)],
        _ otherwise: ADQLExpression?, in scope: Scope
    ) throws(ADQLError) -> ResolvedColumn {
        var sql = "CASE"
        if let operand { sql += " " + (try value(operand, in: scope).sql) }
        var kind: TableField.Kind?
        func merge(_ new: TableField.Kind) { kind = kind.map { Self.common($0, new) } ?? new }
        for (when, then) in branches {
            let test = operand == nil ? try condition(when, in: scope) : try value(when, in: scope).sql
            let result = try value(then, in: scope)
            sql += " WHEN \(test) THEN \(result.sql)"
            if !Self.isNull(then) { merge(result.field.kind) }
        }
        if let otherwise {
            let result = try value(otherwise, in: scope)
            sql += " ELSE \(result.sql)"
            if !Self.isNull(otherwise) { merge(result.field.kind) }
        }
        return ResolvedColumn(sql: "\(sql) END", field: TableField("value", kind ?? .text))
    }
}
