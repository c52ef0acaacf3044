internal import BigQuery
internal import GoogleAuth
internal import Pipeline

/// Writes one worker's rows to a survey's tables: each row once, by the alert's id.
package final class GoogleTables {
    private let writing: TableWriting
    private let merge: StagingMerge
    /// The tables of alerts; empty for a stage that only has rows of products.
    private let sinks: [AlertSink]
    private var rows: [ProductTable: ProductSink] = [:]
    private var alerts: [Products] = []

    /// The tables of a dataset.
    ///
    /// - Parameters:
    ///   - writing: The dataset, which must exist; the tables are created here.
    ///   - merge: Merges the staged rows.
    ///   - keepsAlerts: Whether every alert gets its row in `alerts` and `DIASource`.
    package init(_ writing: TableWriting, merge: StagingMerge, keepsAlerts: Bool) {
        self.writing = writing
        self.merge = merge
        sinks = keepsAlerts ? AlertTable.allCases.map { AlertSink($0, tables: writing) } : []
    }

    func add(_ products: Products) { if !sinks.isEmpty { alerts.append(products) } }

    func add(_ row: ProductRow, of products: Products) {
        let sink = rows[row.table] ?? ProductSink(row.table, tables: writing, merge: merge)
        rows[row.table] = sink
        sink.add(row, of: products)
    }

    /// Returns once the rows are in the staging tables.
    func flush() throws(GoogleCloudError) -> [RefusedAlert] {
        let alerts = alerts
        self.alerts.removeAll()
        var opened: [StagingTable] = []
        for sink in sinks { opened += try sink.open(for: alerts) }
        if !opened.isEmpty { try begin(opened) }
        // All tables must have the row before a message is acknowledged; a refusal of one does not affect the others.
        var refused: [RefusedAlert] = []
        for sink in sinks { refused += try sink.append(alerts) }
        for sink in rows.values { refused += try sink.flush() }
        return refused
    }

    /// Drops pending rows and writers, which cannot be used after an error.
    func discard() {
        alerts.removeAll()
        for sink in sinks { sink.close() }
        rows.removeAll()
    }

    private func begin(_ opened: [StagingTable]) throws(GoogleCloudError) {
        do throws(GoogleCloudError) { try merge.begin(opened) } catch {
            // Columns of another type than the table's: only rows of that schema are refused, for good.
            guard error.code == .failedPrecondition else { throw error }
            // A table that cannot have any alert needs the operator.
            for staging in opened where try !staging.hasIntegerKey() { throw error }
            throw GoogleCloudError(
                .invalidArgument, service: error.service, resource: error.resource, detail: error.detail)
        }
    }
}
