internal import Foundation

/// A known asteroid that crosses a field in a straight line.
struct Asteroid: Sendable {
    /// When it is nearest to where it was drawn, MJD.
    let time: Double
    /// There, degrees from the field's centre.
    let east: Double
    let north: Double
    /// Degrees a day.
    let eastRate: Double
    let northRate: Double
    /// AB, in r.
    let magnitude: Double
    /// Its number among the field's.
    let number: Int
    let field: Int
    /// Semi-major axis, AU; eccentricity; inclination, degrees.
    let a, e, i: Double
    /// Degrees.
    let node, argperi, anomaly: Double

    /// The longest time before and after which it is looked for, days.
    static let reach = 12.0

    init(number: Int, field: Int, time: Double, _ random: inout SeededRandom) {
        self.number = number
        self.field = field
        self.time = time
        let (radius, angle) = (FocalPlane.radius * random.unit().squareRoot(), random.uniform(0, 2 * Double.pi))
        (east, north) = (radius * cos(angle), radius * sin(angle))
        // Most retrograde in the ecliptic near opposition, by a quarter of a degree a day; one in fifty is near the Earth.
        let isNear = random.chance(0.02)
        let speed = isNear ? random.uniform(0.6, 4) : 0.23 * (1 + 0.25 * random.normal())
        let direction = isNear ? random.uniform(0, 2 * Double.pi) : Double.pi + 0.35 * random.normal()
        (eastRate, northRate) = (speed * cos(direction), speed * sin(direction))
        magnitude = 18 + 6.3 * pow(random.unit(), 0.4)
        a = isNear ? random.uniform(0.9, 2) : random.uniform(2.1, 3.3)
        e = isNear ? random.uniform(0.1, 0.6) : 0.3 * random.unit()
        i = abs(8 * random.normal())
        node = random.uniform(0, 360)
        argperi = random.uniform(0, 360)
        anomaly = random.uniform(-90, 90)
    }

    func offset(at mjd: Double) -> (east: Double, north: Double) {
        (east + eastRate * (mjd - time), north + northRate * (mjd - time))
    }

    /// nJy; it turns within some hours.
    func flux(at mjd: Double, band: LSSTBand) -> Double {
        let colour = [1.9, 0.6, 0, -0.2, -0.2, -0.15][band.rawValue]
        let spin = 0.12 * sin(2 * Double.pi * mjd * (3 + Double(number % 7)))
        return LSSTBand.flux(magnitude: magnitude + colour + spin)
    }

    /// Arcsec that it moves while the shutter is open.
    func trail(_ exposure: Double) -> Double {
        (eastRate * eastRate + northRate * northRate).squareRoot() * 3600 * exposure / 86_400
    }

    /// The provisional designation that its number stands for, and how the Minor Planet Center packs it.
    var designation: (unpacked: String, packed: String) {
        // A year and a half-month of discovery, then a letter and a count; fields far apart share no number.
        let serial = (field &* 4_093 &+ number) & 0xFF_FFFF
        let (year, half, letter) = (2000 + serial % 26, serial / 26 % 24, serial / 624 % 25)
        let count = serial / 15_600 % 620
        func named(_ index: Int) -> Character { Self.letters[index] }
        let (high, low) = count.quotientAndRemainder(dividingBy: 10)
        let packedHigh = high < 10 ? Character(String(high)) : Self.packing[high - 10]
        return (
            "\(year) \(named(half))\(named(letter))\(count == 0 ? "" : String(count))",
            "K\(year % 100 < 10 ? "0" : "")\(year % 100)\(named(half))\(packedHigh)\(low)\(named(letter))"
        )
    }

    /// The letters of provisional designations, which do not use I.
    private static let letters = Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")
    private static let packing = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

    /// The survey's number of it.
    var ssObjectId: Int64 { 21_164_000_000_000_000 + Int64(field) << 24 + Int64(number & 0xFF_FFFF) }
}
