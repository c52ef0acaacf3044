internal import DataLayout
internal import HTTP
internal import VOTables

/// The paths of the Virtual Observatory, which answer in its own forms: errors too.
final class VirtualObservatory: Sendable {
    /// What begins all of its paths.
    static let root = "vo"
    /// Parameters of a request at most.
    private static let mostParameters = 64
    /// The longest body: a form with a query of TAP.
    static let longestBody = 64 << 10

    private let readers: ReaderPool
    private let settings: WebSettings
    private let statements: StatementGate
    private let tap: TapService

    init(_ settings: WebSettings, readers: ReaderPool, statements: StatementGate) {
        (self.settings, self.readers, self.statements) = (settings, readers, statements)
        tap = TapService(settings, readers: readers)
    }

    /// Whether a path takes a form as POST, or DELETE.
    static func takesForms(_ path: some StringProtocol) -> Bool { path.hasPrefix("/\(root)/") }

    /// The answer to a request of these paths; `nil` for another path.
    ///
    /// - Throws: ``Problem`` for a path that there is not.
    func answer(to request: HTTPRequest, _ target: RequestTarget) throws -> WebAnswer? {
        guard target.parts.first == Self.root else { return nil }
        guard request.method != .delete || target.parts.starts(with: [Self.root, "tap", "async"]) else {
            throw Problem(
                .methodNotAllowed, "only jobs of TAP can be deleted", [HTTPHeader("Allow", "GET, HEAD, POST")])
        }
        var parameters = target.pairs
        if request.method == .post { parameters += try Self.form(of: request) }
        guard parameters.count <= Self.mostParameters else {
            throw Problem(.badRequest, "there are more than \(Self.mostParameters) parameters")
        }
        let question = ObservatoryQuestion(
            method: request.method, parts: Array(target.parts.dropFirst()), parameters: parameters,
            address: ObservatoryQuestion.address(of: request), readers: readers, settings: settings,
            statements: statements)
        switch question.parts.first {
        case "scs" where question.parts.count == 1: return ConeService.answer(question)
        case "datalink" where question.parts.count == 1: return LinkService.answer(question)
        case "registry" where question.parts.count == 1: return try RegistryRecord.answer(question)
        case "tap":
            if let answer = try tap.answer(question) { return answer }
            fallthrough
        default: throw Problem(.notFound, "nothing has this path; docs/vo.md has those of the Virtual Observatory")
        }
    }

    private static func form(of request: HTTPRequest) throws(Problem) -> [(name: String, value: String)] {
        guard !request.body.isEmpty else { return [] }
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
            throw Problem(
                .badRequest, "send parameters as application/x-www-form-urlencoded; files are not taken (no UPLOAD)")
        }
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw Problem(.badRequest, "the form is not UTF-8")
        }
        return try RequestTarget.list(text)
    }
}

extension WebAnswer {
    /// A VOTable.
    static func votable(_ bytes: [UInt8], status: Int = 200) -> WebAnswer {
        var answer = WebAnswer(bytes, TableDocument.Format.votable.mediaType, status: status)
        answer.caching = .none
        return answer
    }

    /// XML that says what a service is.
    static func xml(_ text: String, type: String = "text/xml; charset=utf-8") -> WebAnswer {
        var answer = WebAnswer(Array(text.utf8), type)
        answer.caching = .none
        // The standards ask services to say what program they are.
        answer.headers.append(HTTPHeader("Server", "nightjar"))
        return answer
    }

    /// What a client calls the file where it saves it.
    mutating func name(file: String) {
        let name = file.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }
        headers.append(HTTPHeader("Content-Disposition", "attachment; filename=\"\(String(name.prefix(120)))\""))
    }
}

extension Problem {
    /// What a failure is, in the words of the problem.
    init(of error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as BrokerError: self.init(error)
        default: self.init(.failed, "\(error)")
        }
    }
}
