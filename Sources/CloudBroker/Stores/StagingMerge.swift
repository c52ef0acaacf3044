internal import BigQuery
package import GoogleAuth
internal import Synchronization

/// Takes the rows that have arrived into their tables, from time to time and at the end.
///
/// Any number of stages may settle the same table: each row is taken in once (see ``StagingTable``).
package final class StagingMerge: Sendable {
    private struct State {
        var arrivals: [TableName: StagingTable] = [:]
        var last = ContinuousClock.now
    }

    private let interval: Duration
    private let note: @Sendable (String) -> Void
    private let state = Mutex(State())
    /// Held while tables are made.
    private let ensured = Mutex<Set<TableDefinition>>([])

    /// - Parameters:
    ///   - interval: Between two times; BigQuery takes some 1,500 changes of a table a day.
    ///   - note: Told in a line what fails.
    package init(every interval: Duration, note: @escaping @Sendable (String) -> Void) {
        self.interval = interval
        self.note = note
    }

    /// Makes tables and those of their arrivals, or adds the columns that they lack, and settles them from now on.
    ///
    /// Once for each form of a table, whichever worker meets it first; the others wait for that.
    func begin(_ wanted: [StagingTable]) throws(GoogleCloudError) {
        try ensured.withLock { ensured throws(GoogleCloudError) in
            for arrivals in wanted where !ensured.contains(arrivals.definition) {
                if case .changed(let change) = try arrivals.ensure(), !change.added.isEmpty {
                    note("table \(arrivals.name.table) gets the columns \(change.added.joined(separator: ", "))")
                }
                state.withLock { $0.arrivals[arrivals.name] = arrivals }
                ensured.insert(arrivals.definition)
            }
        }
    }

    /// Settles if it is time; what fails is told, and is taken in the next time.
    package func settleIfDue() {
        let isDue = state.withLock { state in
            guard ContinuousClock.now - state.last > interval else { return false }
            state.last = .now
            return true
        }
        guard isDue else { return }
        do throws(GoogleCloudError) { try settle() } catch { note("the arrivals wait: \(error)") }
    }

    /// Settles all tables.
    package func settle() throws(GoogleCloudError) {
        for arrivals in state.withLock({ Array($0.arrivals.values) }) { try arrivals.settle() }
    }
}
