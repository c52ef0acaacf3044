internal import BigQuery
package import GoogleAuth
internal import Synchronization

/// Merges staged rows into their tables, periodically and at the end.
///
/// Any number of stages may merge the same table: each row gets into it once (see ``StagingTable``).
package final class StagingMerge: Sendable {
    private struct State {
        var tables: [TableName: StagingTable] = [:]
        var last = ContinuousClock.now
    }

    private let interval: Duration
    private let log: @Sendable (String) -> Void
    private let state = Mutex(State())
    /// Held while tables are created.
    private let ensured = Mutex<Set<TableDefinition>>([])

    /// - Parameters:
    ///   - interval: Time between two merges; BigQuery allows some 1,500 changes of a table a day.
    ///   - log: Logs added columns and failed merges, a line each.
    package init(every interval: Duration, log: @escaping @Sendable (String) -> Void) {
        self.interval = interval
        self.log = log
    }

    /// Creates tables and their staging tables, or adds the columns that they lack, and merges them from now on.
    ///
    /// The first worker that needs a definition does it, once; the others wait until it is done.
    func begin(_ wanted: [StagingTable]) throws(GoogleCloudError) {
        try ensured.withLock { ensured throws(GoogleCloudError) in
            for staging in wanted where !ensured.contains(staging.definition) {
                if case .changed(let change) = try staging.ensure(), !change.added.isEmpty {
                    log("table \(staging.name.table) gets the columns \(change.added.joined(separator: ", "))")
                }
                state.withLock { $0.tables[staging.name] = staging }
                ensured.insert(staging.definition)
            }
        }
    }

    /// Merges if the interval has passed. A failure is logged, and the next merge repeats it.
    package func runIfDue() {
        let isDue = state.withLock { state in
            guard ContinuousClock.now - state.last > interval else { return false }
            state.last = .now
            return true
        }
        guard isDue else { return }
        do throws(GoogleCloudError) { try run() } catch { log("a merge failed and is repeated later: \(error)") }
    }

    /// Merges all tables.
    package func run() throws(GoogleCloudError) {
        for staging in state.withLock({ Array($0.tables.values) }) { try staging.merge() }
    }
}
