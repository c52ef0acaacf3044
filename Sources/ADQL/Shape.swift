internal import VOTables

/// A place or a region of the sky, whose numbers are SQL. Degrees, ICRS.
enum Shape {
    /// A number of SQL, with its value where it has none of a row.
    struct Number {
        let sql: String
        let constant: Double?
    }

    case point(Number, Number)
    case circle(Number, Number, radius: Number)
    /// Its middle, width and height.
    case box(Number, Number, width: Number, height: Number)
    case polygon([(Number, Number)])

    var noun: String {
        switch self {
        case .point: "POINT"
        case .circle: "CIRCLE"
        case .box: "BOX"
        case .polygon: "POLYGON"
        }
    }

    /// Corners that a polygon may have: SQLite is told how many arguments functions have.
    static let corners = 3...15

    /// SQL of the distance between two places, degrees.
    static func distance(_ one: (Number, Number), _ other: (Number, Number)) -> String {
        "\(ADQLFunction.distance.rawValue)(\(one.0.sql), \(one.1.sql), \(other.0.sql), \(other.1.sql))"
    }

    /// SQL that is 1 where this lies in another shape; `nil` where that is not known.
    func isIn(_ other: Shape) -> String? {
        switch (self, other) {
        case (.point(let ra, let dec), .circle(let otherRA, let otherDec, let radius)):
            "(\(Self.distance((ra, dec), (otherRA, otherDec))) <= \(radius.sql))"
        case (.circle(let ra, let dec, let own), .circle(let otherRA, let otherDec, let radius)):
            "(\(Self.distance((ra, dec), (otherRA, otherDec))) + \(own.sql) <= \(radius.sql))"
        case (.point(let ra, let dec), .box(let otherRA, let otherDec, let width, let height)):
            """
            (abs(\(dec.sql) - \(otherDec.sql)) * 2 <= \(height.sql) AND \
            abs(mod(\(ra.sql) - \(otherRA.sql) + 540.0, 360.0) - 180.0) * 2 <= \(width.sql))
            """
        case (.point(let ra, let dec), .polygon(let corners)):
            "\(ADQLFunction.inPolygon.rawValue)(\(([(ra, dec)] + corners).map { "\($0.0.sql), \($0.1.sql)" }.joined(separator: ", ")))"
        case (.point(let ra, let dec), .point(let otherRA, let otherDec)):
            "(\(ra.sql) = \(otherRA.sql) AND \(dec.sql) = \(otherDec.sql))"
        default: nil
        }
    }

    /// SQL that is 1 where this and another shape have a place in common; `nil` where that is not known.
    func meets(_ other: Shape) -> String? {
        switch (self, other) {
        case (.circle(let ra, let dec, let own), .circle(let otherRA, let otherDec, let radius)):
            "(\(Self.distance((ra, dec), (otherRA, otherDec))) <= \(own.sql) + \(radius.sql))"
        case (.point, _): isIn(other)
        case (_, .point): other.isIn(self)
        default: nil
        }
    }

    /// SQL of its middle.
    var middle: (Number, Number)? {
        switch self {
        case .point(let ra, let dec), .circle(let ra, let dec, _), .box(let ra, let dec, _, _): (ra, dec)
        case .polygon: nil
        }
    }
}

extension SQLWriter {
    /// A shape; `nil` for what is none.
    private mutating func shape(_ expression: ADQLExpression, in scope: Scope) throws(ADQLError) -> Shape? {
        guard case .function(let name, var arguments) = expression.form else { return nil }
        let counts: ClosedRange<Int>
        switch name {
        case "POINT": counts = 2...2
        case "CIRCLE": counts = 2...3
        case "BOX": counts = 3...4
        case "POLYGON": counts = 3...30
        case "CENTROID":
            guard arguments.count == 1, let inner = try shape(arguments[0], in: scope), let middle = inner.middle else {
                throw ADQLError(expression.place, "CENTROID takes a POINT, a CIRCLE or a BOX")
            }
            return .point(middle.0, middle.1)
        case "REGION":
            throw ADQLError(expression.place, "REGION is not known here; write POINT, CIRCLE, BOX or POLYGON")
        default: return nil
        }
        // The first argument of ADQL 2.0 says which coordinates; all here are ICRS.
        if case .text(let system)? = arguments.first?.form {
            let known = ["", "ICRS", "FK5", "UNKNOWNFRAME"]
            guard known.contains(system.uppercased().split(separator: " ").first.map { String($0) } ?? "") else {
                throw ADQLError(
                    arguments[0].place,
                    "positions are ICRS here; '\(system.prefix(20))' is not known, and 'ICRS' may be left away")
            }
            arguments.removeFirst()
        }
        guard counts.contains(arguments.count) else {
            throw ADQLError(expression.place, "\(name) has \(arguments.count) arguments beside the coordinate system")
        }
        // ADQL 2.1 also takes points for coordinates.
        var numbers: [Shape.Number] = []
        for argument in arguments {
            if name != "POINT", case .point(let ra, let dec)? = try shape(argument, in: scope) {
                numbers += [ra, dec]
            } else {
                numbers.append(.init(sql: try value(argument, in: scope).sql, constant: Self.constant(argument)))
            }
        }
        switch (name, numbers.count) {
        case ("POINT", 2): return .point(numbers[0], numbers[1])
        case ("CIRCLE", 3): return .circle(numbers[0], numbers[1], radius: numbers[2])
        case ("BOX", 4): return .box(numbers[0], numbers[1], width: numbers[2], height: numbers[3])
        case ("POLYGON", let count) where count % 2 == 0 && Shape.corners.contains(count / 2):
            return .polygon(stride(from: 0, to: count, by: 2).map { (numbers[$0], numbers[$0 + 1]) })
        default:
            throw ADQLError(
                expression.place,
                name == "POLYGON"
                    ? "POLYGON takes \(Shape.corners.lowerBound) to \(Shape.corners.upperBound) corners here, each with ra and dec"
                    : "\(name) has the wrong number of coordinates")
        }
    }

    /// The value of an expression without columns.
    static func constant(_ expression: ADQLExpression) -> Double? {
        switch expression.form {
        case .whole(let text), .real(let text): Double(text.hasSuffix(".") ? text + "0" : text)
        case .negative(let inner): constant(inner).map { -$0 }
        case .arithmetic(let sign, let left, let right):
            if let left = constant(left), let right = constant(right) {
                switch sign {
                case "+": left + right
                case "-": left - right
                case "*": left * right
                // Whole numbers are divided without a rest; who needs the index writes 1/3600. instead.
                case "/" where !isWhole(expression): left / right
                default: nil
                }
            } else {
                nil
            }
        default: nil
        }
    }

    private static func isWhole(_ expression: ADQLExpression) -> Bool {
        switch expression.form {
        case .whole: true
        case .negative(let inner): isWhole(inner)
        case .arithmetic(_, let left, let right): isWhole(left) && isWhole(right)
        default: false
        }
    }

    private mutating func needed(
        _ expression: ADQLExpression, _ name: String, in scope: Scope
    ) throws(ADQLError) -> Shape {
        guard let shape = try shape(expression, in: scope) else {
            throw ADQLError(
                expression.place, "\(name) takes POINT, CIRCLE, BOX and POLYGON; columns have no shapes here")
        }
        return shape
    }

    /// A function of shapes; `nil` for another.
    mutating func geometryValue(
        _ name: String, _ arguments: [ADQLExpression], _ place: ADQLError.Place, in scope: Scope
    ) throws(ADQLError) -> ResolvedColumn? {
        func number(_ sql: String, _ kind: TableField.Kind, _ unit: String? = nil) -> ResolvedColumn {
            ResolvedColumn(sql: sql, field: TableField(name.lowercased(), kind, unit: unit))
        }
        func check(_ counts: Set<Int>) throws(ADQLError) {
            guard counts.contains(arguments.count) else {
                let wanted = counts.sorted().map(String.init).joined(separator: " or ")
                throw ADQLError(place, "\(name) takes \(wanted) arguments, and has \(arguments.count)")
            }
        }
        switch name {
        case "CONTAINS", "INTERSECTS":
            try check([2])
            let (one, other) = (try needed(arguments[0], name, in: scope), try needed(arguments[1], name, in: scope))
            guard let sql = name == "CONTAINS" ? one.isIn(other) : one.meets(other) else {
                throw ADQLError(place, "\(name) of a \(one.noun) and a \(other.noun) is not known here")
            }
            return number(sql, .integer)
        case "DISTANCE":
            try check([2, 4])
            return number(try distance(arguments, in: scope).sql, .real, "deg")
        case "COORD1", "COORD2":
            try check([1])
            guard case .point(let ra, let dec) = try needed(arguments[0], name, in: scope) else {
                throw ADQLError(place, "\(name) takes a POINT")
            }
            return number(name == "COORD1" ? ra.sql : dec.sql, .real, "deg")
        case "COORDSYS":
            try check([1])
            _ = try needed(arguments[0], name, in: scope)
            return number("'ICRS'", .text)
        case "AREA":
            try check([1])
            switch try needed(arguments[0], name, in: scope) {
            case .point: return number("0.0", .real, "deg**2")
            case .circle(_, _, let radius):
                // 2 pi (1 - cos r), written without the difference of two numbers near 1.
                return number(
                    "(4 * pi() * pow(sin(radians(\(radius.sql)) / 2), 2) * pow(degrees(1), 2))", .real, "deg**2")
            default: throw ADQLError(place, "AREA knows POINT and CIRCLE here")
            }
        case "POINT", "CIRCLE", "BOX", "POLYGON", "REGION", "CENTROID":
            throw ADQLError(
                place, "a \(name) is no value here; it stands in CONTAINS, INTERSECTS, DISTANCE, COORD1, COORD2 or AREA"
            )
        default: return nil
        }
    }

    private mutating func distance(
        _ arguments: [ADQLExpression], in scope: Scope
    ) throws(ADQLError) -> (sql: String, one: (Shape.Number, Shape.Number), other: (Shape.Number, Shape.Number)) {
        var numbers: [Shape.Number] = []
        if arguments.count == 4 {
            for argument in arguments {
                numbers.append(.init(sql: try value(argument, in: scope).sql, constant: Self.constant(argument)))
            }
        } else {
            for argument in arguments {
                guard case .point(let ra, let dec) = try needed(argument, "DISTANCE", in: scope) else {
                    throw ADQLError(argument.place, "DISTANCE takes two POINTs, or four coordinates")
                }
                numbers += [ra, dec]
            }
        }
        let (one, other) = ((numbers[0], numbers[1]), (numbers[2], numbers[3]))
        return (Shape.distance(one, other), one, other)
    }

    // MARK: - The index of the sky

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
