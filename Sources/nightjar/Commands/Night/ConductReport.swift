internal import Alerts
internal import Conductor
internal import Foundation
internal import Metrics
internal import Synchronization
internal import Threads

/// What a conductor shows of its surveys while it works: their metrics, that it is alive, and whether tonight's work is over.
final class ConductReport: Sendable {
    private struct Survey {
        var snapshot: ConductorMetrics.Snapshot
        /// The receipts' editions of each night, as they were seen last.
        var editions: [Int: Int] = [:]
        /// Nights that were not over when they were seen first.
        var begun: Set<Int> = []
        var isOver = false
        /// For systemd's status.
        var line = ""
    }

    private let surveys = Mutex<[String: Survey]>([:])
    private let heartbeat = Mutex(Heartbeat())

    /// Does what may take its time: it counts as alive meanwhile, so long at most.
    func whileWaiting<Result>(atMost longest: Duration, _ body: () throws -> Result) rethrows -> Result {
        let outer = heartbeat.withLock { $0.beginWait(atMost: longest, at: .now) }
        defer { heartbeat.withLock { $0.endWait(in: outer, at: .now) } }
        return try body()
    }

    /// What systemd is told of a conductor.
    var questions: Supervision.Questions {
        Supervision.Questions(
            isReady: { self.surveys.withLock { !$0.isEmpty } },
            beats: { ["conduct": self.heartbeat.withLock { $0.count(at: .now) }] },
            status: {
                self.surveys.withLock { surveys in
                    surveys.sorted { $0.key < $1.key }.map(\.value.line).joined(separator: "; ")
                }
            })
    }

    /// Takes in what a conductor has found.
    func update(_ conductor: SurveyConductor) {
        let (name, nights, workers) = (conductor.survey.name, conductor.nights, conductor.lastWorkers)
        // The night that is under way, or else the last one that is over.
        let shown = nights.last { $0.state != .waiting && !$0.state.isFinal } ?? nights.last { $0.state != .waiting }
        surveys.withLock { surveys in
            var survey =
                surveys[name]
                ?? Survey(
                    snapshot: ConductorMetrics.Snapshot(
                        survey: name, state: .waiting, clauses: [], workers: [], observed: nil, receipts: 0),
                    editions: Dictionary(uniqueKeysWithValues: nights.map { ($0.times.night, $0.edition) }))
            for night in nights {
                let key = night.times.night
                survey.snapshot.receipts += max(0, night.edition - survey.editions[key, default: 0])
                survey.editions[key] = night.edition
                if !night.state.isFinal { survey.begun.insert(key) }
            }
            survey.editions = survey.editions.filter { key, _ in nights.contains { $0.times.night == key } }
            survey.snapshot.state = shown?.state ?? .waiting
            survey.snapshot.clauses = shown?.clauses ?? []
            survey.line =
                shown.map { "\(name) \($0.times.night) \($0.state.rawValue): \($0.reason)" } ?? "\(name): waiting"
            survey.snapshot.workers = workers
            survey.snapshot.observed = Date()
            let hasEnded = nights.contains { $0.state.isFinal && survey.begun.contains($0.times.night) }
            let isQuiet = nights.allSatisfy { night in
                night.pending.isEmpty && !night.wantsWorkers && (night.state.isFinal || night.state == .waiting)
            }
            survey.isOver =
                hasEnded && isQuiet && workers.allSatisfy { $0.state == .stopped || $0.state == .failed }
            surveys[name] = survey
        }
    }

    /// Whether a night has come to its verdict since this was made, and nothing is left to be done for any survey.
    var isOver: Bool { surveys.withLock { !$0.isEmpty && $0.values.allSatisfy(\.isOver) } }

    /// Adds the surveys' metrics.
    func add(to page: inout MetricsPage) {
        let snapshots = surveys.withLock { $0.values.map(\.snapshot) }
        for snapshot in snapshots.sorted(by: { $0.survey < $1.survey }) { ConductorMetrics.add(snapshot, to: &page) }
    }
}
