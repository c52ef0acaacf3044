internal import Alerts
internal import HTTP
internal import Query
internal import VOTables

/// The Simple Cone Search: the objects around a place.
///
/// Source: Simple Cone Search 1.03 (Plante et al. 2008). Its VOTable is of version 1.1, which goes with the old UCDs that the
/// standard asks for.
enum ConeService {
    /// The largest radius, degrees: what is found is kept in memory. TAP reads larger regions.
    static let largestRadius = 10.0
    /// Objects at most.
    static let mostRecords = 10_000
    /// How many alerts of objects are looked at, at most.
    private static let mostAlerts = 200_000

    /// An object, as its alerts in the cone are.
    private struct Found {
        let survey: Survey
        var newest: ConeSearch.Match
        var count = 1
        var first: Double
        var last: Double
    }

    static func answer(_ question: ObservatoryQuestion) -> WebAnswer {
        do {
            return .votable(try table(question))
        } catch {
            // 2.3 of the standard: an error is a VOTable too, and clients read it of answers that succeed.
            return .votable(VOTableWriter.failure(Problem(of: error).detail, version: .v1_1))
        }
    }

    private static func number(
        _ name: String, _ range: ClosedRange<Double>, _ question: ObservatoryQuestion
    ) throws(Problem) -> Double {
        guard let text = question[name] else {
            throw Problem(.badRequest, "the parameter \(name) is missing: decimal degrees, ICRS")
        }
        guard let value = Parameter.number(text), range.contains(value) else {
            throw Problem(
                .badRequest,
                "\(name) is a number of degrees from \(range.lowerBound) to \(range.upperBound), and not \(text.quoted)"
            )
        }
        return value
    }

    private static func table(_ question: ObservatoryQuestion) throws -> [UInt8] {
        let ra = try number("RA", 0...360, question)
        let dec = try number("DEC", -90...90, question)
        let radius = try number("SR", 0...largestRadius, question)
        let verbosity = question["VERB"] ?? "2"
        guard ["1", "2", "3"].contains(verbosity) else {
            throw Problem(.badRequest, "VERB is 1, 2 or 3, and not \(verbosity.quoted)")
        }
        var surveys = Survey.all
        if let name = question["SURVEY"] {
            guard let survey = Survey.named(name) else {
                throw Problem(.badRequest, "SURVEY is \(Survey.names), and not \(name.quoted)")
            }
            surveys = [survey]
        }
        let found = radius == 0 ? [] : try objects(question, surveys, ra: ra, dec: dec, radius: radius)
        let shown = found.prefix(mostRecords)
        let level = Int(verbosity) ?? 2
        let fields = fields.filter { $0.level <= level }
        var infos: [(name: String, value: String, text: String)] = []
        if found.count > mostRecords {
            infos.append(
                ("QUERY_STATUS", "OVERFLOW", "the \(mostRecords) nearest of \(found.count) objects are sent"))
        }
        var writer = VOTableWriter(fields.map(\.field), name: "objects", infos: infos, version: .v1_1)
        for object in shown { writer.add(fields.map { $0.value(object, question) }) }
        return writer.end()
    }

    /// One object of each name, the nearest first; an alert without an object stands for itself.
    private static func objects(
        _ question: ObservatoryQuestion, _ surveys: [Survey], ra: Double, dec: Double, radius: Double
    ) throws -> [Found] {
        var all: [Found] = []
        try question.read { reader in
            for survey in surveys {
                var known: [String: Int] = [:]
                let matches = try reader.cone(survey: survey, ra: ra, dec: dec, radius: radius * 3_600)
                guard matches.count <= mostAlerts else {
                    throw Problem(
                        .badRequest,
                        "the cone has \(matches.count) alerts of \(survey.title); ask for a smaller SR, or TAP")
                }
                for match in matches {
                    let time = match.epoch.mjdTAI
                    guard let name = match.objectId, let at = known[name] else {
                        if let name = match.objectId { known[name] = all.count }
                        all.append(Found(survey: survey, newest: match, first: time, last: time))
                        continue
                    }
                    all[at].count += 1
                    all[at].first = min(all[at].first, time)
                    if time >= all[at].last { (all[at].last, all[at].newest) = (time, match) }
                }
            }
        }
        return all.sorted { ($0.newest.distance, $0.newest.id) < ($1.newest.distance, $1.newest.id) }
    }

    // MARK: - Columns

    private struct Column: Sendable {
        let field: TableField
        /// The verbosity from which on it is there.
        let level: Int
        let value: @Sendable (Found, ObservatoryQuestion) -> TableCell
    }

    private static let fields: [Column] = [
        Column(
            field: TableField(
                "id", .text, ucd: "ID_MAIN", "Name of the object, or the id of an alert that is of no object"),
            level: 1
        ) { found, _ in .text(found.newest.objectId ?? "\(found.newest.id)") },
        Column(
            field: TableField(
                "ra", .real, unit: "deg", ucd: "POS_EQ_RA_MAIN",
                "Right ascension of the newest alert in the cone, ICRS"), level: 1
        ) { found, _ in .real(found.newest.ra) },
        Column(
            field: TableField(
                "dec", .real, unit: "deg", ucd: "POS_EQ_DEC_MAIN", "Declination of the newest alert in the cone, ICRS"),
            level: 1
        ) { found, _ in .real(found.newest.dec) },
        Column(
            field: TableField("survey", .text, ucd: "meta.id;instr.tel", "Survey whose object it is"), level: 2
        ) { found, _ in .text(found.survey.name) },
        Column(
            field: TableField(
                "separation", .real, unit: "arcsec", ucd: "pos.angDistance", "Distance from the middle of the cone"),
            level: 2
        ) { found, _ in .real(found.newest.distance) },
        Column(
            field: TableField("n_alerts", .integer, ucd: "meta.number", "Number of alerts of the object in the cone"),
            level: 2
        ) { found, _ in .integer(Int64(found.count)) },
        Column(
            field: TableField(
                "first_mjd_tai", .real, unit: "d", ucd: "time.start", "Time of the first of these alerts, MJD in TAI"),
            level: 2
        ) { found, _ in .real(found.first) },
        Column(
            field: TableField(
                "last_mjd_tai", .real, unit: "d", ucd: "time.end", "Time of the newest of these alerts, MJD in TAI"),
            level: 2
        ) { found, _ in .real(found.last) },
        Column(field: TableField("alert", .integer, ucd: "meta.id.part", "Id of the newest of these alerts"), level: 2)
        {
            found, _ in .integer(found.newest.id)
        },
        Column(
            field: TableField(
                "datalink", .text, ucd: "meta.ref.url",
                "Packet, cutouts and plot of the newest of these alerts: DataLink"),
            level: 3
        ) { found, question in .text(question.link("datalink?ID=\(found.survey.name)/\(found.newest.id)")) },
    ]
}
