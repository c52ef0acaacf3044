internal import Alerts
internal import Conductor
internal import JSON
internal import Sky

/// The Sun over a night at a survey's telescope; made once for each night.
struct TonightSky: Sendable {
    private let site: ObservingSite
    private let times: NightTimes
    /// MJD in UTC, and the Sun's altitude in degrees.
    private let curve: [(mjd: Double, altitude: Double)]

    /// Steps of the curve in a day.
    private static let steps = 96

    /// `nil` for no date.
    init?(night: Int, of survey: Survey) {
        guard let times = NightTimes(night: night, of: survey) else { return nil }
        self.times = times
        site = survey.site
        let sun = Sun(longitude: site.longitude, latitude: site.latitude, height: site.height)
        // From noon to noon, near enough: the darkness lies in the middle wherever the telescope is.
        let dark = times.sunset.flatMap { sunset in times.sunrise.map { (sunset + $0) / 2 } } ?? times.begin + 0.5
        curve = (0...Self.steps).compactMap { step in
            let mjd = dark - 0.5 + Double(step) / Double(Self.steps)
            return sun.altitude(mjd: mjd).map { (mjd, $0) }
        }
    }

    /// What is next, and when.
    private func next(after now: Double) -> (what: String, mjd: Double)? {
        let events: [(String, Double?)] = [
            ("sunset", times.sunset), ("nautical dusk", times.nauticalDusk),
            ("astronomical dusk", times.astronomicalDusk), ("astronomical dawn", times.astronomicalDawn),
            ("nautical dawn", times.nauticalDawn), ("sunrise", times.sunrise),
        ]
        return events.compactMap { what, mjd in mjd.map { (what, $0) } }.first { $0.1 > now }
    }

    func json(now: Double) -> JSONTree {
        let sun = Sun(longitude: site.longitude, latitude: site.latitude, height: site.height)
        return [
            "site": .text(site.name), "longitude": .number(site.longitude), "latitude": .number(site.latitude),
            "begin_mjd_utc": JSONTree(curve.first?.mjd), "end_mjd_utc": JSONTree(curve.last?.mjd),
            "sunset_mjd_utc": JSONTree(times.sunset), "nautical_dusk_mjd_utc": JSONTree(times.nauticalDusk),
            "astronomical_dusk_mjd_utc": JSONTree(times.astronomicalDusk),
            "astronomical_dawn_mjd_utc": JSONTree(times.astronomicalDawn),
            "nautical_dawn_mjd_utc": JSONTree(times.nauticalDawn), "sunrise_mjd_utc": JSONTree(times.sunrise),
            "sun_altitude": JSONTree(sun.altitude(mjd: now)),
            "next": next(after: now).map { ["what": .text($0.what), "mjd_utc": .number($0.mjd)] } ?? .null,
            "sun": .list(curve.map { .list([.number($0.mjd), .number(($0.altitude * 100).rounded() / 100)]) }),
        ]
    }

    /// The schema of its answer.
    static var schema: JSONTree {
        func time(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning + ", MJD in UTC")) }
        return Schema.object([
            ("site", Schema.text("the telescope's site")), ("longitude", Schema.number("degrees, east positive")),
            ("latitude", Schema.number("degrees")), ("begin_mjd_utc", time("the curve's first time")),
            ("end_mjd_utc", time("its last")), ("sunset_mjd_utc", time("sunset")),
            ("nautical_dusk_mjd_utc", time("the Sun at -12 degrees")),
            ("astronomical_dusk_mjd_utc", time("the Sun at -18 degrees")),
            ("astronomical_dawn_mjd_utc", time("the Sun at -18 degrees again")),
            ("nautical_dawn_mjd_utc", time("the Sun at -12 degrees again")), ("sunrise_mjd_utc", time("sunrise")),
            ("sun_altitude", Schema.orNull(Schema.number("of the Sun now, degrees"))),
            (
                "next",
                [
                    "anyOf": [
                        ["type": "null"],
                        Schema.object([
                            ("what", Schema.text("what comes next")), ("mjd_utc", Schema.number("when, MJD in UTC")),
                        ]),
                    ]
                ]
            ),
            ("sun", Schema.list(Schema.list(Schema.number("MJD in UTC, and the Sun's altitude in degrees")))),
        ])
    }
}
