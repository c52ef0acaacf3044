internal import Alerts
internal import JSON
internal import Query
internal import VOTables

/// Places in the sky.
enum SkyRoutes {
    static let all = [cone]

    private static let cone = Route(
        path: "/api/v1/cone", summary: "The alerts around a place, the nearest first",
        parameters: [
            .required("ra", .number(0...360), "right ascension, degrees, ICRS"),
            .required("dec", .number(-90...90), "declination, degrees, ICRS"),
            .required("radius", .number(0...3_600), "arcsec"), .survey,
            .optional("limit", .whole(1...10_000), "how many at most", standard: "1000"), .format,
        ], body: .table("Cone"), isOfTables: true
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
        let (shown, isTruncated) = (found.prefix(limit), found.count > limit)
        let rows = shown.map { survey, match -> [TableCell] in
            [
                .text(survey.name), .integer(match.id), match.objectId.map { .text($0) } ?? .null,
                .real(match.epoch.mjdTAI), .real(match.ra), .real(match.dec), .real(match.distance),
            ]
        }
        return .table(question, name: "cone", fields, rows, isTruncated: isTruncated) {
            [
                "alerts": .list(
                    shown.map { survey, match in
                        [
                            "survey": .text(survey.name), "id": JSONTree(id: match.id),
                            "objectId": JSONTree(match.objectId), "mjd_tai": .number(match.epoch.mjdTAI),
                            "ra": .number(match.ra), "dec": .number(match.dec),
                            "separation_arcsec": .number(match.distance),
                        ]
                    }), "truncated": .flag(isTruncated),
            ]
        }
    }

    private static let fields = [
        TableField("survey", .text, ucd: "meta.id;instr.tel", "Survey"),
        TableField("id", .integer, ucd: "meta.id;meta.main", "Id of the alert"),
        TableField("objectId", .text, ucd: "meta.id.parent", "Name of its object"),
        TableField("mjd_tai", .real, unit: "d", ucd: "time.epoch", "MJD in TAI"),
        TableField("ra", .real, unit: "deg", ucd: "pos.eq.ra;meta.main", "Right ascension, ICRS"),
        TableField("dec", .real, unit: "deg", ucd: "pos.eq.dec;meta.main", "Declination, ICRS"),
        TableField("separation_arcsec", .real, unit: "arcsec", ucd: "pos.angDistance", "Distance from the place"),
    ]

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
