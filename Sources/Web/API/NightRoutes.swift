internal import Alerts
internal import DataLayout
internal import JSON
internal import Pipeline
internal import Query

/// Nights, their alerts, and what passed filters in them.
enum NightRoutes {
    static let all = [nights, night, alerts, passes]

    private static let nightParameter = Parameter.path("night", .night, "the night, YYYYMMDD")

    private static func counts(_ total: LedgerAccount.Total) throws -> JSONTree { try JSONTree(encoding: total) }

    private static let nights = Route(
        path: "/api/v1/nights", summary: "The nights with their counts, the newest first; night 0 is unknown",
        parameters: [], body: .json("Nights"), isOfTables: true
    ) { question in
        let totals = try question.read { try $0.nights() }
        let body: JSONTree = ["nights": .list(try totals.reversed().map(counts))]
        return WebAnswer(body.bytes, "application/json")
    }

    private static let night = Route(
        path: "/api/v1/nights/{night}",
        summary: "A night: its counts, its ledger, and how long alerts were on their way",
        parameters: [nightParameter], body: .json("Night"), problems: [.notFound], isOfTables: true
    ) { question in
        let night = question.values.whole("night")
        let body: JSONTree = try question.read { reader in
            let account = try reader.ledger(comparesAlerts: false).night(night)
            guard let total = account.totals.first(where: { $0.night == night }) else {
                throw Problem(.notFound, "nothing was received of night \(night); /api/v1/nights has the nights")
            }
            var latencies: [(name: String, value: JSONTree)] = []
            let surveys = try reader.surveys(ofNight: night)
            for survey in surveys {
                let stages = try reader.latencies(of: survey, night: night).sorted { $0.key.rawValue < $1.key.rawValue }
                latencies.append(
                    (
                        survey.name,
                        .object(try stages.map { (name: $0.key.rawValue, value: try JSONTree(encoding: $0.value)) })
                    ))
            }
            return [
                "totals": try counts(total), "surveys": .list(surveys.map { .text($0.name) }),
                "ledger": .list(try account.entries.map(LedgerRoutes.row)),
                "addsUp": .flag(account.faults.isEmpty), "latencies": .object(latencies),
            ]
        }
        return WebAnswer(body.bytes, "application/json")
    }

    /// The survey that a question about a night names, or the only one that has alerts of it; `nil` where none has.
    ///
    /// - Throws: ``Problem`` where several have.
    static func survey(ofNight night: Int, _ values: ParameterValues, _ reader: DataReader) throws -> Survey? {
        if let survey = values.survey { return survey }
        let surveys = try reader.surveys(ofNight: night)
        guard surveys.count <= 1 else {
            let names = surveys.map(\.name).joined(separator: " or ")
            throw Problem(.ambiguous, "several surveys have alerts of night \(night); say survey=\(names)")
        }
        return surveys.first
    }

    private static let alerts = Route(
        path: "/api/v1/nights/{night}/alerts",
        summary: "A night's alerts of one survey, by time, with the survey's own filter's verdict",
        parameters: [
            nightParameter, .survey, .optional("passed", .flag, "only those that passed", standard: "false"), .limit,
            .cursor,
        ], body: .json("NightAlerts"), problems: [.ambiguous], isOfTables: true
    ) { question in
        let (values, night) = (question.values, question.values.whole("night"))
        let place = try Cursor.place(values["cursor"])
        let page = try question.read { reader -> (alerts: [DataReader.NightAlert], last: AlertPlace?) in
            guard let survey = try survey(ofNight: night, values, reader) else { return ([], nil) }
            return try reader.alerts(
                ofNight: night, of: survey, passedOnly: values.flag("passed"), after: place,
                limit: values.whole("limit"))
        }
        let isFull = page.alerts.count == values.whole("limit")
        let body: JSONTree = [
            "alerts": .list(page.alerts.map(row)), "next": JSONTree(isFull ? page.last.map { Cursor.text($0) } : nil),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    static func row(_ alert: DataReader.NightAlert) -> JSONTree {
        [
            "survey": .text(alert.survey.name), "id": JSONTree(id: alert.row.id),
            "objectId": JSONTree(alert.objectName), "mjd_tai": .number(alert.row.epoch.mjdTAI),
            "ra": JSONTree(alert.row.ra), "dec": JSONTree(alert.row.dec), "passed": .flag(alert.row.passed),
            "failed_cuts": .list(alert.row.failedCuts.map { .text($0) }),
        ]
    }

    private static let passes = Route(
        path: "/api/v1/passes",
        summary:
            "The alerts that passed filters of 'run --filters', by time; the survey's own filter is a night's 'passed'",
        parameters: [
            .optional("filter", .text(longest: 128), "a filter's name"),
            .optional("night", .night, "the night, YYYYMMDD"),
            .survey, .limit, .cursor,
        ], body: .json("Passes"), problems: [.ambiguous, .notFound], isOfTables: true
    ) { question in
        let values = question.values
        let place = try Cursor.place(values["cursor"])
        let page = try question.read { reader -> (passes: [FilterPass], last: AlertPlace?) in
            let used = Set(try reader.filterUses().map(\.survey))
            let surveys = values.survey.map { [$0] } ?? Survey.all.filter { used.contains($0.name) }
            guard let survey = surveys.first else { return ([], nil) }
            guard surveys.count == 1 else {
                let names = surveys.map(\.name).joined(separator: " or ")
                throw Problem(.ambiguous, "filters of several surveys have judged alerts; say survey=\(names)")
            }
            return try reader.passes(
                of: try question.filter(of: survey, reader), survey: survey, night: values["night"].flatMap { Int($0) },
                after: place,
                limit: values.whole("limit"))
        }
        let isFull = page.passes.count == values.whole("limit")
        let body: JSONTree = [
            "passes": .list(page.passes.map(row)), "next": JSONTree(isFull ? page.last.map { Cursor.text($0) } : nil),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static func row(_ pass: FilterPass) -> JSONTree {
        [
            "survey": .text(pass.survey.name), "id": JSONTree(id: pass.id), "objectId": JSONTree(pass.objectName),
            "mjd_tai": .number(pass.epoch.mjdTAI), "night": .integer(pass.night), "filter": .text(pass.filter),
            "version": .text(pass.version),
        ]
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let alert: [(String, JSONTree)] = [
            ("survey", Schema.text("the survey's name")), ("id", Schema.id("the alert's id")),
            ("objectId", Schema.orNull(Schema.text("its object's name"))), ("mjd_tai", Schema.number("MJD in TAI")),
        ]
        let listed = Schema.object(
            alert + [
                ("ra", Schema.orNull(Schema.number("degrees, ICRS"))),
                ("dec", Schema.orNull(Schema.number("degrees, ICRS"))),
                ("passed", Schema.flag("whether it passed the survey's own filter")),
                ("failed_cuts", Schema.list(Schema.text("a cut that it failed"))),
            ])
        let pass = Schema.object(
            alert + [
                ("night", Schema.integer("YYYYMMDD")), ("filter", Schema.text("the filter's name")),
                ("version", Schema.text("the SHA-256 of its text")),
            ])
        return [
            ("Counts", LedgerRoutes.counts),
            ("Nights", Schema.object([("nights", Schema.list(Schema.named("Counts")))])),
            (
                "Night",
                Schema.object([
                    ("totals", Schema.named("Counts")), ("surveys", Schema.list(Schema.text("a survey's name"))),
                    ("ledger", Schema.list(Schema.named("LedgerRow"))),
                    ("addsUp", Schema.flag("whether received is duplicates + stored + deadLettered in each row")),
                    ("latencies", Schema.open("by survey and stage: count, and p50, p99 and max in seconds")),
                ])
            ), ("NightAlert", listed), ("NightAlerts", Schema.page("alerts", of: Schema.named("NightAlert"))),
            ("Passes", Schema.page("passes", of: pass)),
        ]
    }
}
