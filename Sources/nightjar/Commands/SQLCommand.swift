internal import JSON
internal import BigQuery
internal import CloudBroker
internal import Configuration
internal import Foundation
internal import Query

/// `nightjar sql QUERY (--data DIR | --bigquery PROJECT[/DATASET])`
struct SQLCommand: Command {
    static let name = "sql"
    static let summary = "runs a SQL statement over data folders, or has BigQuery run one"
    static let details = """
        With --data it is SQLite's SQL, and changes nothing. Of several folders a table's name means the rows of all of them; \
        main.TABLE is the first folder's own, folder2.TABLE the second's. docs/tables.md has the tables. With --bigquery it \
        is GoogleSQL.

        Rows are JSON Lines where nothing else is asked for; of data folders, ids and numbers beyond 2^53 are strings, and \
        bytes are in base64.
        """
    static let operands = [Operand("QUERY", "the statement")]
    static let options: [any DeclaredOption] = [data, bigQuery, limit] + OutputFormat.optionsOfLines
    static let alternatives = "--data DIR | --bigquery PROJECT[/DATASET]"
    static let examples = [
        "nightjar sql 'SELECT night, count(*) AS alerts FROM ztf_alerts GROUP BY night' --data night --format table",
        "nightjar sql 'SELECT * FROM salt2' --bigquery my-project/ztf --limit 10",
    ]

    private static let data = DataFolders.several.with(\.isRequired, false)
    private static let bigQuery = Option<[String]>(
        OptionDeclaration(
            name: "bigquery", valueName: "PROJECT[/DATASET]",
            help: "who pays, and where tables are that are named without a dataset", kind: .text)
    ) { (text) throws(UsageError) in
        let parts = text.split(separator: "/").map(String.init)
        guard (1...2).contains(parts.count) else { throw UsageError("say PROJECT or PROJECT/DATASET") }
        return parts
    }
    private static let limit = Option<Int>.number("limit", "N", "the first N rows", in: 1...Int.max)

    private enum Target {
        case folders([String])
        case bigQuery(project: String, dataset: String?)
    }

    private let sql: String
    private let target: Target
    private let limit: Int
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        sql = arguments.operands[0]
        limit = try arguments.value(Self.limit) ?? .max
        format = try OutputFormat(arguments, standard: .json)
        let (data, bigQuery) = (arguments.origin(of: Self.data), arguments.origin(of: Self.bigQuery))
        if let data, let bigQuery, data.rank == bigQuery.rank {
            throw UsageError("\(data) and \(bigQuery) exclude each other")
        }
        if let parts = try arguments.value(Self.bigQuery), (bigQuery?.rank ?? .max) < (data?.rank ?? .max) {
            target = .bigQuery(project: parts[0], dataset: parts.count > 1 ? parts[1] : nil)
        } else {
            guard data != nil else { throw UsageError("--data DIR or --bigquery PROJECT is missing") }
            let folders = try DataFolders(arguments).paths
            guard folders.count <= FolderQuery.mostFolders else {
                throw UsageError("a statement reads \(FolderQuery.mostFolders) data folders at most")
            }
            target = .folders(folders)
        }
    }

    func run() throws -> ExitStatus {
        switch target {
        case .folders(let paths): try run(paths)
        case .bigQuery(let project, let dataset): try run(project: project, dataset: dataset)
        }
        return .done
    }

    private func run(_ paths: [String]) throws {
        let query = try FolderQuery(sql, folders: paths)
        var output = RowOutput(columns: query.columns, format: format)
        var count = 0
        while count < limit, let row = try query.next() {
            let json = try Self.json(row, of: query.columns)
            try output.print(row.map(\.text), json: json)
            count += 1
        }
        if !query.columns.isEmpty { try output.finish() }
    }

    private static func json(_ row: [FolderQuery.Value], of columns: [String]) throws -> [UInt8] {
        let members = zip(columns, row).map { ($0, ColumnJSON(value: $1, column: $0)) }
        return try OrderedJSON.bytes(of: OrderedMembers(members), isCompact: true)
    }

    private func run(project: String, dataset: String?) throws {
        var rows = try BigQueryClient().query(sql, project: project, dataset: dataset, pageRows: min(limit, 10_000))
        let columns = rows.schema.columns
        var output = RowOutput(columns: columns.map(\.name), format: format)
        var count = 0
        while count < limit, let page = try rows.next() {
            for row in page.prefix(limit - count) {
                try output.print(
                    zip(row, columns).map { $0.text(of: $1) }, json: ColumnValue.json(row, of: rows.schema))
                count += 1
            }
        }
        if let affected = rows.affectedRows {
            try Terminal.say("\(affected) rows changed")
        } else {
            try output.finish()
        }
    }
}
