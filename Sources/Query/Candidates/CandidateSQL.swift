internal import Alerts
internal import DataLayout
internal import Foundation
internal import Pipeline
internal import SQLite

/// The statements of a list of candidates over one folder.
///
/// `a` is the alert table; of a filter's passes `p` is their table. The survey's own filter has the partial index
/// `<survey>_alerts_passed`, `<survey>_passes_listed` the others: without them, in a folder that an older Nightjar wrote last, the
/// same rows are found more slowly.
struct CandidateSQL {
    private let request: CandidateRequest
    private let present: Set<String>
    private var tables: SurveyTables { request.survey.tables }
    private var listing: ListingColumns { tables.listing }

    /// - Parameters:
    ///   - request: What is listed.
    ///   - present: The columns that the folder's alert table has.
    init(_ request: CandidateRequest, present: Set<String>) { (self.request, self.present) = (request, present) }

    // MARK: - Parts

    private var isOfFilter: Bool { request.source != .own }

    private func from(_ alert: String, _ pass: String) -> String {
        guard isOfFilter else { return "\(tables.alerts) AS \(alert)" }
        // The left table is the outer loop, whose index gives the order.
        return """
            \(request.survey.name)_passes AS \(pass) CROSS JOIN \(tables.alerts) AS \(alert)
            ON \(alert).\(tables.idColumn) = \(pass).candid
            """
    }

    /// The time as the source's index has it.
    private func time(_ alert: String, _ pass: String) -> String {
        isOfFilter ? "\(pass).jd" : "\(alert).\(tables.timeColumn)"
    }

    private func id(_ alert: String, _ pass: String) -> String {
        isOfFilter ? "\(pass).candid" : "\(alert).\(tables.idColumn)"
    }

    private func conditions(_ alert: String, _ pass: String, isOfObject: Bool = false) -> [String] {
        var conditions: [String]
        switch request.source {
        case .own: conditions = ["\(alert).\(FilterVerdict.all)"]
        // The plus keeps the index of filters away where an object is looked for.
        case .filter: conditions = ["\(isOfObject ? "+" : "")\(pass).filter = :filter"]
        }
        if let night = request.night, let range = request.survey.times(ofNight: night) {
            // By the index of times.
            let offset = isOfFilter && !request.survey.time.isJulian ? 2_400_000.5 : 0
            conditions.append(
                "\(time(alert, pass)) BETWEEN \(range.lowerBound + offset) AND \(range.upperBound + offset)")
            conditions.append("\(isOfFilter ? pass : alert).night = \(night)")
        }
        if let magnitudes = request.magnitudes {
            let column = "\(alert).\(listing.brightness.column)"
            switch listing.brightness {
            case .magnitude:
                conditions.append("\(column) BETWEEN \(magnitudes.lowerBound) AND \(magnitudes.upperBound)")
            case .flux(_, let zeroPoint):
                let fluxes = [magnitudes.upperBound, magnitudes.lowerBound].map { pow(10, 0.4 * (zeroPoint - $0)) }
                conditions.append("abs(\(column)) BETWEEN \(fluxes[0]) AND \(fluxes[1])")
            }
        }
        if request.bandpass != nil { conditions.append("\(listing.bandpass(alert)) = :bandpass") }
        return conditions
    }

    /// A column of the alert; null where the table lacks it.
    private func column(_ name: String?) -> String {
        guard let name, present.contains(name) else { return "NULL" }
        return "a.\(sqlName(name))"
    }

    /// The time of the object's first detection; surveys write 0, or a negative number, where they do not know it.
    private var first: String { "CASE WHEN \(column(listing.first)) > 0 THEN \(column(listing.first)) END" }

    private var detections: String {
        "CASE WHEN \(column(listing.detections)) > 0 THEN \(column(listing.detections)) END"
    }

    private var realBogus: String {
        let known = listing.realBogus.map { "CASE WHEN \(column($0)) >= 0 THEN \(column($0)) END" }
        return "coalesce(\((known + ["NULL", "NULL"]).joined(separator: ", ")))"
    }

    /// What the list is sorted by; what has no value comes last.
    private var value: String {
        let value: String
        switch request.sort {
        case .time: return time("a", "p")
        case .mag:
            let column = "a.\(listing.brightness.column)"
            if case .flux = listing.brightness { value = "-abs(\(column))" } else { value = column }
        case .score: value = request.score.map { column($0) } ?? realBogus
        case .age: value = "a.\(tables.timeColumn) - \(first)"
        case .detections: value = "CAST(\(detections) AS REAL)"
        }
        return "coalesce(\(value), \(request.isDescending ? -1e308 : 1e308))"
    }

    // MARK: - Statements

    /// The statement of ``stream(in:)``.
    var streamSQL: String {
        let (order, comparison) = request.isDescending ? ("DESC", "<") : ("ASC", ">")
        var conditions = conditions("a", "p")
        if request.place != nil { conditions.append("(\(value), \(id("a", "p"))) \(comparison) (:value, :id)") }
        return """
            SELECT \(id("a", "p")), a.objectId, \(time("a", "p")), \(value) FROM \(from("a", "p"))
            WHERE \(conditions.joined(separator: " AND ")) ORDER BY 4 \(order), 1 \(order)
            """
    }

    /// Rows of id, object, the source's time, and what is sorted by, in the list's order.
    func stream(in database: Database) throws(SQLiteError) -> Statement {
        let query = try database.prepare(streamSQL)
        bind(to: query)
        if let place = request.place {
            query.bind(query.index(of: ":value"), place.value)
            query.bind(query.index(of: ":id"), place.id)
        }
        return query
    }

    /// The statement of ``newer(in:)``.
    var newerSQL: String {
        let object = isOfFilter ? "q.objectId" : "b.objectId"
        return """
            SELECT 1 FROM \(from("b", "q")) WHERE \(object) = :object
            AND (\(time("b", "q")), \(id("b", "q"))) > (:time, :id)
            AND \(conditions("b", "q", isOfObject: true).joined(separator: " AND ")) LIMIT 1
            """
    }

    /// Whether an object has a later one of the alerts that are listed.
    func newer(in database: Database) throws(SQLiteError) -> Statement {
        let query = try database.prepare(newerSQL)
        bind(to: query)
        return query
    }

    /// The number of rows, or of objects; at most one more than a bound.
    func count(in database: Database, atMost most: Int) throws(SQLiteError) -> Int {
        let rows = request.isOneAnObject ? "DISTINCT coalesce(a.objectId, a.\(tables.idColumn))" : "1"
        let query = try database.prepare(
            """
            SELECT count(*) FROM (SELECT \(rows) FROM \(from("a", "p"))
            WHERE \(conditions("a", "p").joined(separator: " AND ")) LIMIT \(most + 1))
            """)
        bind(to: query)
        return try query.step() ? Int(query.integer(0)) : 0
    }

    private func bind(to query: Statement) {
        if case .filter(let name) = request.source { query.bind(query.index(of: ":filter"), name) }
        if let bandpass = request.bandpass { query.bind(query.index(of: ":bandpass"), bandpass) }
    }

    /// What is told of an alert beside its light curve: night, position, first detection, detections, judgement, and the scores.
    func row(in database: Database) throws(SQLiteError) -> Statement {
        let position = tables.positionColumns
        let scores = request.scores.map { ", " + column($0) }.joined()
        return try database.prepare(
            """
            SELECT a.night, a.\(position.ra), a.\(position.dec), \(first), \(detections), \(realBogus),
            a.\(tables.timeColumn), a.\(FilterVerdict.all), \(listing.bandpass("a"))\(scores)
            FROM \(tables.alerts) AS a WHERE a.\(tables.idColumn) = ?
            """)
    }
}
