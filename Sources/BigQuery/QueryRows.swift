package import GoogleAuth
internal import Foundation
internal import HTTP

/// A query's rows; each page is fetched on demand.
package struct QueryRows {
    /// The columns of the rows.
    package let schema: TableSchema
    /// Rows that a statement inserted, changed or removed.
    package let affectedRows: Int64?
    /// Rows of all pages.
    package let count: Int64
    private let client: BigQueryClient
    private let job: QueryJob
    private var page: [[ColumnValue]]?
    private var token: String?

    init(_ answer: [UInt8], of job: QueryJob, client: BigQueryClient) throws(GoogleCloudError) {
        let json = try job.object(answer)
        schema = json.object("schema").map(TableSchema.init) ?? TableSchema()
        affectedRows = json.number("numDmlAffectedRows")
        count = json.number("totalRows") ?? 0
        token = json.text("pageToken")
        page = try job.rows(answer, of: schema)
        self.client = client
        self.job = job
    }

    /// The rows of the next page; `nil` after the last.
    ///
    /// - Throws: ``GoogleCloudError``.
    package mutating func next() throws(GoogleCloudError) -> [[ColumnValue]]? {
        if let first = page {
            page = nil
            if !first.isEmpty { return first }
        }
        guard let token else { return nil }
        let answer = try client.body(answering: job.results(pageToken: token))
        self.token = try job.object(answer).text("pageToken")
        return try job.rows(answer, of: schema)
    }

    /// All remaining rows.
    ///
    /// - Throws: ``GoogleCloudError``.
    package mutating func all() throws(GoogleCloudError) -> [[ColumnValue]] {
        var rows: [[ColumnValue]] = []
        while let page = try next() { rows += page }
        return rows
    }
}

/// A running query.
struct QueryJob {
    let project: String
    let id: String
    let location: String?
    let pageRows: Int

    var resource: String { "query \(id) of \(project)" }

    /// The call that fetches results, and waits for them up to 30 s.
    func results(pageToken: String? = nil) -> BigQueryClient.Call {
        var query = [
            ("maxResults", String(pageRows)), ("timeoutMs", "30000"), ("formatOptions.useInt64Timestamp", "true"),
        ]
        if let pageToken { query.append(("pageToken", pageToken)) }
        if let location { query.append(("location", location)) }
        return BigQueryClient.Call(
            method: .get, path: ["projects", project, "queries", id], query: query, resource: resource)
    }

    func object(_ answer: [UInt8]) throws(GoogleCloudError) -> JSONObject {
        do throws(JSONObject.NoObject) { return try JSONObject(answer) } catch {
            throw BigQueryClient.error(.malformedAnswer, resource, "no JSON object")
        }
    }

    func rows(_ answer: [UInt8], of schema: TableSchema) throws(GoogleCloudError) -> [[ColumnValue]] {
        let json = (try? JSONSerialization.jsonObject(with: Data(answer))) as? [String: Any]
        var rows: [[ColumnValue]] = []
        for row in json?["rows"] as? [[String: Any]] ?? [] {
            guard let cells = row["f"] as? [[String: Any]], let values = ColumnValue.row(cells, of: schema.columns)
            else {
                throw BigQueryClient.error(.malformedAnswer, resource, "a row that does not match its columns")
            }
            rows.append(values)
        }
        return rows
    }
}
