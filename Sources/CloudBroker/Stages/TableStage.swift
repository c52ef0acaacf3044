package import GoogleCloud

/// Puts each alert into the survey's tables `alerts` and `DIASource`, a row each, once.
package struct TableStage: Stage {
    private let sinks: [AlertSink]
    private let settling: Settling

    /// - Parameters:
    ///   - tables: The dataset; it is made beforehand, the tables are made here.
    ///   - settling: Takes the rows in that have arrived.
    package init(tables: TableWriting, settling: Settling) {
        sinks = AlertTable.allCases.map { AlertSink($0, tables: tables) }
        self.settling = settling
    }

    package mutating func take(_ alerts: [StageAlert]) throws(GoogleCloudError) -> [StageFault] {
        do throws(GoogleCloudError) {
            var opened: [Arrivals] = []
            for sink in sinks { opened += try sink.open(for: alerts) }
            if !opened.isEmpty { try begin(opened) }
            // Both tables have the row before a message is acknowledged; a fault of one keeps the other's.
            var faults: [StageFault] = []
            for sink in sinks { faults += try sink.append(alerts) }
            return faults
        } catch {
            // After an error a writer is of no use.
            for sink in sinks { sink.close() }
            throw error
        }
    }

    private func begin(_ opened: [Arrivals]) throws(GoogleCloudError) {
        do throws(GoogleCloudError) { try settling.begin(opened) } catch {
            // Columns of another type than the table's: rows of that schema are refused for good, and those alone.
            guard error.code == .failedPrecondition else { throw error }
            // A table that cannot hold any alert is the operator's to mend.
            for arrivals in opened where try !arrivals.hasIntegerKey() { throw error }
            throw GoogleCloudError(
                .invalidArgument, service: error.service, resource: error.resource, detail: error.detail)
        }
    }
}
