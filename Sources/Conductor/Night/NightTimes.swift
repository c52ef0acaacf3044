package import Alerts
internal import Sky

/// When a survey's night begins and ends: modified Julian dates in UTC.
///
/// The night is the 24 hours in which the survey counts it: ZTF by the UTC date, which its darkness lies in as a whole, LSST
/// from noon UTC to noon UTC. All times are in UTC, so that daylight saving moves none.
package struct NightTimes: Codable, Hashable, Sendable {
    /// YYYYMMDD.
    package let night: Int
    /// When the night's 24 hours begin.
    package let begin: Double
    /// When they end.
    package let end: Double
    /// When the Sun's upper edge passes the horizon (-0.833 degrees); `nil` where it does not, near the poles.
    package let sunset: Double?
    /// When the Sun passes -12 degrees.
    package let nauticalDusk: Double?
    /// When the Sun passes -18 degrees.
    package let astronomicalDusk: Double?
    /// When the Sun passes -18 degrees again.
    package let astronomicalDawn: Double?
    /// When the Sun passes -12 degrees again, and exposures end.
    package let nauticalDawn: Double?
    /// When the Sun's upper edge rises.
    package let sunrise: Double?

    /// Degrees above which no exposures are taken.
    package static let exposureLimit = -12.0
    private static let horizon = -0.833

    /// A night of a survey; `nil` for no date.
    ///
    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - survey: Its site and its rule.
    ///   - site: Another site; `nil` for the survey's.
    package init?(night: Int, of survey: Survey, at site: ObservingSite? = nil) {
        guard let date = CalendarDate(yyyymmdd: night) else { return nil }
        self.night = night
        let begin = date.mjd + survey.time.nightStart
        (self.begin, end) = (begin, begin + 1)
        let sun = Self.sun(site ?? survey.site)
        func setting(_ altitude: Double) -> Double? { sun.crossing(altitude, .setting, in: begin...(begin + 1)) }
        sunset = setting(Self.horizon)
        nauticalDusk = setting(Self.exposureLimit)
        astronomicalDusk = setting(-18)
        // The Sun may rise after the 24 hours are over, as it does at Cerro Pachón in June.
        func rising(_ altitude: Double, after dusk: Double?) -> Double? {
            dusk.flatMap { sun.crossing(altitude, .rising, in: $0...($0 + 1)) }
        }
        astronomicalDawn = rising(-18, after: astronomicalDusk)
        nauticalDawn = rising(Self.exposureLimit, after: nauticalDusk)
        sunrise = rising(Self.horizon, after: sunset)
    }

    /// The Sun at a site.
    static func sun(_ site: ObservingSite) -> Sun {
        Sun(longitude: site.longitude, latitude: site.latitude, height: site.height)
    }

    /// When exposures may begin: at sunset, or where the Sun does not set, as the 24 hours begin.
    package var opens: Double { sunset ?? begin }

    /// When the last exposure has been taken at the latest: as the Sun passes -12 degrees; where it does not, as the 24 hours
    /// end, since a camera may take exposures in the dark of a polar night and in a day's twilight.
    package var exposuresEnd: Double { isPolar ? min(nauticalDawn ?? end, end) : nauticalDawn ?? sunrise ?? end }

    /// Whether the Sun does not set, or does not rise.
    package var isPolar: Bool { sunset == nil || sunrise == nil }

    /// The night that a time belongs to.
    ///
    /// - Parameters:
    ///   - mjd: A modified Julian date, UTC.
    ///   - survey: Its rule.
    /// - Returns: YYYYMMDD.
    package static func night(at mjd: Double, of survey: Survey) -> Int {
        CalendarDate(mjd: mjd - survey.time.nightStart).yyyymmdd
    }

    /// The night that is `count` nights later.
    package static func night(_ night: Int, plus count: Int) -> Int {
        CalendarDate(mjd: (CalendarDate(yyyymmdd: night)?.mjd ?? 0) + Double(count)).yyyymmdd
    }
}
