internal import CERFA

/// Where the Sun stands for an observer on the Earth.
///
/// Source: the IAU's SOFA routines, as ERFA has them: `eraEpv00` for the Sun's direction, `eraAtco13` for the observer's
/// horizon. UT1 is taken for UTC (0.004 degrees at most), and the air does not refract.
package struct Sun: Sendable {
    /// East longitude, radians.
    private let longitude: Double
    /// Latitude, radians.
    private let latitude: Double
    /// Height above the ellipsoid, m.
    private let height: Double

    /// The Sun for an observer.
    ///
    /// - Parameters:
    ///   - longitude: Degrees, east positive.
    ///   - latitude: Degrees, north positive.
    ///   - height: Above the ellipsoid, m.
    package init(longitude: Double, latitude: Double, height: Double) {
        self.longitude = longitude * .pi / 180
        self.latitude = latitude * .pi / 180
        self.height = height
    }

    /// How high the centre of the Sun stands above the horizon.
    ///
    /// - Parameter mjd: When, as a modified Julian date, UTC.
    /// - Returns: Degrees; `nil` for a date that no calendar of UTC reaches.
    package func altitude(mjd: Double) -> Double? {
        guard mjd.isFinite, 36_934..<100_000 ~= mjd else { return nil }
        let epoch = 2_400_000.5
        var (tai1, tai2, tt1, tt2) = (0.0, 0.0, 0.0, 0.0)
        // Positive answers warn of a year whose leap seconds ERFA does not know; a second does not matter here.
        guard eraUtctai(epoch, mjd, &tai1, &tai2) >= 0, eraTaitt(tai1, tai2, &tt1, &tt2) == 0 else { return nil }
        var (right, declination) = (0.0, 0.0)
        // The Earth's heliocentric position and velocity; turned around, the position is the Sun's direction.
        var heliocentric = [(0.0, 0.0, 0.0), (0.0, 0.0, 0.0)]
        var barycentric = heliocentric
        _ = eraEpv00(tt1, tt2, &heliocentric, &barycentric)
        var sun = [-heliocentric[0].0, -heliocentric[0].1, -heliocentric[0].2]
        eraC2s(&sun, &right, &declination)
        var (azimuth, zenith, hour, apparentDeclination, apparentRight, origins) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        let status = eraAtco13(
            eraAnp(right), declination, 0, 0, 0, 0, epoch, mjd, 0, longitude, latitude, height, 0, 0, 0, 0, 0, 0.55,
            &azimuth, &zenith, &hour, &apparentDeclination, &apparentRight, &origins)
        return status < 0 ? nil : 90 - zenith * 180 / .pi
    }

    /// When the Sun first passes an altitude.
    ///
    /// - Parameters:
    ///   - altitude: Degrees.
    ///   - direction: Whether it rises or sets.
    ///   - range: Modified Julian dates between which is looked, UTC.
    /// - Returns: A modified Julian date, UTC, to a second; `nil` where it does not pass.
    package func crossing(_ altitude: Double, _ direction: Direction, in range: ClosedRange<Double>) -> Double? {
        let step = 10.0 / 1_440
        func isPast(_ mjd: Double) -> Bool? {
            self.altitude(mjd: mjd).map { direction == .rising ? $0 >= altitude : $0 < altitude }
        }
        var before = range.lowerBound
        guard var wasPast = isPast(before) else { return nil }
        while before < range.upperBound {
            let next = min(before + step, range.upperBound)
            guard let isNowPast = isPast(next) else { return nil }
            if isNowPast, !wasPast {
                var (low, high) = (before, next)
                while high - low > 0.5 / 86_400 {
                    let middle = (low + high) / 2
                    if isPast(middle) == true { high = middle } else { low = middle }
                }
                return high
            }
            (before, wasPast) = (next, isNowPast)
        }
        return nil
    }

    /// Which way the Sun goes.
    package enum Direction: Sendable {
        case setting, rising
    }
}
