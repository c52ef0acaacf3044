internal import JSON
internal import Query

/// SQL statements of clients.
enum StatementRoutes {
    static let all = [sql]

    /// Bytes of an answer's rows at most.
    private static let longest = 8 << 20

    private static let sql = Route(
        path: "/api/v1/sql",
        summary: "The rows of a SELECT over the data folders (SQLite's SQL), which can change nothing",
        parameters: [
            .required("query", .text(longest: 8_192), "one SELECT; docs/tables.md has the tables"),
            .optional("limit", .whole(1...10_000), "rows at most", standard: "1000"),
        ], body: .json("Rows"), problems: [.refusedStatement, .tooLong, .busy]
    ) { question in
        let limit = question.values.whole("limit")
        guard question.settings.folders.count <= FolderQuery.mostFolders else {
            throw Problem(.refusedStatement, "a statement reads \(FolderQuery.mostFolders) data folders at most")
        }
        return try question.statements.run {
            let deadline = ContinuousClock.now + .seconds(WebSettings.readingSeconds)
            let query = try FolderQuery(
                question.values.text("query"), folders: question.settings.folders, until: deadline)
            var (rows, bytes, isWhole): ([JSONTree], Int, Bool) = ([], 0, false)
            while rows.count < limit, bytes < longest {
                guard let row = try query.next() else {
                    isWhole = true
                    break
                }
                let written = JSONTree.list(zip(row, query.columns).map { JSONTree($0, of: $1) }).bytes
                bytes += written.count
                rows.append(.written(written))
            }
            let isTruncated = try !isWhole && query.next() != nil
            let body: JSONTree = [
                "columns": .list(query.columns.map { .text($0) }), "rows": .list(rows), "truncated": .flag(isTruncated),
            ]
            return WebAnswer(body.bytes, "application/json")
        }
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        [
            (
                "Rows",
                Schema.object([
                    ("columns", Schema.list(Schema.text("a column's name"))),
                    ("rows", Schema.list(Schema.list(["type": ["string", "number", "null"]]))),
                    ("truncated", Schema.flag("whether there are more rows")),
                ])
            )
        ]
    }
}
