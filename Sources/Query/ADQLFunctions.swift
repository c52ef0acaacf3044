internal import ADQL
internal import Foundation
internal import SQLite
internal import Sky

/// What ADQL means by functions that SQLite lacks or means otherwise.
enum ADQLFunctions {
    /// Adds them to a connection, on which LIKE tells capitals from small letters from here on.
    static func add(to database: Database) throws(SQLiteError) {
        try database.execute("PRAGMA case_sensitive_like = ON")
        try database.add(function: ADQLFunction.distance.rawValue, arguments: 4) { arguments, result in
            guard let ra = arguments.double(0), let dec = arguments.double(1), let otherRA = arguments.double(2),
                let otherDec = arguments.double(3)
            else { return }
            let place = SkyPosition(ra: ra, dec: dec)
            result.set(place.separation(from: SkyPosition(ra: otherRA, dec: otherDec)) / 3_600)
        }
        try database.add(function: ADQLFunction.inPolygon.rawValue, arguments: -1) { arguments, result in
            var numbers: [Double] = []
            for index in 0..<arguments.count {
                guard let number = arguments.double(index) else { return }
                numbers.append(number)
            }
            result.set(SphericalPolygon(Array(numbers.dropFirst(2))).contains(ra: numbers[0], dec: numbers[1]))
        }
        try database.add(function: ADQLFunction.round.rawValue, arguments: 2) { arguments, result in
            if let value = decimals(arguments, { $0.rounded(.toNearestOrAwayFromZero) }) { result.set(value) }
        }
        try database.add(function: ADQLFunction.truncate.rawValue, arguments: 2) { arguments, result in
            if let value = decimals(arguments, { $0.rounded(.towardZero) }) { result.set(value) }
        }
    }

    private static func decimals(_ arguments: FunctionArguments, _ round: (Double) -> Double) -> Double? {
        guard let value = arguments.double(0), let count = arguments.double(1) else { return nil }
        // No double has a digit beyond these.
        let power: Double = pow(10.0, min(max(count.rounded(.towardZero), -308), 308).magnitude)
        let scaled = count < 0 ? value / power : value * power
        guard scaled.isFinite, scaled.magnitude < 9_007_199_254_740_992 else { return count < 0 ? 0 : value }
        return count < 0 ? round(scaled) * power : round(scaled) / power
    }
}

/// A region whose sides are great circles, smaller than half of the sky.
struct SphericalPolygon {
    private let corners: [SIMD3<Double>]
    private let middle: SIMD3<Double>

    /// Corners as right ascension and declination in turn, degrees.
    init(_ coordinates: [Double]) {
        corners = stride(from: 0, to: coordinates.count - 1, by: 2).map {
            Self.direction(ra: coordinates[$0], dec: coordinates[$0 + 1])
        }
        middle = corners.reduce(.zero, +)
    }

    private static func direction(ra: Double, dec: Double) -> SIMD3<Double> {
        let (ra, dec) = (ra * .pi / 180, dec * .pi / 180)
        return [cos(dec) * cos(ra), cos(dec) * sin(ra), sin(dec)]
    }

    private static func dot(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double { (one * other).sum() }

    private static func cross(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> SIMD3<Double> {
        [
            one.y * other.z - one.z * other.y, one.z * other.x - one.x * other.z, one.x * other.y - one.y * other.x,
        ]
    }

    /// Whether a place is within: the corners go around it once. A corner and a place on a side are within.
    func contains(ra: Double, dec: Double) -> Bool {
        let place = Self.direction(ra: ra, dec: dec)
        guard Self.dot(place, middle) > 0 else { return false }
        var turned = 0.0
        for (index, corner) in corners.enumerated() {
            let next = corners[(index + 1) % corners.count]
            let (from, to) = (Self.cross(place, corner), Self.cross(place, next))
            let turn = atan2(Self.dot(place, Self.cross(from, to)), Self.dot(from, to))
            if turn.magnitude > .pi - 1e-9 || Self.dot(from, from) < 1e-24 { return true }
            turned += turn
        }
        return turned.magnitude > .pi
    }
}
