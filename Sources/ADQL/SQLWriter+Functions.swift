internal import VOTables

extension SQLWriter {
    /// Functions of numbers by what SQLite calls them; all give a number.
    private static let mathematical: [String: (sql: String, arguments: Int)] = [
        "ACOS": ("acos", 1), "ASIN": ("asin", 1), "ATAN": ("atan", 1), "ATAN2": ("atan2", 2), "COS": ("cos", 1),
        "SIN": ("sin", 1), "TAN": ("tan", 1), "DEGREES": ("degrees", 1), "RADIANS": ("radians", 1),
        "EXP": ("exp", 1), "LOG": ("ln", 1), "LOG10": ("log10", 1), "SQRT": ("sqrt", 1), "POWER": ("pow", 2),
        "CEILING": ("ceil", 1), "FLOOR": ("floor", 1),
    ]

    /// A function's call.
    ///
    /// Source: ADQL 2.1, sections 2.2.2 to 2.2.7 and 4.
    mutating func function(
        _ name: String, _ arguments: [ADQLExpression], _ place: ADQLError.Place, in scope: Scope
    ) throws(ADQLError) -> ResolvedColumn {
        if let value = try geometryValue(name, arguments, place, in: scope) { return value }
        var values: [ResolvedColumn] = []
        for argument in arguments { values.append(try value(argument, in: scope)) }
        let list = values.map(\.sql).joined(separator: ", ")
        func check(_ counts: ClosedRange<Int>) throws(ADQLError) {
            guard counts.contains(values.count) else {
                let wanted =
                    counts.count == 1 ? "\(counts.lowerBound)" : "\(counts.lowerBound) to \(counts.upperBound)"
                throw ADQLError(place, "\(name) takes \(wanted) arguments, and has \(values.count)")
            }
        }
        func column(_ sql: String, _ kind: TableField.Kind) -> ResolvedColumn {
            ResolvedColumn(sql: sql, field: TableField(name.lowercased(), kind))
        }
        if let function = Self.mathematical[name] {
            try check(function.arguments...function.arguments)
            return column("\(function.sql)(\(list))", .real)
        }
        switch name {
        case "ABS":
            try check(1...1)
            return column("abs(\(list))", values[0].field.kind == .integer ? .integer : .real)
        case "COT":
            try check(1...1)
            return column("(1.0 / tan(\(list)))", .real)
        case "PI":
            try check(0...0)
            return column("pi()", .real)
        case "MOD":
            try check(2...2)
            let isWhole = values.allSatisfy { $0.field.kind == .integer || $0.field.kind == .short }
            return isWhole
                ? column("(\(values[0].sql) % \(values[1].sql))", .integer) : column("mod(\(list))", .real)
        case "ROUND", "TRUNCATE":
            try check(1...2)
            let function = name == "ROUND" ? ADQLFunction.round : .truncate
            return column("\(function.rawValue)(\(list)\(values.count == 1 ? ", 0" : ""))", .real)
        case "RAND":
            // A seed may be given; what follows from it is the service's affair.
            try check(0...1)
            return column("((random() + 9223372036854775808.0) / 18446744073709551616.0)", .real)
        case "LOWER", "UPPER":
            try check(1...1)
            return column("\(name.lowercased())(\(list))", .text)
        case "COALESCE":
            try check(1...30)
            guard values.count > 1 else { return values[0] }
            let kinds = values.map(\.field.kind)
            return column("coalesce(\(list))", kinds.dropFirst().reduce(kinds[0]) { Self.common($0, $1) })
        case "IN_UNIT":
            throw ADQLError(place, "IN_UNIT is not known here; write the factor")
        default:
            throw ADQLError(place, "there is no function '\(name)' here; docs/vo.md lists them")
        }
    }
}
