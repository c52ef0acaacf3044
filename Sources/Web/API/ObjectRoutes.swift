internal import Alerts
internal import JSON
internal import Query

/// Objects.
enum ObjectRoutes {
    static let all = [object]

    private static let object = Route(
        path: "/api/v1/objects/{name}",
        summary: "An object: its alerts, light curve, fits, and the newest alert's row with matches and scores",
        parameters: [
            .object, .survey,
            .optional(
                "alone", .flag, "only what has this id, and not the other ids of its place", standard: "false"),
        ], body: .json("Object"), problems: [.notFound, .ambiguous], isOfTables: true
    ) { question in
        let (object, row) = try question.read { reader in
            let object = try Self.object(question, reader, joins: !question.values.flag("alone"))
            let newest = object.alerts.last { $0.object == object.name }
            return (object, try newest.flatMap { try reader.row(ofAlert: $0.id, of: object.survey) })
        }
        let body: JSONTree = [
            "object": try JSONTree(encoding: ObjectJSON(object: object)), "newest": row.map { JSONTree($0) } ?? .null,
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// The object that a question names.
    ///
    /// - Parameters:
    ///   - question: The question.
    ///   - reader: The folders.
    ///   - joins: Whether the other ids of its place are part of it.
    /// - Returns: The object.
    /// - Throws: ``Problem`` where there is none, or several surveys have one.
    static func object(_ question: Question, _ reader: DataReader, joins: Bool) throws -> ObjectRecord {
        let name = question.values.text("name")
        var objects = try reader.objects(named: name, joins: joins)
        if let survey = question.values.survey { objects = objects.filter { $0.survey == survey } }
        guard let object = objects.first else {
            throw Problem(.notFound, "no alert of an object '\(name)' of this survey is here")
        }
        guard objects.count == 1 else {
            let names = objects.map(\.survey.name).joined(separator: " or ")
            throw Problem(.ambiguous, "several surveys have an object '\(name)'; say survey=\(names)")
        }
        return object
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let times: [(String, JSONTree)] = [
            ("mjd", Schema.number("MJD in the survey's own time scale")), ("mjd_tai", Schema.number("MJD in TAI")),
        ]
        let marks = ("marks", Schema.list(Schema.text("what is to be known of the point")))
        func null(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning)) }
        let point = Schema.object(
            [
                ("id", Schema.orNull(Schema.id("the alert's id"))), ("objectId", Schema.text("whose point it is")),
            ] + times + [
                ("bandpass", Schema.orNull(Schema.text("the band's name"))), ("mag", null("AB mag")),
                ("mag_err", null("AB mag")), ("flux_njy", null("nJy")), ("flux_err_njy", null("nJy")),
                ("is_positive", Schema.orNull(Schema.flag("brighter than the reference"))),
                ("ra", null("degrees, ICRS")), ("dec", null("degrees, ICRS")),
                ("real_bogus", null("the survey's score of all points, 1 for real: rb of ZTF, reliability of LSST")),
                marks,
            ])
        let limit = Schema.object(
            [("objectId", Schema.text("whose limit it is"))] + times + [
                ("bandpass", Schema.orNull(Schema.text("the band's name"))),
                ("limiting_mag_5_sigma", null("AB mag, 5 sigma")), ("noise_njy_1_sigma", null("nJy, one sigma")),
            ])
        let alert = Schema.object(
            [("id", Schema.id("the alert's id")), ("objectId", Schema.text("its object's name"))] + times + [
                ("night", Schema.integer("YYYYMMDD")), ("ra", null("degrees, ICRS")), ("dec", null("degrees, ICRS")),
                ("data_kind", Schema.text("what kind of data it is")), ("data", Schema.text("the data folder")),
                ("passed", Schema.flag("whether it passed the survey's own filter")),
                ("verdict", Schema.open("the filter's cuts", of: Schema.flag("the cut"))),
            ])
        let object = Schema.object([
            ("survey", Schema.text("the survey's name")), ("objectId", Schema.text("the object's name")),
            ("ra", null("degrees, ICRS")), ("dec", null("degrees, ICRS")),
            ("time_scale", Schema.text("of mjd: utc_start or tai_middle")),
            (
                "joined",
                Schema.list(
                    Schema.object([
                        ("objectId", Schema.text("another id of the place")),
                        ("distance_arcsec", Schema.number("how far it is, arcsec")),
                    ]))
            ), ("alerts", Schema.list(alert)), ("detections", Schema.list(point)), ("forced", Schema.list(point)),
            ("limits", Schema.list(limit)), ("withdrawn", Schema.list(point)),
            ("fits", Schema.list(Schema.open("a SALT2 fit, the newest first: the columns of the table of fits"))),
        ])
        return [
            (
                "Object",
                Schema.object([
                    ("object", object),
                    ("newest", Schema.orNull(Schema.open("the newest alert's row, with matches and scores"))),
                ])
            )
        ]
    }
}
