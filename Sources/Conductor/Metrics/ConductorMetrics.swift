package import Foundation
package import Metrics

/// What a conductor tells Prometheus of the nights that it watches.
package enum ConductorMetrics {
    /// A survey's night at one moment.
    package struct Snapshot: Sendable {
        /// The survey's name.
        package var survey: String
        /// Where the night is.
        package var state: NightState
        /// The conditions; empty where the night is not watched.
        package var clauses: [Clause]
        /// What processes the night.
        package var workers: [WorkerStatus]
        /// When it was last observed; `nil` for never.
        package var observed: Date?
        /// Receipts that were written since the conductor's start.
        package var receipts: Int

        /// A survey's night.
        package init(
            survey: String, state: NightState, clauses: [Clause], workers: [WorkerStatus], observed: Date?,
            receipts: Int
        ) {
            self.survey = survey
            self.state = state
            self.clauses = clauses
            self.workers = workers
            self.observed = observed
            self.receipts = receipts
        }
    }

    /// Adds the night of one survey. Every state is there at any time, so that an alert on one of them has data.
    package static func add(_ snapshot: Snapshot, to page: inout MetricsPage) {
        let survey = snapshot.survey
        for state in NightState.allCases {
            page.add(.nightState, survey, state.rawValue, value: state == snapshot.state ? 1 : 0)
        }
        for clause in snapshot.clauses {
            page.add(.nightClause, survey, clause.name.rawValue, value: clause.isMet ? 1 : 0)
        }
        for state in WorkerStatus.State.allCases {
            let count = snapshot.workers.count { $0.state == state }
            page.add(.nightWorkers, survey, state.rawValue, value: count)
        }
        page.add(.nightObserved, survey, value: snapshot.observed?.timeIntervalSince1970 ?? 0)
        page.add(.nightReceipts, survey, value: snapshot.receipts)
    }
}
