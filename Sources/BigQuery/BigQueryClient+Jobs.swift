package import GoogleAuth
internal import Foundation
internal import HTTP

extension BigQueryClient {
    /// Runs a statement or a script of GoogleSQL and waits for it.
    ///
    /// - Parameters:
    ///   - sql: The statement or script.
    ///   - project: The project that is billed.
    ///   - dataset: The default dataset of table names.
    ///   - parameters: The values of `@name` in the statement: texts, numbers and times.
    ///   - pageRows: Rows of a page.
    ///   - deadline: The longest wait; the service may continue the statement after it.
    /// - Returns: Its rows, page by page; none for a statement without rows.
    /// - Throws: ``GoogleCloudError``, with code `invalidArgument` and the service's message for invalid SQL.
    package func query(
        _ sql: String, project: String, dataset: String? = nil, parameters: [QueryParameter] = [],
        pageRows: Int = 10_000, deadline: Duration = .seconds(600)
    ) throws(GoogleCloudError) -> QueryRows {
        let end = ContinuousClock.now + deadline
        // A request that is repeated with the same id within 15 minutes is the same query.
        var fields: [String: Any] = [
            "query": sql, "useLegacySql": false, "timeoutMs": 30_000, "maxResults": pageRows,
            "requestId": UUID().uuidString, "formatOptions": ["useInt64Timestamp": true],
        ]
        if let dataset { fields["defaultDataset"] = ["projectId": project, "datasetId": dataset] }
        if !parameters.isEmpty {
            fields["parameterMode"] = "NAMED"
            fields["queryParameters"] = parameters.map(\.fields)
        }
        let call = Call(
            method: .post, path: ["projects", project, "queries"], fields: fields, resource: "query of \(project)")
        var answer = try body(answering: call)
        let first = try object(answer, resource: call.resource)
        guard let reference = first.object("jobReference"), let id = reference.text("jobId") else {
            throw Self.error(.malformedAnswer, call.resource, "no jobReference")
        }
        let job = QueryJob(
            project: reference.text("projectId") ?? project, id: id, location: reference.text("location"),
            pageRows: pageRows)
        while try !isComplete(answer, job) {
            guard ContinuousClock.now < end else {
                throw Self.error(.deadlineExceeded, job.resource, "not done after \(deadline)")
            }
            answer = try body(answering: job.results())
        }
        return try QueryRows(answer, of: job, client: self)
    }

    private func object(_ bytes: [UInt8], resource: String) throws(GoogleCloudError) -> JSONObject {
        do throws(JSONObject.NoObject) { return try JSONObject(bytes) } catch {
            throw Self.error(.malformedAnswer, resource, "no JSON object")
        }
    }

    /// Whether a query is done. `errors` may be warnings: its job shows whether it failed.
    private func isComplete(_ answer: [UInt8], _ job: QueryJob) throws(GoogleCloudError) -> Bool {
        let json = try object(answer, resource: job.resource)
        guard json.flag("jobComplete") == true else { return false }
        if !json.objects("errors").isEmpty {
            try check(job)
        }
        return true
    }

    /// - Throws: The error of a job that failed.
    private func check(_ job: QueryJob) throws(GoogleCloudError) {
        let json = try object(
            answering: Call(
                method: .get, path: ["projects", job.project, "jobs", job.id],
                query: job.location.map { [("location", $0)] } ?? [], resource: job.resource))
        guard let status = json.object("status") else {
            throw Self.error(.malformedAnswer, job.resource, "a job without its status")
        }
        if let failure = status.object("errorResult") { throw Self.failure(failure, status, job.resource) }
    }

    /// An `ErrorProto` of a job (cloud.google.com/bigquery/docs/error-messages).
    private static func failure(
        _ failure: JSONObject, _ status: JSONObject, _ resource: String
    ) -> GoogleCloudError {
        let code: GoogleCloudError.Code =
            switch failure.text("reason") {
            case "accessDenied", "billingNotEnabled", "blocked", "responseTooLarge": .permissionDenied
            case "notFound": .notFound
            case "duplicate": .alreadyExists
            case "quotaExceeded", "rateLimitExceeded", "jobRateLimitExceeded", "resourcesExceeded": .resourceExhausted
            case "backendError", "jobBackendError": .unavailable
            case "internalError", "jobInternalError": .internal
            case "stopped": .cancelled
            case "timeout": .deadlineExceeded
            default: .invalidArgument
            }
        var messages = [failure.text("message") ?? failure.text("reason") ?? "failed"]
        for message in status.objects("errors").compactMap({ $0.text("message") }) where !messages.contains(message) {
            if messages.count < 5 { messages.append(message) }
        }
        return error(code, resource, String(messages.joined(separator: "; ").prefix(2_000)))
    }
}
