internal import GoogleCloud
internal import Stages

/// The table `salt2`, as one worker fills it.
package final class Salt2Sink {
    private let tables: TableWriting
    private let settling: Settling
    private var writer: TableWriter?

    package init(tables: TableWriting, settling: Settling) {
        self.tables = tables
        self.settling = settling
    }

    /// Returns once the rows are among the arrivals.
    func append(_ fits: [(row: Salt2Row, alert: StageAlert)]) throws(GoogleCloudError) -> [StageFault] {
        do throws(GoogleCloudError) {
            let writer = try opened()
            try writer.append(
                fits.map { (fit) throws(GoogleCloudError) in
                    try Salt2TableRows.row(fit.row, timestamp: fit.alert.kafkaTimestamp)
                })
            return try writer.flush().map { failure in
                fits[failure.row].alert.fault("table salt2: \(failure.reason)")
            }
        } catch {
            writer = nil
            throw error
        }
    }

    private func opened() throws(GoogleCloudError) -> TableWriter {
        if let writer { return writer }
        let arrivals = Arrivals(
            client: tables.rest, name: tables.name(Salt2TableRows.table.name), definition: Salt2TableRows.table,
            key: "candid")
        try settling.begin([arrivals])
        let fresh = TableWriter(
            client: tables.write, table: arrivals.arrivals, descriptor: Salt2TableRows.descriptor)
        writer = fresh
        return fresh
    }
}
