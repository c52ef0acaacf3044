package import DataLayout

extension DataReader {
    /// The ledgers as one account, and what alerts several folders have.
    ///
    /// - Throws: ``DataLayout/BrokerError`` for the first folder that cannot be read.
    package func ledger() throws(BrokerError) -> LedgerAccount {
        var entries: [LedgerAccount.Entry] = []
        for folder in folders {
            do {
                for row in try LedgerTable.rows(in: folder.database) {
                    entries.append(LedgerAccount.Entry(folder: folder.path, row: row))
                }
            } catch { throw BrokerError(error) }
        }
        return LedgerAccount(entries, shared: try SharedAlerts.all(in: folders))
    }

    /// Seconds from the source to durable, by the product's topic, over all folders.
    package func latencies() throws(BrokerError) -> [String: LatencyHistogram] {
        var all: [String: LatencyHistogram] = [:]
        for folder in folders {
            for (topic, histogram) in try LatencyHistogram.all(in: folder.database) {
                all[topic, default: LatencyHistogram()].add(histogram)
            }
        }
        return all
    }

    /// The nights of which something was received, in their order, with their counts over all folders.
    ///
    /// Night 0 holds the packets whose night is unknown.
    package func nights() throws(BrokerError) -> [LedgerAccount.Total] {
        try ledger().totals.filter { $0.night != nil }
    }
}
