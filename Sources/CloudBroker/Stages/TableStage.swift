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
            if !opened.isEmpty { try settling.begin(opened) }
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
}
