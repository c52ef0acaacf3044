internal import Alerts
internal import JSON
internal import Query

/// Places in the sky.
enum SkyRoutes {
    static let all = [cone]

    private static let cone = Route(
        path: "/api/v1/cone", summary: "The alerts around a place, the nearest first",
        parameters: [
            .required("ra", .number(0...360), "right ascension, degrees, ICRS"),
            .required("dec", .number(-90...90), "declination, degrees, ICRS"),
            .required("radius", .number(0...3_600), "arcsec"), .survey,
            .optional("limit", .whole(1...10_000), "how many at most", standard: "1000"),
        ], body: .json("Cone")
    ) { question in
        let values = question.values
        let (ra, dec, radius) = (values.number("ra"), values.number("dec"), values.number("radius"))
        let surveys = values.survey.map { [$0] } ?? Survey.all
        var found: [(survey: Survey, match: ConeSearch.Match)] = []
        try question.read { reader in
            for survey in surveys {
                found += try reader.cone(survey: survey, ra: ra, dec: dec, radius: radius).map { (survey, $0) }
            }
        }
        found.sort { ($0.match.distance, $0.match.id) < ($1.match.distance, $1.match.id) }
        let limit = values.whole("limit")
        let body: JSONTree = [
            "alerts": .list(
                found.prefix(limit).map { survey, match in
                    [
                        "survey": .text(survey.name), "id": JSONTree(id: match.id),
                        "objectId": JSONTree(match.objectId), "mjd_tai": .number(match.epoch.mjdTAI),
                        "ra": .number(match.ra), "dec": .number(match.dec),
                        "separation_arcsec": .number(match.distance),
                    ]
                }), "truncated": .flag(found.count > limit),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let alert = Schema.object([
            ("survey", Schema.text("the survey's name")), ("id", Schema.id("the alert's id")),
            ("objectId", Schema.orNull(Schema.text("its object's name"))), ("mjd_tai", Schema.number("MJD in TAI")),
            ("ra", Schema.number("degrees, ICRS")), ("dec", Schema.number("degrees, ICRS")),
            ("separation_arcsec", Schema.number("how far it is from the place, arcsec")),
        ])
        return [
            (
                "Cone",
                Schema.object([
                    ("alerts", Schema.list(alert)), ("truncated", Schema.flag("whether there are more than 'limit'")),
                ])
            )
        ]
    }
}
