internal import Alerts
internal import JSON
internal import Query
internal import VOTables

/// Light curves as tables.
enum PhotometryRoutes {
    static let all = [photometry]

    private static let photometry = Route(
        path: "/api/v1/objects/{name}/photometry",
        summary:
            "All points of an object's light curve as one table: detections, forced photometry and limits, by time",
        parameters: [
            .object, .survey,
            .optional("alone", .flag, "without the other ids that the survey gave to the place", standard: "false"),
            .format,
        ], body: .table("Photometry"), problems: [.notFound, .ambiguous], isOfTables: true
    ) { question in
        let name = question.values.text("name")
        let object = try question.read { reader in
            try ObjectRoutes.object(question, reader, joins: !question.values.flag("alone"))
        }
        let rows = points(object)
        return .table(question, name: "\(object.survey.name)_\(object.name)", fields.map(\.field), rows) {
            [
                "points": .list(
                    rows.map { row in
                        .object(zip(fields, row).map { (name: $0.field.name, value: $0.json($1)) })
                    })
            ]
        }
    }

    // MARK: - Points

    private static func points(_ object: ObjectRecord) -> [[TableCell]] {
        var all: [(time: Double, row: [TableCell])] = []
        func add(
            _ kind: String, _ owner: String, _ epoch: Epoch, _ bandpass: Bandpass?, id: Int64? = nil,
            _ values: [Double?], isPositive: Bool? = nil, _ marks: PointMarks = [],
            ra: Double? = nil, dec: Double? = nil, score: Float? = nil
        ) {
            var row: [TableCell] = [
                .text(object.survey.name), .text(owner), .text(kind), id.map { .integer($0) } ?? .null,
                .real(epoch.mjd), .real(epoch.mjdTAI), bandpass.map { .text($0.name) } ?? .null,
            ]
            row += values.map { $0.map { .real($0) } ?? .null }
            row.append(isPositive.map { .integer($0 ? 1 : 0) } ?? .null)
            row += [ra, dec, score.map { Double($0) }].map { $0.map { .real($0) } ?? .null }
            row.append(.text(marks.names.joined(separator: ", ")))
            all.append((epoch.mjdTAI, row))
        }
        for (curve, owners) in [
            (object.lightCurve, object.owners), (object.withdrawn, object.withdrawnOwners),
        ] {
            for (point, owner) in zip(curve.detections, owners.detections) {
                let values = BrightnessValues(point.brightness)
                add(
                    "detection", owner, point.epoch, point.bandpass, id: point.id,
                    [values.mag, values.magError, values.flux, values.fluxError, nil, nil],
                    isPositive: point.isPositive,
                    point.marks, ra: point.ra, dec: point.dec, score: point.realBogus)
            }
            for (point, owner) in zip(curve.forced, owners.forced) {
                let flux = point.nanojansky
                add(
                    "forced", owner, point.epoch, point.bandpass, [nil, nil, flux?.flux, flux?.error, nil, nil],
                    point.marks)
            }
            for (limit, owner) in zip(curve.upperLimits, owners.upperLimits) {
                let values = BrightnessValues(limit.limit)
                add("limit", owner, limit.epoch, limit.bandpass, [nil, nil, nil, nil, values.mag, values.flux])
            }
        }
        return all.sorted { $0.time < $1.time }.map(\.row)
    }

    private struct Column: Sendable {
        let field: TableField
        /// The schema of its values in JSON.
        let schema: JSONTree

        func json(_ cell: TableCell) -> JSONTree {
            switch cell {
            case .null: .null
            case .integer(let number): field.kind == .flag ? .flag(number != 0) : JSONTree(id: number)
            case .real(let number): .number(number)
            case .text(let text): .text(text)
            }
        }

        init(
            _ name: String, _ kind: TableField.Kind, unit: String? = nil, ucd: String? = nil, _ meaning: String,
            isNull: Bool = true
        ) {
            field = TableField(name, kind, unit: unit, ucd: ucd, meaning)
            let plain =
                switch kind {
                case .real: Schema.number(meaning)
                case .flag: Schema.flag(meaning)
                case .text: Schema.text(meaning)
                case .short, .integer: Schema.id(meaning)
                }
            schema = isNull ? Schema.orNull(plain) : plain
        }
    }

    private static let fields = [
        Column("survey", .text, ucd: "meta.id;instr.tel", "Survey", isNull: false),
        Column("objectId", .text, ucd: "meta.id.parent;meta.main", "Object's name", isNull: false),
        Column("kind", .text, ucd: "meta.code.class", "detection, forced or limit", isNull: false),
        Column("id", .integer, ucd: "meta.id", "Survey's id of the detection"),
        Column("mjd", .real, unit: "d", ucd: "time.epoch", "MJD in the survey's own scale", isNull: false),
        Column("mjd_tai", .real, unit: "d", ucd: "time.epoch;meta.main", "MJD in TAI", isNull: false),
        Column("bandpass", .text, ucd: "instr.bandpass", "Bandpass"),
        Column("mag", .real, unit: "mag", ucd: "phot.mag", "AB magnitude of the difference"),
        Column("mag_err", .real, unit: "mag", ucd: "stat.error;phot.mag", "Error of mag"),
        Column("flux_njy", .real, unit: "nJy", ucd: "phot.flux.density", "Flux of the difference"),
        Column("flux_err_njy", .real, unit: "nJy", ucd: "stat.error;phot.flux.density", "Error of flux_njy"),
        Column("limiting_mag_5_sigma", .real, unit: "mag", ucd: "phot.mag;stat.max", "Limit at 5 sigma, AB magnitude"),
        Column(
            "noise_njy_1_sigma", .real, unit: "nJy", ucd: "stat.error;phot.flux.density", "Noise of the limit, 1 sigma"),
        Column("is_positive", .flag, ucd: "meta.code", "Whether it is brighter than in the template"),
        Column("ra", .real, unit: "deg", ucd: "pos.eq.ra", "Right ascension, ICRS"),
        Column("dec", .real, unit: "deg", ucd: "pos.eq.dec", "Declination, ICRS"),
        Column(
            "real_bogus", .real, ucd: "stat.likelihood",
            "Survey's score that it is real: rb of ZTF, reliability of LSST"),
        Column("marks", .text, ucd: "meta.code.qual", "What speaks against it, with commas between", isNull: false),
    ]

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        [
            (
                "Photometry",
                Schema.object([("points", Schema.list(Schema.object(fields.map { ($0.field.name, $0.schema) })))])
            )
        ]
    }
}
