internal import Alerts
internal import Foundation
internal import JSON
internal import Sky

/// When and how high a position can be seen.
enum VisibilityRoutes {
    static let all = [observatories, visibility]

    private static let observatories = Route(
        path: "/api/v1/observatories", summary: "The observatories that 'visibility' knows, by name", parameters: [],
        body: .json("Observatories")
    ) { _ in
        let body: JSONTree = ["observatories": .list(Observatory.all.map(tree))]
        var answer = WebAnswer(body.bytes, "application/json")
        answer.caching = .unchanging
        return answer
    }

    private static func tree(_ observatory: Observatory) -> JSONTree {
        [
            "name": .text(observatory.name), "title": .text(observatory.title),
            "longitude": .number(observatory.longitude), "latitude": .number(observatory.latitude),
            "height": .number(observatory.height),
        ]
    }

    private static let visibility = Route(
        path: "/api/v1/visibility",
        summary: "A position in one night of an observatory: altitudes, airmass, twilights, and the Moon",
        parameters: [
            .required("ra", .number(0...360), "right ascension, degrees, ICRS"),
            .required("dec", .number(-90...90), "declination, degrees, ICRS"),
            .optional("observatory", .text(longest: 64), "a name of 'observatories'; or else lon and lat"),
            .optional("lon", .number(-180...360), "longitude, degrees, east positive"),
            .optional("lat", .number(-90...90), "latitude, degrees"),
            .optional("height", .number(-500...9_000), "above the sea, m", standard: "0"),
            .optional("night", .night, "the date of the evening at the place; without it tonight"),
        ], body: .json("Visibility"), problems: [.notFound]
    ) { question in
        let values = question.values
        let observatory = try observatory(values)
        let now = Date.now.timeIntervalSince1970 / 86_400 + 40_587
        let date =
            values["night"].flatMap { Int($0) }.flatMap { CalendarDate(yyyymmdd: $0)?.mjd }
            ?? NightVisibility.date(of: now, at: observatory)
        guard
            let night = NightVisibility(
                ra: values.number("ra"), dec: values.number("dec"), from: observatory, date: date)
        else { throw Problem(.badRequest, "'night' is a date from 1961 to 2132") }
        return WebAnswer(
            tree(night, observatory, night: CalendarDate(mjd: date).yyyymmdd).bytes, "application/json")
    }

    private static func observatory(_ values: ParameterValues) throws(Problem) -> Observatory {
        if let name = values["observatory"] {
            guard values["lon"] == nil, values["lat"] == nil else {
                throw Problem(.badRequest, "say 'observatory', or 'lon' and 'lat'")
            }
            guard let observatory = Observatory.named(name) else {
                throw Problem(.notFound, "there is no observatory '\(name)'; /api/v1/observatories has their names")
            }
            return observatory
        }
        guard values["lon"] != nil, values["lat"] != nil else {
            throw Problem(.badRequest, "say from where: 'observatory', or 'lon' and 'lat'")
        }
        let longitude = values.number("lon")
        return Observatory(
            title: "", longitude: longitude > 180 ? longitude - 360 : longitude, latitude: values.number("lat"),
            height: values.number("height"))
    }

    private static func tree(_ visible: NightVisibility, _ observatory: Observatory, night: Int) -> JSONTree {
        func numbers(_ values: [Double?], _ decimals: Int) -> JSONTree {
            var bytes: [UInt8] = [UInt8(ascii: "[")]
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                ShortNumber.append(value, decimals: decimals, to: &bytes)
            }
            return .written(bytes + [UInt8(ascii: "]")])
        }
        func twilight(_ name: String, _ dark: NightVisibility.Dark) -> [(name: String, value: JSONTree)] {
            [("\(name)_dusk_mjd_utc", JSONTree(dark.dusk)), ("\(name)_dawn_mjd_utc", JSONTree(dark.dawn))]
        }
        let moon = visible.moon
        var members: [(name: String, value: JSONTree)] = [
            ("observatory", tree(observatory)), ("night", .integer(night)),
            ("sunset_mjd_utc", JSONTree(visible.sunset.dusk)), ("sunrise_mjd_utc", JSONTree(visible.sunset.dawn)),
        ]
        members += twilight("civil", visible.civil) + twilight("nautical", visible.nautical)
        members += twilight("astronomical", visible.astronomical)
        members += [
            (
                "moon",
                [
                    "illumination": .number(moon.illumination), "separation_deg": .number(moon.separation),
                    "rise_mjd_utc": JSONTree(moon.rise), "set_mjd_utc": JSONTree(moon.set),
                ]
            ), ("mjd_utc", numbers(visible.times, 5)), ("altitude", numbers(visible.altitudes, 2)),
            ("airmass", numbers(visible.altitudes.map(NightVisibility.airmass), 3)),
            ("sun_altitude", numbers(visible.sunAltitudes, 2)), ("moon_altitude", numbers(visible.moonAltitudes, 2)),
            (
                "best",
                visible.best.map { ["mjd_utc": .number($0.mjd), "airmass": .number($0.airmass)] } ?? .null
            ),
        ]
        return .object(members)
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        func time(_ meaning: String) -> JSONTree {
            Schema.orNull(Schema.number(meaning + ", MJD UTC; null where there is none"))
        }
        func degrees(_ meaning: String) -> JSONTree { Schema.list(Schema.number(meaning + ", degrees")) }
        var members: [(String, JSONTree)] = [
            ("observatory", Schema.named("Observatory")), ("night", Schema.integer("the evening's date at the place")),
            ("sunset_mjd_utc", time("sunset")), ("sunrise_mjd_utc", time("sunrise")),
        ]
        for (name, altitude) in [("civil", 6), ("nautical", 12), ("astronomical", 18)] {
            members.append(("\(name)_dusk_mjd_utc", time("the Sun passes -\(altitude) degrees in the evening")))
            members.append(("\(name)_dawn_mjd_utc", time("the Sun passes -\(altitude) degrees in the morning")))
        }
        let moon = Schema.object([
            ("illumination", Schema.number("the part of its disc that is lit, in the middle of the night")),
            ("separation_deg", Schema.number("from the position, in the middle of the night, degrees")),
            ("rise_mjd_utc", time("moonrise")), ("set_mjd_utc", time("moonset")),
        ])
        let best = Schema.object([
            ("mjd_utc", Schema.number("MJD UTC")), ("airmass", Schema.number("then")),
        ])
        members += [
            ("moon", moon), ("mjd_utc", Schema.list(Schema.number("MJD UTC, from sunset to sunrise"))),
            ("altitude", degrees("of the position")),
            ("airmass", Schema.list(Schema.orNull(Schema.number("null below 5 degrees")))),
            ("sun_altitude", degrees("of the Sun")), ("moon_altitude", degrees("of the Moon")),
            ("best", Schema.orNull(best)),
        ]
        let observatory = Schema.object([
            ("name", Schema.text("its name here; empty for a place by longitude and latitude")),
            ("title", Schema.text("as people call it")), ("longitude", Schema.number("degrees, east positive")),
            ("latitude", Schema.number("degrees")), ("height", Schema.number("m")),
        ])
        return [
            ("Observatory", observatory),
            ("Observatories", Schema.object([("observatories", Schema.list(Schema.named("Observatory")))])),
            ("Visibility", Schema.object(members)),
        ]
    }
}
