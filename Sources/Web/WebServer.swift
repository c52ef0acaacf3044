internal import Broker
internal import DataLayout
internal import Filters
internal import HTTP
package import HTTPServer
internal import Synchronization

/// Answers requests for what data folders have, beside runs that write to them.
package final class WebServer: Sendable {
    private let server: HTTPServer
    private let answering: Answering
    /// The port that it listens on.
    package var port: UInt16 { server.port }

    /// Starts listening; what is wrong with a folder is said to those who ask.
    ///
    /// - Throws: ``HTTPServer/HTTPServerError`` where it cannot listen.
    package init(_ settings: WebSettings) throws(HTTPServerError) {
        let answering = Answering(settings)
        self.answering = answering
        server = try HTTPServer(settings.limited, answered: answering.counts.answered, refusal: answering.refusal) {
            answering.response(to: $0)
        }
    }

    /// Stops: no new requests, and those in progress are answered.
    ///
    /// - Returns: Whether all were answered in the time.
    package func stop(within grace: Duration) -> Bool {
        answering.end()
        return server.stop(within: grace)
    }
}

/// Makes the answers.
final class Answering: Sendable {
    private let settings: WebSettings
    private let readers: ReaderPool
    private let statements = StatementGate()
    private let tonight: TonightWatch
    private let states = NightStates()
    private let cache = AnswerCache()
    let counts = RequestCounts()
    private let pages: Pages
    private let observatory: VirtualObservatory

    init(_ settings: WebSettings) {
        self.settings = settings
        readers = ReaderPool { settings.folders }
        tonight = TonightWatch(readers, given: settings.given) {
            DiskState(of: settings.given.first ?? ".").map { Double($0.free) }
        }
        pages = Pages(files: WebFiles(folder: settings.assets))
        observatory = VirtualObservatory(settings, readers: readers, statements: statements)
    }

    /// Ends what has no end by itself.
    func end() { tonight.end() }

    /// What is refused before a body is read: nothing is changed here, and the form alone has a body.
    @Sendable func refusal(_ request: HTTPRequest) -> HTTPResponse? {
        let path = request.url.prefix { $0 != "?" }
        let isForm = path == "/\(LoginForm.path)" && token != nil
        switch request.method {
        case .get, .head: return nil
        case .options where settings.origin != nil:
            return WebAnswer.preflight.response(to: request, origin: settings.origin)
        case .post where isForm: return nil
        case .post where VirtualObservatory.takesForms(path): return nil
        case .delete where VirtualObservatory.takesForms(path): return nil
        case .post where isForm || Routes.takesText(path): return nil
        default:
            let problem = Problem(
                .methodNotAllowed, "only GET and HEAD are answered here",
                [
                    HTTPHeader(
                        "Allow",
                        "GET, HEAD" + (isForm || Routes.takesText(path) ? ", POST" : "")
                            + (settings.origin == nil ? "" : ", OPTIONS"))
                ])
            return problem.answer.response(to: request, origin: settings.origin)
        }
    }

    func response(to request: HTTPRequest) -> HTTPResponse {
        let start = ContinuousClock.now
        let response = answer(to: request).response(to: request, origin: settings.origin)
        counts.made(in: (ContinuousClock.now - start) / .seconds(1))
        return response
    }

    private var token: AccessToken? {
        if case .token(let token) = settings.access { return token }
        return nil
    }

    private func answer(to request: HTTPRequest) -> WebAnswer {
        do {
            let target = try RequestTarget(request.url)
            try checkHost(of: request)
            if let token {
                if target.parts == [LoginForm.path] {
                    return request.method == .post
                        ? try LoginForm.answer(to: request, token: token) : LoginForm.page(isWrong: false)
                }
                // The pages' own files are no secret, and the form needs its style.
                guard target.parts.first == Pages.assets || token.admits(request) else {
                    return Self.withoutToken(request)
                }
            }
            if let page = pages.answer(target.parts) { return page }
            if let answer = try observatory.answer(to: request, target) { return answer }
            guard let (route, path) = Routes.find(target.parts) else {
                throw Problem(.notFound, "nothing has this path; /api/v1 lists the paths")
            }
            let values = try ParameterValues(route.parameters, path: path, query: target.query())
            var question = Question(
                values: values, readers: readers, settings: settings, statements: statements, tonight: tonight,
                states: states, counts: counts)
            if request.method == .post { question.text = try route.text(of: request) }
            guard route.isOfTables, question.text == nil, let state = readers.state else {
                return try route.answer(question)
            }
            return try cache.answer(AnswerCache.Key(path: route.path, values: values), state) {
                try route.answer(question)
            }
        } catch {
            let problem = Self.problem(error)
            return Self.isBrowser(request) ? pages.page(of: problem) ?? problem.answer : problem.answer
        }
    }

    /// Whether an answer is for a browser's user, who is shown a page: what programs ask for stays theirs.
    private static func isBrowser(_ request: HTTPRequest) -> Bool {
        !request.url.hasPrefix("/api/") && !request.url.hasPrefix("/vo/") && takesHTML(request)
    }

    private static func takesHTML(_ request: HTTPRequest) -> Bool {
        request.headers.contains { $0.name.lowercased() == "accept" && $0.value.contains("text/html") }
    }

    private static func problem(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let error as BrokerError: Problem(error)
        default: Problem(.failed, "\(error)")
        }
    }

    /// A browser's user is shown the form, a program the problem.
    private static func withoutToken(_ request: HTTPRequest) -> WebAnswer {
        if takesHTML(request) {
            var answer = WebAnswer([], "text/plain", status: 303)
            answer.headers = [HTTPHeader("Location", "/\(LoginForm.path)")]
            answer.caching = .none
            return answer
        }
        return Problem(
            .unauthorized,
            "send the token as 'Authorization: Bearer TOKEN' or as the password of Basic; browsers log in at /login",
            [HTTPHeader("WWW-Authenticate", "Bearer realm=\"nightjar\", Basic realm=\"nightjar\"")]
        ).answer
    }

    /// Without a token, on this machine alone, a browser must not be led here under another site's name.
    private func checkHost(of request: HTTPRequest) throws(Problem) {
        guard settings.access == .thisMachine else { return }
        let host = request.headers.first { $0.name.lowercased() == "host" }?.value ?? ""
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        let isLocal =
            name.lowercased() == "localhost" || name == "::1"
            || name.hasPrefix("127.") && name.allSatisfy { $0.isASCII && $0.isNumber || $0 == "." }
        guard isLocal else {
            throw Problem(
                .wrongHost,
                "this server answers under localhost alone; behind a proxy start it with --token-file or --public")
        }
    }
}
