internal import Foundation

/// How a position stands above an observatory in one night: from noon to noon of the place's own mean time.
package struct NightVisibility: Sendable {
    /// When the Sun is so low in the evening and so high again in the morning; MJD, UTC; `nil` where it is not.
    package struct Dark: Sendable, Hashable {
        /// In the evening and in the morning.
        package let dusk, dawn: Double?
    }

    /// The Moon.
    package struct Moon: Sendable {
        /// The part of its disc that is lit, in the middle of the night.
        package let illumination: Double
        /// From the position, in the middle of the night, degrees.
        package let separation: Double
        /// MJD, UTC; `nil` where it does not.
        package let rise, set: Double?
    }

    /// Of the Sun's upper limb, with the refraction at the horizon of 34 arcmin.
    package let sunset: Dark
    /// The Sun 6, 12 and 18 degrees below the horizon.
    package let civil, nautical, astronomical: Dark
    /// The Moon.
    package let moon: Moon
    /// Times from sunset to sunrise, MJD, UTC; of the whole day where the Sun does not set, or not rise.
    package let times: [Double]
    /// Of the position, the Sun and the Moon at these times, degrees; the air does not refract.
    package let altitudes, sunAltitudes, moonAltitudes: [Double]
    /// When the position stands highest while it is dark, as dark as it gets in that night; `nil` where it is not
    /// above ``leastAltitude``.
    package let best: (mjd: Double, airmass: Double)?

    /// Below it no airmass is told, degrees.
    package static let leastAltitude = 5.0
    /// Days between times.
    private static let step = 1 / 288.0
    /// The Sun's and the Moon's centre when their upper limbs are at the horizon, degrees.
    private static let horizon = -0.833

    /// The night of a position; `nil` for a date that no calendar of UTC reaches.
    ///
    /// - Parameters:
    ///   - ra: Degrees, ICRS.
    ///   - dec: Degrees, ICRS.
    ///   - observatory: From where.
    ///   - date: The date of the evening, as the MJD of its 0 h.
    package init?(ra: Double, dec: Double, from observatory: Observatory, date: Double) {
        let noon = date + 0.5 - observatory.longitude / 360
        guard let sky = LocalSky(observatory, around: noon + 0.5) else { return nil }
        let (right, declination) = (ra * .pi / 180, dec * .pi / 180)
        let all = (0...288).map { noon + Double($0) * Self.step }
        let bodies = all.map(sky.bodies)
        let (suns, moons) = (bodies.map(\.sun), bodies.map(\.moon))
        func crossing(_ altitudes: [Double], _ level: Double, rises: Bool, _ altitude: (Double) -> Double) -> Double? {
            for index in altitudes.indices.dropFirst() {
                let (before, after) = (altitudes[index - 1] >= level, altitudes[index] >= level)
                guard before != after, after == rises else { continue }
                var (low, high) = (all[index - 1], all[index])
                while high - low > 0.5 / 86_400 {
                    let middle = (low + high) / 2
                    if (altitude(middle) >= level) == rises { high = middle } else { low = middle }
                }
                return high
            }
            return nil
        }
        func dark(_ level: Double) -> Dark {
            Dark(
                dusk: crossing(suns, level, rises: false) { sky.bodies(mjd: $0).sun },
                dawn: crossing(suns, level, rises: true) { sky.bodies(mjd: $0).sun })
        }
        let sunset = dark(Self.horizon)
        self.sunset = sunset
        (civil, nautical, astronomical) = (dark(-6), dark(-12), dark(-18))
        let middle = sky.bodies(mjd: (sunset.dusk ?? noon) / 2 + (sunset.dawn ?? noon + 1) / 2)
        moon = Moon(
            illumination: middle.illumination,
            separation: LocalSky.separation(right, declination, middle.moonRight, middle.moonDeclination) * 180 / .pi,
            rise: crossing(moons, Self.horizon, rises: true) { sky.bodies(mjd: $0).moon },
            set: crossing(moons, Self.horizon, rises: false) { sky.bodies(mjd: $0).moon })
        let chosen = all.indices.filter { all[$0] >= sunset.dusk ?? noon && all[$0] <= sunset.dawn ?? noon + 1 }
        let altitudes = chosen.map { sky.altitude(right: right, declination: declination, mjd: all[$0]) }
        times = chosen.map { all[$0] }
        self.altitudes = altitudes
        let nightSuns = chosen.map { suns[$0] }
        (sunAltitudes, moonAltitudes) = (nightSuns, chosen.map { moons[$0] })
        let darkest = nightSuns.min() ?? 0
        let limit = [-18.0, -12, -6, Self.horizon].first { darkest <= $0 } ?? 90
        let highest = nightSuns.indices.filter { nightSuns[$0] <= limit }.max { altitudes[$0] < altitudes[$1] }
        best = highest.flatMap { index in
            Self.airmass(altitude: altitudes[index]).map { (all[chosen[index]], $0) }
        }
    }

    /// The air in front of a star, in units of that in the zenith; `nil` below ``leastAltitude``.
    ///
    /// Source: Young 1994, Applied Optics 33, 1108, for the altitude without refraction; within 0.004 down to the horizon.
    ///
    /// - Parameter altitude: Degrees.
    /// - Returns: At least 1.
    package static func airmass(altitude: Double) -> Double? {
        guard altitude >= leastAltitude else { return nil }
        let c = sin(altitude * .pi / 180)
        return ((1.002432 * c + 0.148386) * c + 0.0096467) / (((c + 0.149864) * c + 0.0102963) * c + 0.000303978)
    }

    /// The evening's date of the night that a time is in, or of the next where it is day, as the MJD of its 0 h.
    package static func date(of mjd: Double, at observatory: Observatory) -> Double {
        (mjd + observatory.longitude / 360 - 0.5).rounded(.down)
    }
}
