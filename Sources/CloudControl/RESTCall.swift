internal import Escaping
internal import Foundation
internal import GoogleAuth
internal import HTTP
internal import Threads

/// One call of a REST interface that takes and gives JSON objects.
struct RESTCall {
    static let longestAnswer = 16 << 20  // bytes

    let method: HTTPMethod
    /// The parts of the path, which are escaped here.
    let path: [String]
    /// What follows the path's last part, such as `:setIamPolicy`.
    var verb = ""
    var query: [(name: String, value: String)] = []
    var fields: [String: Any]?
    /// Whether doing it twice is the same as once.
    var isIdempotent = true
    /// For errors, such as `instance NAME`.
    let resource: String
}

extension RESTService {
    /// Sends a call, again where that may help.
    func object(answering call: RESTCall) throws(GoogleCloudError) -> JSONObject {
        for part in call.path where part.isEmpty || part == "." || part == ".." {
            throw error(.invalidArgument, call.resource, "'\(part)' is no name")
        }
        let path = call.path.map { PercentEncoding.escape($0) }.joined(separator: "/")
        let query = call.query.map { "\($0.name)=\(PercentEncoding.escape($0.value))" }.joined(separator: "&")
        var request = HTTPRequest(
            call.method, "\(endpoint)/\(path)\(call.verb)\(query.isEmpty ? "" : "?")\(query)")
        if let fields = call.fields {
            request.headers = [HTTPHeader("Content-Type", "application/json; charset=UTF-8")]
            request.body = JSONObject.bytes(fields)
        }
        let response = try answer(
            to: request, isIdempotent: call.isIdempotent, limit: RESTCall.longestAnswer, resource: call.resource)
        return try object(in: response.body, resource: call.resource)
    }

    /// Does something that another may do at the same time, again from its reading where the other was first.
    func again<Result>(
        _ codes: Set<GoogleCloudError.Code>, _ body: () throws(GoogleCloudError) -> Result
    ) throws(GoogleCloudError) -> Result {
        let policy = RetryPolicy(
            codes: codes, firstWait: .milliseconds(200), mostWait: .seconds(5), mostTime: .seconds(60))
        return try policy.run(body)
    }
}

/// When calls of the services here are tried again: what Google's clients do for them.
enum ControlRetries {
    static let standard = RetryPolicy(
        codes: [.deadlineExceeded, .resourceExhausted, .internal, .unavailable], firstWait: .seconds(1),
        mostWait: .seconds(32), mostTime: .seconds(120))
}

/// How long a service may work on what it was asked for.
package struct OperationPatience: Sendable {
    /// Before it is asked for the first time.
    package var firstPause: Duration = .seconds(1)
    /// The longest pause between two questions.
    package var mostPause: Duration = .seconds(10)
    /// After which it is given up; the service goes on.
    package var limit: Duration = .seconds(300)

    /// The usual patience.
    package init() {}

    /// Asks until there is an answer.
    func wait<Answer>(
        _ ask: () throws(GoogleCloudError) -> Answer?
    ) throws(GoogleCloudError) -> Answer? {
        let clock = ContinuousClock()
        let start = clock.now
        var pause = firstPause
        while true {
            if let answer = try ask() { return answer }
            guard start.duration(to: clock.now) + pause <= limit else { return nil }
            Threads.pause(for: pause)
            pause = min(pause * 2, mostPause)
        }
    }
}
