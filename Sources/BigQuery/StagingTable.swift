package import GoogleAuth

/// A table and its staging table: each row gets into the table once, however often and by however many writers it is
/// written.
///
/// Writers append to the staging table, `<table>_arrivals`, and acknowledge a message when its row is confirmed there. A
/// message that is delivered again, to any writer, adds a second row there. ``merge()`` inserts the staged rows whose keys
/// the table lacks, one for each, in one transaction. Two merges at the same time update the one row of a third table,
/// `<table>_settled`, so that BigQuery aborts one of them, which is then retried after the other.
package struct StagingTable: Sendable {
    /// How long a row stays in the staging table: merge more often than that.
    package static let kept: Duration = .seconds(48 * 3_600)
    /// A merge searches the table from so many days before the oldest staged row on. Kafka keeps a night for 7 days.
    private static let daysBack = 8

    /// The table that staged rows are merged into.
    package let name: TableName
    /// The definition that the table must have.
    package let definition: TableDefinition
    /// The columns, or fields of records, that together identify a row; none is ever null.
    package let keys: [String]
    private let client: BigQueryClient

    /// The staging table of a table whose rows are identified by `keys`, at least one.
    package init(client: BigQueryClient, name: TableName, definition: TableDefinition, keys: [String]) {
        precondition(!keys.isEmpty, "without a key every row would be another's copy")
        self.client = client
        self.name = name
        self.definition = definition
        self.keys = keys
    }

    /// The staging table's name: writers append there.
    package var stagingName: TableName { name.sibling(name.table + "_arrivals") }

    /// The table with the one row that every merge updates.
    private var mergeLock: TableName { name.sibling(name.table + "_settled") }

    /// Creates the tables, or adds the columns that they lack.
    ///
    /// - Returns: What was done to the table.
    /// - Throws: ``GoogleCloudError``; code `failedPrecondition` names each column that disagrees.
    package func ensure() throws(GoogleCloudError) -> TableOutcome {
        let outcome = try client.ensureTable(definition, at: name)
        // SQL matches a record's fields by their order: the staging table's is the table's, also if others add columns
        // at the same time.
        var staging = definition
        staging.schema = try client.table(name)?.schema ?? definition.schema
        staging.description = "Staged rows of \(name.table), some of them twice"
        _ = try client.ensureTable(staging, at: stagingName, partitionsExpireAfter: Self.kept)
        let time = TableDefinition(
            name: mergeLock.table, schema: TableSchema(columns: [TableColumn("settled", .timestamp, .required)]),
            description: "When staged rows were last merged into \(name.table)")
        _ = try client.ensureTable(time, at: mergeLock)
        _ = try client.query(
            """
            INSERT INTO \(mergeLock.sql) (settled) SELECT CURRENT_TIMESTAMP() FROM (SELECT 1)
            WHERE NOT EXISTS (SELECT 1 FROM \(mergeLock.sql))
            """, project: name.project)
        return outcome
    }

    /// Whether the first key of the existing table is an integer, as it is for alerts. If not, the table was created by another
    /// program, and no packet's schema is the cause.
    package func hasIntegerKey() throws(GoogleCloudError) -> Bool {
        guard let column = try client.table(name)?.schema[path: keys[0]] else { return true }
        return column.type == .integer
    }

    /// Merges the staged rows into the table. Repeated, or by several processes at once, it adds no row twice.
    ///
    /// - Throws: ``GoogleCloudError``.
    package func merge() throws(GoogleCloudError) {
        let policy = RetryPolicy(
            codes: [.aborted, .unavailable, .internal, .resourceExhausted], firstWait: .seconds(1),
            mostWait: .seconds(20), mostTime: .seconds(120))
        try policy.run { () throws(GoogleCloudError) in
            // Writers of another schema version may have added columns that this definition lacks.
            guard let there = try client.table(stagingName) else {
                throw BigQueryClient.error(.notFound, stagingName.description, "ensure() was not called")
            }
            let script = script(there.schema.columns)
            do throws(GoogleCloudError) { _ = try client.query(script, project: name.project) } catch {
                // "Transaction is aborted due to concurrent update": it was rolled back.
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
                INTERVAL \(Self.daysBack) DAY), TIMESTAMP '1970-01-01 00:00:00+00') FROM \(stagingName.sql));

                """
            recent = " AND (there.`\(time)` >= oldest OR there.`\(time)` IS NULL)"
        }
        let paths = keys.map { key in key.split(separator: ".").map { "`\($0)`" }.joined(separator: ".") }
        let isSame = paths.map { "there.\($0) = staged.\($0)" }.joined(separator: " AND ")
        let parts = paths.map { "staged.\($0)" }.joined(separator: ", ")
        return declaration + """
            BEGIN TRANSACTION;
            UPDATE \(mergeLock.sql) SET settled = CURRENT_TIMESTAMP() WHERE TRUE;
            INSERT INTO \(name.sql) (\(columns))
            SELECT \(columns) FROM \(stagingName.sql) AS staged
            WHERE NOT EXISTS (SELECT 1 FROM \(name.sql) AS there WHERE \(isSame)\(recent))
            QUALIFY ROW_NUMBER() OVER (PARTITION BY \(parts)) = 1;
            COMMIT TRANSACTION;
            """
    }
}
