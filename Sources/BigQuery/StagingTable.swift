package import GoogleAuth

/// How each row comes to be in a table once, however often and by whomever it is written.
///
/// Writers append to a second table, `<table>_arrivals`, and acknowledge a message when its row is confirmed there. A
/// message that comes again, to whichever writer, adds a second row there. ``settle()`` moves the rows whose key the
/// table lacks, one for each key, in one transaction; two that run at the same time change the one row of a third table,
/// `<table>_settled`, so that BigQuery refuses one of them, which then runs after the other.
package struct StagingTable: Sendable {
    /// How long a row stays in the arrivals: settle more often than that.
    package static let kept: Duration = .seconds(48 * 3_600)
    /// Rows whose partition time is so much older than all arrivals are not looked at: days. Kafka keeps a night for 7.
    private static let daysBack = 8

    /// The table that the rows end in.
    package let name: TableName
    /// What the table must have.
    package let definition: TableDefinition
    /// The column, or field of a record, that tells one row from another; never null.
    package let key: String
    private let client: BigQueryClient

    /// The arrivals of a table, whose rows `key` tells apart.
    package init(client: BigQueryClient, name: TableName, definition: TableDefinition, key: String) {
        self.client = client
        self.name = name
        self.definition = definition
        self.key = key
    }

    /// Where writers append.
    package var arrivals: TableName { name.sibling(name.table + "_arrivals") }

    private var settled: TableName { name.sibling(name.table + "_settled") }

    /// Makes the tables, or adds the columns that they lack.
    ///
    /// - Returns: What was done to the table.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` names each column that disagrees.
    package func ensure() throws(GoogleCloudError) -> TableOutcome {
        let outcome = try client.ensureTable(definition, at: name)
        // SQL takes a record's fields by their order: the arrivals' is the table's, whoever adds what at the same time.
        var arriving = definition
        arriving.schema = try client.table(name)?.schema ?? definition.schema
        arriving.description = "Rows on their way to \(name.table), some of them twice"
        _ = try client.ensureTable(arriving, at: arrivals, arrivalsExpireAfter: Self.kept)
        let time = TableDefinition(
            name: settled.table, schema: TableSchema(columns: [TableColumn("settled", .timestamp, .required)]),
            description: "When \(name.table) last took its arrivals in")
        _ = try client.ensureTable(time, at: settled)
        _ = try client.query(
            """
            INSERT INTO \(settled.sql) (settled) SELECT CURRENT_TIMESTAMP() FROM (SELECT 1)
            WHERE NOT EXISTS (SELECT 1 FROM \(settled.sql))
            """, project: name.project)
        return outcome
    }

    /// Whether the key is a whole number in the table that is there, as it is for alerts. Where it is not, the table is
    /// somebody else's, and no schema of a packet is to blame.
    package func hasIntegerKey() throws(GoogleCloudError) -> Bool {
        guard let column = try client.table(name)?.schema[path: key] else { return true }
        return column.type == .integer
    }

    /// Takes the arrivals into the table. Done again, or by several at once, it adds nothing twice.
    ///
    /// - Throws: ``GoogleCloudError``.
    package func settle() throws(GoogleCloudError) {
        let policy = RetryPolicy(
            codes: [.aborted, .unavailable, .internal, .resourceExhausted], firstWait: .seconds(1),
            mostWait: .seconds(20), mostTime: .seconds(120))
        try policy.run { () throws(GoogleCloudError) in
            // Writers of another schema version may have brought columns that this definition lacks.
            guard let there = try client.table(arrivals) else {
                throw BigQueryClient.error(.notFound, arrivals.description, "ensure() was not called")
            }
            let script = script(there.schema.columns)
            do throws(GoogleCloudError) { _ = try client.query(script, project: name.project) } catch {
                // "Transaction is aborted due to concurrent update": nothing of it was done.
                guard error.code == .invalidArgument, error.detail.contains("concurrent update") else { throw error }
                throw BigQueryClient.error(.aborted, name.description, error.detail)
            }
        }
    }

    private func script(_ columns: [TableColumn]) -> String {
        let columns = columns.map { "`\($0.name)`" }.joined(separator: ", ")
        var recent = ""
        var declaration = ""
        if let time = definition.partitionColumn {
            declaration = """
                DECLARE oldest TIMESTAMP DEFAULT (SELECT COALESCE(TIMESTAMP_SUB(MIN(`\(time)`), \
                INTERVAL \(Self.daysBack) DAY), TIMESTAMP '1970-01-01 00:00:00+00') FROM \(arrivals.sql));

                """
            recent = " AND (there.`\(time)` >= oldest OR there.`\(time)` IS NULL)"
        }
        let path = key.split(separator: ".").map { "`\($0)`" }.joined(separator: ".")
        return declaration + """
            BEGIN TRANSACTION;
            UPDATE \(settled.sql) SET settled = CURRENT_TIMESTAMP() WHERE TRUE;
            INSERT INTO \(name.sql) (\(columns))
            SELECT \(columns) FROM \(arrivals.sql) AS arrived
            WHERE NOT EXISTS (SELECT 1 FROM \(name.sql) AS there WHERE there.\(path) = arrived.\(path)\(recent))
            QUALIFY ROW_NUMBER() OVER (PARTITION BY arrived.\(path)) = 1;
            COMMIT TRANSACTION;
            """
    }
}
