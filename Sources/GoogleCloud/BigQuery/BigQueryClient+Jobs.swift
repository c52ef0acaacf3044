internal import Foundation
internal import HTTP

extension BigQueryClient {
    /// Runs a statement or a script of GoogleSQL and waits for it.
    ///
    /// - Parameters:
    ///   - sql: The text.
    ///   - project: Who pays.
    ///   - dataset: Where tables are that are named without one.
    ///   - pageRows: Rows of a page.
    ///   - deadline: The longest wait; the service may go on with the statement after it.
    /// - Returns: Its rows, to be asked for; none for a statement that has none.
    /// - Throws: ``GoogleCloudError``; code `invalidArgument` with the service's words for SQL it does not take.
    package func query(
        _ sql: String, project: String, dataset: String? = nil, pageRows: Int = 10_000,
        deadline: Duration = .seconds(600)
    ) throws(GoogleCloudError) -> QueryRows {
        let end = ContinuousClock.now + deadline
        // Sent again with the same id within 15 minutes, it is the same query.
        var fields: [String: Any] = [
            "query": sql, "useLegacySql": false, "timeoutMs": 30_000, "maxResults": pageRows,
            "requestId": UUID().uuidString, "formatOptions": ["useInt64Timestamp": true],
        ]
        if let dataset { fields["defaultDataset"] = ["projectId": project, "datasetId": dataset] }
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

    /// Whether a query is done. `errors` may be warnings: the job says whether it failed.
    private func isComplete(_ answer: [UInt8], _ job: QueryJob) throws(GoogleCloudError) -> Bool {
        let json = try object(answer, resource: job.resource)
        guard json.flag("jobComplete") == true else { return false }
        if !json.objects("errors").isEmpty {
            _ = try state(of: job.id, project: job.project, location: job.location, resource: job.resource)
        }
        return true
    }

    /// Whether a job is done.
    ///
    /// - Throws: Why it failed.
    private func state(
        of job: String, project: String, location: String?, resource: String
    ) throws(GoogleCloudError) -> (isDone: Bool, statistics: JSONObject?) {
        let json = try object(
            answering: Call(
                method: .get, path: ["projects", project, "jobs", job],
                query: location.map { [("location", $0)] } ?? [],
                resource: resource))
        guard let status = json.object("status") else {
            throw Self.error(.malformedAnswer, resource, "a job without its status")
        }
        if let failure = status.object("errorResult") { throw Self.failure(failure, status, resource) }
        return (status.text("state") == "DONE", json.object("statistics"))
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
        var said = [failure.text("message") ?? failure.text("reason") ?? "failed"]
        for each in status.objects("errors").compactMap({ $0.text("message") }) where !said.contains(each) {
            if said.count < 5 { said.append(each) }
        }
        return error(code, resource, String(said.joined(separator: "; ").prefix(2_000)))
    }

    /// Loads Avro files of Cloud Storage into a table that is there, and waits. Columns that the table lacks are added.
    ///
    /// - Parameters:
    ///   - uris: Such as `gs://bucket/*.avro`; all of one schema.
    ///   - name: The table.
    ///   - id: The job's, made by who asks: the same load again is then the same job, and loads nothing twice.
    ///   - deadline: The longest wait.
    /// - Returns: Rows loaded.
    /// - Throws: ``GoogleCloudError``.
    package func loadAvro(
        from uris: [String], into name: TableName, job id: String, deadline: Duration = .seconds(3_600)
    ) throws(GoogleCloudError) -> Int64 {
        let fields: [String: Any] = [
            "jobReference": ["projectId": name.project, "jobId": id],
            "configuration": [
                "load": [
                    "sourceUris": uris, "sourceFormat": "AVRO", "useAvroLogicalTypes": true,
                    "writeDisposition": "WRITE_APPEND", "createDisposition": "CREATE_NEVER",
                    "schemaUpdateOptions": ["ALLOW_FIELD_ADDITION", "ALLOW_FIELD_RELAXATION"],
                    "destinationTable": [
                        "projectId": name.project, "datasetId": name.dataset, "tableId": name.table,
                    ],
                ]
            ],
        ]
        var location: String?
        do throws(GoogleCloudError) {
            let job = try object(
                answering: Call(
                    method: .post, path: ["projects", name.project, "jobs"], fields: fields, resource: "load \(id)"))
            location = job.object("jobReference")?.text("location")
        } catch {
            guard error.code == .alreadyExists else { throw error }
        }
        let end = ContinuousClock.now + deadline
        var wait: Duration = .milliseconds(200)
        while true {
            let (isDone, statistics) = try state(
                of: id, project: name.project, location: location, resource: "load \(id) into \(name)")
            if isDone { return statistics?.object("load")?.number("outputRows") ?? 0 }
            guard ContinuousClock.now < end else {
                throw Self.error(.deadlineExceeded, "load \(id) into \(name)", "not done after \(deadline)")
            }
            Thread.sleep(forTimeInterval: wait / .seconds(1))
            wait = min(wait * 2, .seconds(10))
        }
    }
}
