internal import CERFA
internal import Foundation

/// What stands how high above an observatory's horizon in the day around a time.
///
/// Source: the IAU's SOFA routines, as ERFA has them: `eraApco13` for the middle of the day, turned with the Earth by `eraAper13`;
/// `eraEpv00` for the Sun, `eraMoon98` for the Moon as the observatory sees it. UT1 is taken for UTC (0.004 degrees at most), and
/// the air does not refract. It is as good as 0.01 degrees.
struct LocalSky {
    /// Where the Sun and the Moon are.
    struct Bodies {
        /// Degrees.
        let sun, moon: Double
        /// Radians, ICRS.
        let moonRight, moonDeclination: Double
        /// The part of the Moon's disc that is lit.
        let illumination: Double
    }

    private static let epoch = 2_400_000.5
    private static let radians = Double.pi / 180
    /// Days around the middle in which precession and nutation do not matter.
    private static let reach = 2.0

    /// m
    private static let astronomicalUnit = 149_597_870_700.0

    private let observatory: Observatory
    private let middle: Double
    private let astrom: eraASTROM

    /// The sky around a modified Julian date, UTC; `nil` for one that no calendar of UTC reaches.
    init?(_ observatory: Observatory, around mjd: Double) {
        guard mjd.isFinite, 36_934..<100_000 ~= mjd else { return nil }
        (self.observatory, middle) = (observatory, mjd)
        var (astrom, origins) = (eraASTROM(), 0.0)
        let status = eraApco13(
            Self.epoch, mjd, 0, observatory.longitude * Self.radians, observatory.latitude * Self.radians,
            observatory.height, 0, 0, 0, 0, 0, 0.55, &astrom, &origins)
        guard status >= 0 else { return nil }
        self.astrom = astrom
    }

    private func turned(to mjd: Double) -> eraASTROM {
        precondition(abs(mjd - middle) <= Self.reach, "the time is in the days around the middle")
        var turned = astrom
        eraAper13(Self.epoch, mjd, &turned)
        return turned
    }

    /// The altitude of a position at a time, degrees.
    ///
    /// - Parameters:
    ///   - right: Right ascension, radians, ICRS.
    ///   - declination: Radians, ICRS.
    ///   - mjd: UTC.
    /// - Returns: Degrees.
    func altitude(right: Double, declination: Double, mjd: Double) -> Double {
        var astrom = turned(to: mjd)
        return Self.altitude(right, declination, &astrom)
    }

    private static func altitude(_ right: Double, _ declination: Double, _ astrom: inout eraASTROM) -> Double {
        var (ri, di, azimuth, zenith, hour, dob, rob) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        eraAtciq(right, declination, 0, 0, 0, 0, &astrom, &ri, &di)
        eraAtioq(ri, di, &astrom, &azimuth, &zenith, &hour, &dob, &rob)
        return 90 - zenith / radians
    }

    /// The Sun and the Moon at a time, MJD UTC.
    func bodies(mjd: Double) -> Bodies {
        var (tai1, tai2, tt1, tt2) = (0.0, 0.0, 0.0, 0.0)
        // Warnings are of years whose leap seconds ERFA does not know; a second does not matter here.
        _ = eraUtctai(Self.epoch, mjd, &tai1, &tai2)
        _ = eraTaitt(tai1, tai2, &tt1, &tt2)
        var heliocentric = [(0.0, 0.0, 0.0), (0.0, 0.0, 0.0)]
        var barycentric = heliocentric
        var lunar = heliocentric
        _ = eraEpv00(tt1, tt2, &heliocentric, &barycentric)
        eraMoon98(tt1, tt2, &lunar)
        var astrom = turned(to: mjd)
        let sun = SIMD3(-heliocentric[0].0, -heliocentric[0].1, -heliocentric[0].2)
        let center = SIMD3(lunar[0].0, lunar[0].1, lunar[0].2)
        let moon = center - place(astrom)
        let (sunRight, sunDeclination) = Self.direction(sun)
        let (right, declination) = Self.direction(moon)
        let (sunDistance, moonDistance) = (Self.length(sun), Self.length(center))
        let cosine = (sun * center).sum() / (sunDistance * moonDistance)
        // Meeus, Astronomical Algorithms, 48: the angle at the Moon between the Sun and the Earth.
        let angle = atan2(
            sunDistance * max(0, 1 - cosine * cosine).squareRoot(), moonDistance - sunDistance * cosine)
        return Bodies(
            sun: Self.altitude(sunRight, sunDeclination, &astrom),
            moon: Self.altitude(right, declination, &astrom), moonRight: right, moonDeclination: declination,
            illumination: (1 + cos(angle)) / 2)
    }

    /// Where the observatory is from the Earth's centre, au, along the axes of ICRS.
    private func place(_ astrom: eraASTROM) -> SIMD3<Double> {
        var terrestrial = [(0.0, 0.0, 0.0), (0.0, 0.0, 0.0)]
        // `eral` is the Earth's rotation with the longitude in it.
        eraPvtob(0, observatory.latitude * Self.radians, observatory.height, 0, 0, 0, astrom.eral, &terrestrial)
        let (x, y, z) = terrestrial[0]
        let rows = astrom.bpn
        func turned(_ first: Double, _ second: Double, _ third: Double) -> Double {
            (first * x + second * y + third * z) / Self.astronomicalUnit
        }
        // The matrix is from ICRS; its transpose leads back.
        return SIMD3(
            turned(rows.0.0, rows.1.0, rows.2.0), turned(rows.0.1, rows.1.1, rows.2.1),
            turned(rows.0.2, rows.1.2, rows.2.2))
    }

    private static func direction(_ vector: SIMD3<Double>) -> (right: Double, declination: Double) {
        var (parts, right, declination) = ([vector.x, vector.y, vector.z], 0.0, 0.0)
        eraC2s(&parts, &right, &declination)
        return (eraAnp(right), declination)
    }

    private static func length(_ vector: SIMD3<Double>) -> Double { (vector * vector).sum().squareRoot() }

    /// The angle between two directions, radians.
    static func separation(_ right: Double, _ declination: Double, _ right2: Double, _ declination2: Double) -> Double {
        eraSeps(right, declination, right2, declination2)
    }
}
