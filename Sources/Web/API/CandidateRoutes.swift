internal import Alerts
internal import Filters
internal import Foundation
internal import JSON
internal import Query

/// What filters passed, to look at.
enum CandidateRoutes {
    static let all = [candidates]

    private static let magnitudes = -5.0...40.0

    private static let candidates = Route(
        path: "/api/v1/candidates",
        summary: "What passed a filter, with small light curves: of each object the newest alert, or each alert",
        parameters: [
            .optional("filter", .text(longest: 128), "a filter of 'run --filters'; without it the survey's own"),
            .optional("night", .night, "the night, YYYYMMDD; without it all"), .survey,
            .optional("each", .choice(["object", "alert"]), "a row an object or an alert", standard: "object"),
            .optional(
                "sort", .choice(CandidateRequest.Sort.allCases.map(\.rawValue)), "what the list is sorted by",
                standard: "time"),
            .optional("order", .choice(["asc", "desc"]), "without it the newest, brightest, best or youngest first"),
            .optional("score", .text(longest: 128), "a column of 'scores' to sort by; without it the first one"),
            .optional("min_mag", .number(magnitudes), "the brightest that is listed, AB mag"),
            .optional("max_mag", .number(magnitudes), "the faintest that is listed, AB mag"),
            .optional("bandpass", .text(longest: 32), "the name of a band, such as ztfg"), .limit, .cursor,
        ], body: .json("Candidates"), problems: [.ambiguous, .notFound], isOfTables: true
    ) { question in
        let found = try question.read { reader -> (page: CandidatePage, request: CandidateRequest)? in
            guard let survey = try question.survey(reader) else { return nil }
            let filter = try question.filter(of: survey, reader)
            let request = try Self.request(question, survey, filter.map { .filter($0) } ?? .own)
            return (try reader.candidates(request), request)
        }
        guard let (page, request) = found else {
            let none: JSONTree = ["candidates": [], "next": .null, "total": 0]
            return WebAnswer(none.bytes, "application/json")
        }
        let next = page.last.map { Cursor.text([sorting(request), "\($0.value)", "\($0.id)"]) }
        let body: JSONTree = [
            "candidates": .list(page.candidates.map(CandidateJSON.tree)), "next": JSONTree(next),
            "total": JSONTree(page.total),
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    private static func request(
        _ question: Question, _ survey: Survey, _ selection: CandidateRequest.Source
    ) throws(Problem) -> CandidateRequest {
        let values = question.values
        var request = CandidateRequest(survey, selection)
        request.night = values["night"].flatMap { Int($0) }
        request.isOneAnObject = values["each"] == "object"
        request.sort = CandidateRequest.Sort(rawValue: values.text("sort")) ?? .time
        request.isDescending = values["order"].map { $0 == "desc" } ?? request.sort.isDescending
        request.limit = values.whole("limit")
        if values["min_mag"] != nil || values["max_mag"] != nil {
            let brightest = values["min_mag"] == nil ? magnitudes.lowerBound : values.number("min_mag")
            let faintest = values["max_mag"] == nil ? magnitudes.upperBound : values.number("max_mag")
            guard brightest <= faintest else { throw Problem(.badRequest, "'min_mag' is above 'max_mag'") }
            request.magnitudes = brightest...faintest
        }
        if let name = values["bandpass"] {
            let names = survey.bands.map(\.name)
            guard names.contains(name) else {
                throw Problem(
                    .badRequest,
                    "'\(name)' is no bandpass of \(survey.title); there are \(names.joined(separator: ", "))")
            }
            request.bandpass = name
        }
        let scores = question.settings.sight.computed(survey).first { $0.name == "scores" }?.columns.map(\.name) ?? []
        request.scores = scores
        request.score = scores.first
        if let name = values["score"] {
            guard scores.contains(name) else {
                let there = scores.isEmpty ? "there are none" : "there are \(scores.joined(separator: ", "))"
                throw Problem(.badRequest, "'\(name)' is no column of scores; \(there)")
            }
            request.score = name
        }
        if let text = values["cursor"] { request.place = try place(text, of: request) }
        return request
    }

    /// What a cursor belongs to.
    private static func sorting(_ request: CandidateRequest) -> String {
        "\(request.sort.rawValue) \(request.isDescending ? "desc" : "asc") \(request.score ?? "")"
    }

    private static func place(_ text: String, of request: CandidateRequest) throws(Problem) -> CandidateRequest.Place {
        let values = try Cursor.values(text, count: 3)
        guard values[0] == sorting(request), let value = Parameter.number(values[1]), let id = Int64(values[2]) else {
            throw Problem(.badRequest, "this 'cursor' is of a list that is sorted otherwise; begin without one")
        }
        return CandidateRequest.Place(value: value, id: id)
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        [
            ("Candidate", CandidateJSON.schema),
            (
                "Candidates",
                Schema.object([
                    ("candidates", Schema.list(Schema.named("Candidate"))),
                    ("next", Schema.orNull(Schema.text("the 'cursor' of the next page; null where there is none"))),
                    (
                        "total",
                        Schema.orNull(
                            Schema.integer("all of them; null of later pages, and where counting takes long"))
                    ),
                ])
            ),
        ]
    }
}
