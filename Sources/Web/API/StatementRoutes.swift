internal import JSON
internal import Query
internal import VOTables

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
            .optional("limit", .whole(1...10_000), "rows at most", standard: "1000"), .format,
        ], body: .table("Rows"), problems: [.refusedStatement, .tooLong, .busy]
    ) { question in
        let limit = question.values.whole("limit")
        guard question.settings.folders.count <= FolderQuery.mostFolders else {
            throw Problem(.refusedStatement, "a statement reads \(FolderQuery.mostFolders) data folders at most")
        }
        return try question.statements.run {
            let deadline = ContinuousClock.now + .seconds(WebSettings.readingSeconds)
            let query = try FolderQuery(
                question.values.text("query"), folders: question.settings.folders, until: deadline)
            var (rows, bytes, isWhole): ([[FolderQuery.Value]], Int, Bool) = ([], 0, false)
            while rows.count < limit, bytes < longest {
                guard let row = try query.next() else {
                    isWhole = true
                    break
                }
                bytes += row.reduce(0) { $0 + $1.length }
                rows.append(row)
            }
            let isTruncated = try !isWhole && query.next() != nil
            let cells = rows.lazy.map { $0.map { TableCell($0) } }
            return WebAnswer.table(
                question, name: "rows", TableField.fields(query.columns, of: Array(cells)), cells,
                isTruncated: isTruncated
            ) {
                [
                    "columns": .list(query.columns.map { .text($0) }),
                    "rows": .list(rows.map { .list(zip($0, query.columns).map { JSONTree($0, of: $1) }) }),
                    "truncated": .flag(isTruncated),
                ]
            }
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

extension FolderQuery.Value {
    /// About as many bytes as it takes in an answer.
    fileprivate var length: Int {
        switch self {
        case .null: 5
        case .integer, .real: 20
        case .text(let text): text.utf8.count + 3
        case .blob(let bytes): bytes.count * 2 + 3
        }
    }
}
