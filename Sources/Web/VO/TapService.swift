internal import Foundation
internal import HTTP
internal import Query
internal import VOTables

/// The Table Access Protocol.
///
/// Source: TAP 1.1 (Dowler et al. 2019); jobs: UWS 1.1 (Harrison & Rixon 2016).
final class TapService: Sendable {
    private let jobs: TapJobs

    init(_ settings: WebSettings, readers: ReaderPool) { jobs = TapJobs(readers, settings) }

    /// The answer to a request below `/vo/tap`; `nil` for a path that there is not.
    func answer(_ question: ObservatoryQuestion) throws -> WebAnswer? {
        let parts = Array(question.parts.dropFirst())
        switch (parts.first, parts.count) {
        case ("sync", 1): return sync(question)
        case ("async", 1): return try list(question)
        case ("async", 2...):
            guard let job = jobs.job(parts[1]) else {
                throw Problem(.notFound, "there is no job \(parts[1].quoted); jobs are kept for an hour")
            }
            return try one(job, Array(parts.dropFirst(2)), question)
        case ("availability", 1): return .xml(TapDocuments.availability(question))
        case ("capabilities", 1): return .xml(TapDocuments.capabilities(question))
        case ("tables", 1):
            let access = try question.tables()
            return .xml(TapDocuments.tables(access))
        case ("tables", 2):
            let access = try question.tables()
            guard let text = TapDocuments.table(access, parts[1]) else {
                throw Problem(.notFound, "there is no table \(parts[1].quoted)")
            }
            return .xml(text)
        case ("examples", 1): return .xml(TapDocuments.examples(question), type: "application/xhtml+xml")
        default: return nil
        }
    }

    // MARK: - Queries that wait

    private func sync(_ question: ObservatoryQuestion) -> WebAnswer {
        do {
            let request = try TapRequest(question.parameters)
            let bytes = try question.statements.run {
                try request.answer(
                    question.readers, question.settings, longest: TapRequest.longestAnswer,
                    seconds: WebSettings.readingSeconds, link: question.link)
            }
            return Self.table(bytes, request.format)
        } catch { return Self.failure(Problem(of: error)) }
    }

    private static func table(_ bytes: [UInt8], _ format: TableDocument.Format) -> WebAnswer {
        var answer = WebAnswer(bytes, format.mediaType)
        answer.caching = .none
        answer.name(file: "result.\(format.fileExtension)")
        return answer
    }

    /// What failed, as TAP's clients read it.
    private static func failure(_ problem: Problem) -> WebAnswer {
        var answer = WebAnswer.votable(VOTableWriter.failure(problem.detail), status: problem.kind.status)
        answer.headers += problem.headers
        return answer
    }

    // MARK: - Jobs

    private func list(_ question: ObservatoryQuestion) throws -> WebAnswer {
        if question.method == .post {
            let job = try jobs.add(question.parameters.filter { $0.name.uppercased() != "PHASE" })
            if question["PHASE"]?.uppercased() == "RUN" {
                jobs.run(job.id, root: question.link("").dropLast().description)
            }
            return Self.redirect(question.link("tap/async/\(job.id)"))
        }
        var shown = question.settings.access == .everybody ? [] : jobs.all
        let phases = question.all("PHASE").map { $0.uppercased() }
        if !phases.isEmpty { shown = shown.filter { phases.contains($0.phase.rawValue) } }
        if let after = question["AFTER"] {
            guard let date = Self.date(after) else {
                throw Problem(.badRequest, "AFTER is a time as 2024-09-15T00:00:00Z")
            }
            shown = shown.filter { $0.creation > date }
        }
        if let last = question["LAST"] {
            guard let count = Int(last), count > 0 else { throw Problem(.badRequest, "LAST is a number of jobs") }
            shown = Array(shown.suffix(count).reversed())
        }
        let list = shown.map { job in
            """
            <uws:jobref id="\(job.id)" xlink:type="simple" \
            xlink:href="\(XMLText.escaped(question.link("tap/async/\(job.id)")))"><uws:phase>\(job.phase.rawValue)</uws:phase>\
            <uws:creationTime>\(TapJob.shown(job.creation))</uws:creationTime></uws:jobref>

            """
        }
        return .xml(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<uws:jobs \(TapJob.namespaces) version=\"1.1\">\n"
                + list.joined() + "</uws:jobs>\n")
    }

    private func one(_ job: TapJob, _ rest: [String], _ question: ObservatoryQuestion) throws -> WebAnswer? {
        let address = question.link("tap/async")
        if question.method == .delete {
            guard rest.isEmpty else { throw Problem(.methodNotAllowed, "only a whole job can be deleted") }
            jobs.remove(job.id)
            return Self.redirect(address)
        }
        if question.method == .post { return try change(job, rest, question) }
        let namespace = " " + TapJob.namespaces
        switch rest {
        case []:
            if question["WAIT"] != nil, !job.phase.isOver,
                question["PHASE"].map({ $0.uppercased() == job.phase.rawValue }) ?? true
            {
                jobs.waitForChange(job.id, from: job.phase)
            }
            guard let job = jobs.job(job.id) else { throw Problem(.notFound, "the job has been deleted") }
            return .xml(job.document(at: address))
        case ["phase"]: return Self.text(job.phase.rawValue)
        case ["executionduration"]: return Self.text("\(job.duration)")
        case ["destruction"]: return Self.text(TapJob.shown(job.destruction))
        case ["quote"]: return Self.text(TapJob.shown(job.quote))
        // Nobody owns a job: who has its address may read it.
        case ["owner"]: return Self.text("anonymous")
        case ["parameters"]: return .xml(Self.whole(job.parametersXML(namespace: namespace)))
        case ["results"]: return .xml(Self.whole(job.resultsXML(at: address, namespace: namespace)))
        case ["results", "result"]:
            guard let result = job.result else {
                throw Problem(.notFound, "the job has no result: its phase is \(job.phase.rawValue)")
            }
            guard let bytes = result.read() else { throw Problem(.failed, "the result cannot be read any more") }
            return Self.table(bytes, job.format)
        case ["error"]:
            guard let error = job.error else { throw Problem(.notFound, "the job has no error") }
            return .votable(VOTableWriter.failure(error))
        default: return nil
        }
    }

    private func change(_ job: TapJob, _ rest: [String], _ question: ObservatoryQuestion) throws -> WebAnswer? {
        switch rest {
        case [] where question["ACTION"]?.uppercased() == "DELETE":
            jobs.remove(job.id)
            return Self.redirect(question.link("tap/async"))
        case [], ["parameters"]:
            guard job.phase == .pending else {
                throw Problem(.badRequest, "the job's phase is \(job.phase.rawValue), so its parameters stay")
            }
            let given = question.parameters.filter { !["PHASE", "ACTION"].contains($0.name.uppercased()) }
            let names = Set(given.map { $0.name.uppercased() })
            jobs.change(job.id) { job in
                job.parameters = job.parameters.filter { !names.contains($0.name.uppercased()) } + given
            }
        case ["phase"]:
            switch question["PHASE"]?.uppercased() {
            case "RUN": jobs.run(job.id, root: question.link("").dropLast().description)
            case "ABORT": jobs.abort(job.id)
            default: throw Problem(.badRequest, "PHASE is RUN or ABORT")
            }
        case ["executionduration"]:
            guard let text = question["EXECUTIONDURATION"], let seconds = Int(text), seconds >= 0 else {
                throw Problem(.badRequest, "EXECUTIONDURATION is a number of seconds")
            }
            // 0 means as long as is allowed.
            let longest = WebSettings.readingSeconds
            jobs.change(job.id) { $0.duration = seconds == 0 ? longest : min(seconds, longest) }
        case ["destruction"]:
            guard let date = question["DESTRUCTION"].flatMap(Self.date) else {
                throw Problem(.badRequest, "DESTRUCTION is a time as 2024-09-15T00:00:00Z")
            }
            let last = Date(timeIntervalSinceNow: TimeInterval(TapJob.longestLife))
            jobs.change(job.id) { $0.destruction = min(date, last) }
        default: return nil
        }
        return Self.redirect(question.link("tap/async/\(job.id)"))
    }

    /// A time of ISO 8601, with or without a Z.
    private static func date(_ text: String) -> Date? {
        let text = text.replacing(/\.[0-9]+/, with: "")
        return try? Date(text.hasSuffix("Z") ? text : text + "Z", strategy: .iso8601)
    }

    private static func whole(_ xml: String) -> String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml }

    private static func text(_ text: String) -> WebAnswer {
        var answer = WebAnswer(Array(text.utf8), "text/plain; charset=utf-8")
        answer.caching = .none
        return answer
    }

    private static func redirect(_ address: String) -> WebAnswer {
        var answer = WebAnswer([], "text/plain", status: 303)
        answer.headers = [HTTPHeader("Location", address)]
        answer.caching = .none
        return answer
    }
}
