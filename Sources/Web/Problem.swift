internal import DataLayout
internal import HTTP
internal import JSON

/// Why a request is not answered, and what to do: `application/problem+json` (RFC 9457).
struct Problem: Error {
    /// What kind of problem it is, as the last part of its type's address.
    enum Kind: String, CaseIterable {
        case badRequest = "bad-request"
        case unauthorized
        case wrongHost = "wrong-host"
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case ambiguous
        case noModels = "no-models"
        case refusedStatement = "refused-statement"
        case busy
        case tooLong = "too-long"
        case noData = "no-data"
        case damaged
        case failed

        var status: Int {
            switch self {
            case .badRequest, .refusedStatement: 400
            case .unauthorized: 401
            case .notFound, .noModels: 404
            case .methodNotAllowed: 405
            case .ambiguous: 409
            case .wrongHost: 421
            case .damaged, .failed: 500
            case .busy, .tooLong, .noData: 503
            }
        }

        var title: String {
            switch self {
            case .badRequest: "The request is not understood"
            case .unauthorized: "A token is needed"
            case .wrongHost: "This host is not served"
            case .notFound: "There is no such thing here"
            case .methodNotAllowed: "Nothing can be changed here"
            case .noModels: "The models of supernovae are missing"
            case .ambiguous: "Several things have this name"
            case .refusedStatement: "The statement is refused"
            case .busy: "Too many ask at once"
            case .tooLong: "The answer takes too long"
            case .noData: "There is no data to read"
            case .damaged: "What is stored is damaged"
            case .failed: "The answer cannot be made"
            }
        }
    }

    let kind: Kind
    /// What happened, and what to do, in sentences.
    let detail: String
    var headers: [HTTPHeader] = []

    init(_ kind: Kind, _ detail: String, _ headers: [HTTPHeader] = []) {
        (self.kind, self.detail, self.headers) = (kind, detail, headers)
    }

    /// What a failure of the read side is to a client.
    init(_ error: BrokerError) {
        switch error.code {
        case .unknownObject:
            self.init(
                .notFound, error.detail + "; names are as the survey writes them, and /api/v1/cone finds by place")
        case .unknownAlert, .unknownTopic: self.init(.notFound, error.detail)
        case .ambiguous: self.init(.ambiguous, error.detail)
        case .refused: self.init(.refusedStatement, error.detail)
        case .interrupted:
            self.init(
                .tooLong,
                "it was ended after \(WebSettings.readingSeconds) s, so that it does not hold up a run; ask for less, or "
                    + "'nightjar sql' on the machine itself", [HTTPHeader("Retry-After", "5")])
        case .notADataFolder, .newerDataFolder: self.init(.noData, "\(error)", [HTTPHeader("Retry-After", "10")])
        case .damagedArchive, .lostFile, .damagedNight:
            self.init(.damaged, "\(error.detail); 'nightjar verify' says what else is damaged")
        default: self.init(.failed, error.detail)
        }
    }

    var answer: WebAnswer {
        let body: JSONTree = [
            "type": "https://nightjar.invalid/problems/\(kind.rawValue)", "title": .text(kind.title),
            "status": .integer(kind.status), "detail": .text(detail),
        ]
        var answer = WebAnswer(body.bytes, "application/problem+json", status: kind.status)
        answer.headers += headers
        answer.caching = .none
        return answer
    }

    static let schema = Schema.object([
        ("type", Schema.text("an address that stands for the kind of problem; nothing is found there")),
        ("title", Schema.text("the kind of problem in words")), ("status", Schema.integer("the HTTP status")),
        ("detail", Schema.text("what happened, and what to do")),
    ])
}

extension StringProtocol {
    /// In quotes, for a problem's detail: its beginning where it is long.
    var quoted: String { count > 64 ? "'\(prefix(64))…'" : "'\(self)'" }
}
