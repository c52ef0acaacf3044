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
