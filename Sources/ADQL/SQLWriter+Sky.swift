extension SQLWriter {
    /// A comparison that says that a place is near another, with what the index needs beside it; `nil` for another comparison.
    mutating func nearness(
        _ sign: String, _ left: ADQLExpression, _ right: ADQLExpression, in scope: Scope
    ) throws(ADQLError) -> String? {
        if case .function(let name, let arguments) = left.form {
            if sign == "=", Self.constant(right) == 1, name == "CONTAINS" || name == "INTERSECTS", arguments.count == 2
            {
                return try containment(name, arguments, left.place, in: scope)
            }
            if sign == "<" || sign == "<=", name == "DISTANCE", arguments.count == 2 || arguments.count == 4 {
                let found = try distance(arguments, in: scope)
                let limit = Shape.Number(sql: try value(right, in: scope).sql, constant: Self.constant(right))
                let index = indexed(found.one, found.other, limit, in: scope)
                return "(\(index.map { "\($0) AND " } ?? "")\(found.sql) \(sign) \(limit.sql))"
            }
        }
        if case .function(let name, _) = right.form {
            let mirrored = ["=": "=", ">": "<", ">=": "<="]
            if let sign = mirrored[sign], ["CONTAINS", "INTERSECTS", "DISTANCE"].contains(name),
                Self.isOther(left, than: ["CONTAINS", "INTERSECTS", "DISTANCE"])
            {
                return try nearness(sign, right, left, in: scope)
            }
        }
        return nil
    }

    private static func isOther(_ expression: ADQLExpression, than names: Set<String>) -> Bool {
        if case .function(let name, _) = expression.form { !names.contains(name) } else { true }
    }

    private mutating func containment(
        _ name: String, _ arguments: [ADQLExpression], _ place: ADQLError.Place, in scope: Scope
    ) throws(ADQLError) -> String? {
        let (one, other) = (try needed(arguments[0], name, in: scope), try needed(arguments[1], name, in: scope))
        guard let sql = name == "CONTAINS" ? one.isIn(other) : one.meets(other) else { return nil }
        let shapes = name == "INTERSECTS" ? [(one, other), (other, one)] : [(one, other)]
        for (inner, outer) in shapes {
            if case .point(let ra, let dec) = inner, case .circle(let otherRA, let otherDec, let radius) = outer,
                let index = indexed((ra, dec), (otherRA, otherDec), radius, in: scope)
            {
                return "(\(index) AND \(sql))"
            }
        }
        return "(\(sql))"
    }

    /// SQL that an index serves, of a place that is a table's and another one.
    private func indexed(
        _ one: (Shape.Number, Shape.Number), _ other: (Shape.Number, Shape.Number), _ radius: Shape.Number,
        in scope: Scope
    ) -> String? {
        var near: String?
        for (own, center) in [(one, other), (other, one)] {
            for source in scope.sources {
                guard let sky = source.sky,
                    own.0.sql == "\(source.alias).\(Self.quoted(sky.ra))",
                    own.1.sql == "\(source.alias).\(Self.quoted(sky.dec))"
                else { continue }
                if let ra = center.0.constant, let dec = center.1.constant, let radius = radius.constant {
                    return sky.around(own.0.sql, own.1.sql, ra, dec, radius)
                }
                if near == nil { near = sky.near(own.1.sql, center.1.sql, radius.sql) }
            }
        }
        return near
    }
}
