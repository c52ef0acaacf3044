package import Alerts
package import DataLayout

extension DataReader {
    /// The ledgers as one account, and what alerts several folders have.
    ///
    /// - Parameter comparesAlerts: Whether the archives of several folders are compared, which takes longer the more alerts they
    ///   have.
    /// - Returns: The account.
    /// - Throws: ``DataLayout/BrokerError`` for the first folder that cannot be read.
    package func ledger(comparesAlerts: Bool = true) throws(BrokerError) -> LedgerAccount {
        var entries: [LedgerAccount.Entry] = []
        for folder in folders {
            do {
                for row in try LedgerTable.rows(in: folder.database) {
                    entries.append(LedgerAccount.Entry(folder: folder.path, row: row))
                }
            } catch { throw BrokerError(error) }
        }
        return LedgerAccount(entries, shared: comparesAlerts ? try SharedAlerts.all(in: folders) : [])
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

    /// How long a night's alerts were on their way, by stage, over all folders.
    ///
    /// - Parameters:
    ///   - survey: The survey.
    ///   - night: YYYYMMDD.
    /// - Returns: The histograms of the stages of which times are known: none for files.
    /// - Throws: ``DataLayout/BrokerError`` where a folder cannot be read.
    package func latencies(
        of survey: Survey, night: Int
    ) throws(BrokerError) -> [LatencyStage: LatencyHistogram] {
        var all: [LatencyStage: LatencyHistogram] = [:]
        for folder in folders {
            do {
                let found = try StageLatencyTable.histograms(
                    survey: survey.name, night: night, in: folder.database)
                for (stage, histogram) in found { all[stage, default: LatencyHistogram()].add(histogram) }
            } catch { throw BrokerError(error) }
        }
        return all
    }

    /// The nights of which something was received, in their order, with their counts over all folders.
    ///
    /// Night 0 holds the packets whose night is unknown.
    package func nights() throws(BrokerError) -> [LedgerAccount.Total] {
        try ledger(comparesAlerts: false).totals.filter { $0.night != nil }
    }
}
