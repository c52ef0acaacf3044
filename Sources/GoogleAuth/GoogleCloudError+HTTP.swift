package import HTTP

extension GoogleCloudError {
    private static let longestDetail = 500  // characters

    /// Reads an answer that says that something failed.
    ///
    /// Services answer with `{"error": {"status": ..., "message": ..., "errors": [{"reason": ...}]}}`
    /// (google.rpc.Status as JSON), token servers with `{"error": ..., "error_description": ...}` (RFC 6749, 5.2).
    package init(http response: HTTPResponse, service: String, resource: String) {
        var code = Self.code(ofStatus: response.status)
        var message: String?
        if let body = try? JSONObject(response.body) {
            if let error = body.object("error") {
                code = error.text("status").flatMap(Self.code(named:)) ?? code
                let reasons = error.objects("errors").compactMap { $0.text("reason") }
                if reasons.contains(where: Self.quotaReasons.contains) { code = .resourceExhausted }
                message = error.text("message")
            } else if let error = body.text("error") {
                message = body.text("error_description").map { "\(error): \($0)" } ?? error
            }
        }
        let status = "status \(response.status)"
        let detail = message.map { "\($0.prefix(Self.longestDetail)) (\(status))" } ?? status
        self.init(code, service: service, resource: resource, detail: detail)
    }

    /// Takes over why no answer came.
    package init(_ error: HTTPError, service: String, resource: String) {
        let code: Code =
            switch error.code {
            case .unreachable, .interrupted: .unavailable
            case .timedOut: .deadlineExceeded
            case .untrusted: .unauthenticated
            case .tooLong, .tooManyRedirects, .changed: .malformedAnswer
            case .invalidAddress, .refused: .invalidArgument
            case .status(let status): Self.code(ofStatus: status)
            }
        self.init(code, service: service, resource: resource, detail: error.description)
    }

    /// What 403 stands for when it is no question of rights
    /// (Cloud Storage JSON API, "HTTP status and error codes"; BigQuery, "Error messages").
    private static let quotaReasons: Set<String> = [
        "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "jobRateLimitExceeded",
    ]

    /// google.rpc.Code by HTTP status, as google/rpc/code.proto gives it, and the neighbouring ones.
    private static func code(ofStatus status: Int) -> Code {
        switch status {
        case 400, 411, 413, 414: .invalidArgument
        case 401: .unauthenticated
        case 403: .permissionDenied
        case 404, 410: .notFound
        case 408, 504: .deadlineExceeded
        case 409: .alreadyExists
        case 412: .failedPrecondition
        case 416: .outOfRange
        case 429: .resourceExhausted
        case 499: .cancelled
        case 500: .internal
        case 501: .unimplemented
        case 502, 503: .unavailable
        default: .unknown
        }
    }

    private static func code(named name: String) -> Code? {
        switch name {
        case "INVALID_ARGUMENT": .invalidArgument
        case "UNAUTHENTICATED": .unauthenticated
        case "PERMISSION_DENIED": .permissionDenied
        case "NOT_FOUND": .notFound
        case "ALREADY_EXISTS": .alreadyExists
        case "RESOURCE_EXHAUSTED": .resourceExhausted
        case "FAILED_PRECONDITION": .failedPrecondition
        case "ABORTED": .aborted
        case "OUT_OF_RANGE": .outOfRange
        case "UNIMPLEMENTED": .unimplemented
        case "INTERNAL": .internal
        case "UNAVAILABLE": .unavailable
        case "DEADLINE_EXCEEDED": .deadlineExceeded
        case "CANCELLED": .cancelled
        case "DATA_LOSS": .dataLoss
        default: nil
        }
    }
}
