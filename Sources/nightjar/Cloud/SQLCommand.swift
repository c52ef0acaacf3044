internal import CloudBroker
internal import Foundation
internal import BigQuery

/// `nightjar sql QUERY --bigquery PROJECT[/DATASET]`
enum SQLCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: ["bigquery", "limit"])
        let sql = try call.soleOperand("QUERY")
        let parts = try call.required("bigquery", "PROJECT[/DATASET]").split(separator: "/").map(String.init)
        guard (1...2).contains(parts.count) else { throw UsageError("--bigquery: say PROJECT or PROJECT/DATASET") }
        let limit: Int = try call.number("limit", in: 1...Int.max) ?? .max
        var rows = try BigQueryClient().query(
            sql, project: parts[0], dataset: parts.count > 1 ? parts[1] : nil, pageRows: min(limit, 10_000))
        var said = 0
        while said < limit, let page = try rows.next() {
            for row in page.prefix(limit - said) {
                try Terminal.put(json: QueryValue.json(row, of: rows.schema))
                said += 1
            }
        }
        if let affected = rows.affectedRows { try Terminal.say("\(affected) rows changed") }
    }
}
