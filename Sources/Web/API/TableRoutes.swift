internal import JSON
internal import Query

/// What tables there are.
enum TableRoutes {
    static let all = [tables]

    private static let tables = Route(
        path: "/api/v1/tables", summary: "The tables and their columns, with what they mean", parameters: [],
        body: .json("Tables"), isOfTables: true
    ) { question in
        let tables = try question.read { try $0.tables() }
        let body: JSONTree = [
            "tables": .list(
                tables.map { table in
                    [
                        "name": .text(table.name), "description": JSONTree(table.description),
                        "columns": .list(
                            table.columns.map { column in
                                [
                                    "name": .text(column.name), "type": .text(column.kind.rawValue),
                                    "unit": JSONTree(column.unit), "ucd": JSONTree(column.ucd),
                                    "description": JSONTree(column.description),
                                ]
                            }),
                    ]
                })
        ]
        return WebAnswer(body.bytes, "application/json")
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        let column = Schema.object([
            ("name", Schema.text("the column's name")),
            ("type", ["type": "string", "enum": ["integer", "real", "text", "blob"]]),
            ("unit", Schema.orNull(Schema.text("its unit, as VOUnits writes it"))),
            ("ucd", Schema.orNull(Schema.text("what kind of quantity it is, a UCD of the IVOA"))),
            ("description", Schema.orNull(Schema.text("what it means; null where that is not known"))),
        ])
        let table = Schema.object([
            ("name", Schema.text("the table's name")),
            ("description", Schema.orNull(Schema.text("what it has; null for an internal one"))),
            ("columns", Schema.list(column)),
        ])
        return [("Tables", Schema.object([("tables", Schema.list(table))]))]
    }
}
