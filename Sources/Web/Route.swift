internal import Alerts
internal import HTTP
internal import JSON
internal import Query

/// One path of the API: what it takes, what it answers with, and what makes the answer.
struct Route: Sendable {
    /// What an answer's body is.
    enum Body: Sendable {
        /// JSON of a schema of the document.
        case json(String)
        /// JSON of a schema of the document, or a table: CSV or a VOTable, with ``Parameter/format``.
        case table(String)
        /// Bytes of a media type.
        case bytes(String)
    }

    /// Such as `/api/v1/objects/{name}`; a part may end with text behind the brace.
    let path: String
    let summary: String
    let parameters: [Parameter]
    let body: Body
    /// The problems that it can have beside those of every path.
    var problems: [Problem.Kind] = []
    /// What a POST of plain text to it is, where it takes one.
    var text: String?
    /// Whether its answer is made of the tables alone, and stays the same while they do.
    var isOfTables = false
    /// Makes the answer.
    let answer: @Sendable (Question) throws -> WebAnswer

    /// The parts of its path.
    var parts: [Substring] { path.dropFirst().split(separator: "/") }

    /// The values of its path's parameters in a request's; `nil` where the path is another.
    func match(_ given: [String]) -> [String: String]? {
        let parts = parts
        guard parts.count == given.count else { return nil }
        var values: [String: String] = [:]
        for (part, text) in zip(parts, given) {
            guard part.hasPrefix("{"), let end = part.firstIndex(of: "}") else {
                guard part == text[...] else { return nil }
                continue
            }
            let suffix = part[part.index(after: end)...]
            guard text.hasSuffix(suffix) else { return nil }
            values[String(part[part.index(after: part.startIndex)..<end])] = String(text.dropLast(suffix.count))
        }
        return values
    }
}

/// A request that a route answers.
struct Question {
    let values: ParameterValues
    /// The data folders, open, with a deadline.
    let readers: ReaderPool
    let settings: WebSettings
    let statements: StatementGate
    let tonight: TonightWatch
    let states: NightStates
    let counts: RequestCounts
    /// The text that was posted; `nil` of a GET.
    var text: String?

    /// Reads the folders.
    func read<Value>(_ body: (DataReader) throws -> Value) throws -> Value { try readers.read(body) }

    /// The survey that is meant: the one that is named, or the only one that has alerts; `nil` where there are no alerts.
    ///
    /// - Throws: ``Problem`` where several have, and what the reader throws.
    func survey(_ reader: DataReader) throws -> Survey? {
        if let named = values.survey { return named }
        let surveys = try reader.surveysWithAlerts()
        guard surveys.count <= 1 else {
            let names = surveys.map(\.name).joined(separator: " or ")
            throw Problem(.ambiguous, "there are alerts of several surveys; say survey=\(names)")
        }
        return surveys.first
    }

    /// The filter that is asked for; `nil` where none is.
    ///
    /// - Throws: ``Problem`` for one that has judged no alert of the survey, and what the reader throws.
    func filter(of survey: Survey, _ reader: DataReader) throws -> String? {
        guard let name = values["filter"] else { return nil }
        let names = try reader.filterNames(of: survey)
        guard !names.contains(name) else { return name }
        let there = names.isEmpty ? "none has" : "there are \(names.joined(separator: ", "))"
        throw Problem(
            .notFound, "no filter \(name.quoted) has judged alerts of \(survey.title) here; \(there)")
    }
}

extension Route {
    /// The text that a request posts.
    ///
    /// - Throws: ``Problem`` for what is no plain text in UTF-8, and where the route takes none.
    func text(of request: HTTPRequest) throws(Problem) -> String {
        guard text != nil else { throw Problem(.methodNotAllowed, "only GET and HEAD are answered here") }
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? "text/plain"
        guard type.lowercased().hasPrefix("text/plain") else {
            throw Problem(.badRequest, "send the text as 'Content-Type: text/plain', and not as \(type.quoted)")
        }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw Problem(.badRequest, "the text is not UTF-8")
        }
        return text
    }
}
