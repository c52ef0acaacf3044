internal import Configuration
internal import BigQuery
internal import CloudBroker
internal import Foundation

/// `nightjar sql QUERY --bigquery PROJECT[/DATASET]`
struct SQLCommand: Command {
    static let name = "sql"
    static let summary = "has BigQuery run a statement of GoogleSQL, and prints its rows as JSON Lines"
    static let operands = [Operand("QUERY", "the statement")]
    static let options: [any DeclaredOption] = [bigQuery, limit]
    static let examples = [
        "nightjar sql 'SELECT count(*) AS n FROM ztf.alerts' --bigquery my-project",
        "nightjar sql 'SELECT * FROM salt2' --bigquery my-project/ztf --limit 10",
    ]

    private static let bigQuery = Option<[String]>(
        OptionDeclaration(
            name: "bigquery", valueName: "PROJECT[/DATASET]",
            help: "who pays, and where tables are that are named without a dataset", kind: .text)
    ) { (text) throws(UsageError) in
        let parts = text.split(separator: "/").map(String.init)
        guard (1...2).contains(parts.count) else { throw UsageError("say PROJECT or PROJECT/DATASET") }
        return parts
    }.required
    private static let limit = Option<Int>.number("limit", "N", "the first N rows", in: 1...Int.max)

    private let sql: String
    private let project: String
    private let dataset: String?
    private let limit: Int

    init(_ arguments: Arguments) throws {
        sql = arguments.operands[0]
        let parts = try arguments.required(Self.bigQuery)
        (project, dataset) = (parts[0], parts.count > 1 ? parts[1] : nil)
        limit = try arguments.value(Self.limit) ?? .max
    }

    func run() throws -> ExitStatus {
        var rows = try BigQueryClient().query(sql, project: project, dataset: dataset, pageRows: min(limit, 10_000))
        var said = 0
        while said < limit, let page = try rows.next() {
            for row in page.prefix(limit - said) {
                try Terminal.put(json: QueryValue.json(row, of: rows.schema))
                said += 1
            }
        }
        if let affected = rows.affectedRows { try Terminal.say("\(affected) rows changed") }
        return .done
    }
}
