internal import VOTables

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

    mutating func needed(
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

    mutating func distance(
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
}
