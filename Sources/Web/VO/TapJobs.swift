internal import Foundation
internal import Threads
internal import VOTables

/// The jobs, in memory, and what runs them: one thread, as long as there is something to run.
final class TapJobs: Sendable {
    /// Jobs, and bytes of all their results, at most.
    private static let (most, mostBytes) = (64, 128 << 20)

    private struct State {
        var jobs: [TapJob] = []
        var queue: [String] = []
        var isRunning = false
        var waiting = 0

        func index(_ id: String) -> Int? { jobs.firstIndex { $0.id == id } }

        mutating func expire() {
            let now = Date()
            for job in jobs where job.destruction < now { remove(job.id) }
        }

        mutating func remove(_ id: String) {
            jobs.removeAll { $0.id == id }
            queue.removeAll { $0 == id }
        }
    }

    private let state = Monitor(State())
    private let readers: ReaderPool
    private let settings: WebSettings

    init(_ readers: ReaderPool, _ settings: WebSettings) { (self.readers, self.settings) = (readers, settings) }

    /// A new job.
    ///
    /// - Throws: ``Problem`` where there are too many that have not ended.
    func add(_ parameters: [(name: String, value: String)]) throws(Problem) -> TapJob {
        let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }
        let job = TapJob(id: "j" + words.joined(), parameters: parameters)
        try state.change { (state) throws(Problem) in
            state.expire()
            // The oldest that has ended makes room.
            if state.jobs.count >= Self.most {
                guard let old = state.jobs.first(where: { $0.phase.isOver }) else {
                    throw Problem(.busy, "there are \(Self.most) jobs that have not ended; ask again later")
                }
                state.remove(old.id)
            }
            state.jobs.append(job)
        }
        return job
    }

    /// All jobs, the newest last.
    var all: [TapJob] {
        state.withLock {
            $0.expire()
            return $0.jobs
        }
    }

    /// A job; `nil` where there is none of the id.
    func job(_ id: String) -> TapJob? { all.first { $0.id == id } }

    /// Changes a job.
    func change(_ id: String, _ body: (inout TapJob) -> Void) {
        state.change { state in
            if let index = state.index(id) { body(&state.jobs[index]) }
        }
    }

    func remove(_ id: String) { state.change { $0.remove(id) } }

    /// Waits until a job is in another phase, for a second, and not with many others: it keeps a thread that answers requests.
    func waitForChange(_ id: String, from phase: TapJob.Phase) {
        guard
            state.withLock({
                $0.waiting += 1; return $0.waiting <= 2
            })
        else {
            return state.withLock { $0.waiting -= 1 }
        }
        _ = state.wait(for: .seconds(1)) { state in
            state.index(id).map { state.jobs[$0].phase } == phase ? nil : ()
        }
        state.withLock { $0.waiting -= 1 }
    }

    /// Ends a job that has not ended.
    func abort(_ id: String) {
        change(id) { job in
            guard !job.phase.isOver else { return }
            (job.phase, job.end) = (.aborted, Date())
        }
    }

    /// Has a job run.
    ///
    /// - Parameters:
    ///   - id: The job's.
    ///   - root: The address of `/vo` as the client knows it.
    func run(_ id: String, root: String) {
        let starts = state.change { state in
            guard let index = state.index(id), state.jobs[index].phase == .pending else { return false }
            state.jobs[index].phase = .queued
            state.queue.append(id)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { Thread.detachNewThread { [self] in while runNext(root) {} } }
    }

    private func runNext(_ root: String) -> Bool {
        let job: TapJob? = state.change { state in
            while !state.queue.isEmpty {
                let id = state.queue.removeFirst()
                guard let index = state.index(id), state.jobs[index].phase == .queued else { continue }
                (state.jobs[index].phase, state.jobs[index].start) = (.executing, Date())
                return state.jobs[index]
            }
            state.isRunning = false
            return nil
        }
        guard let job else { return false }
        let outcome = Result { try make(job, root) }
        state.change { state in
            guard let index = state.index(job.id), state.jobs[index].phase == .executing else { return }
            state.jobs[index].end = Date()
            switch outcome {
            case .success(let (file, format)):
                (state.jobs[index].result, state.jobs[index].format) = (file, format)
                state.jobs[index].phase = .completed
            case .failure(let error):
                (state.jobs[index].error, state.jobs[index].phase) = (Problem(of: error).detail, .error)
            }
            // Results of old jobs make room.
            var bytes = state.jobs.reduce(0) { $0 + ($1.result?.count ?? 0) }
            for old in state.jobs where bytes > Self.mostBytes && old.id != job.id && old.phase.isOver {
                bytes -= old.result?.count ?? 0
                state.remove(old.id)
            }
        }
        return true
    }

    private func make(_ job: TapJob, _ root: String) throws -> (SpoolFile, TableDocument.Format) {
        let request = try TapRequest(job.parameters)
        let bytes = try request.answer(
            readers, settings, longest: TapRequest.longestResult, seconds: job.duration, link: { "\(root)/\($0)" },
            goesOn: { [state] in
                state.withLock { state in state.index(job.id).map { state.jobs[$0].phase } == .executing }
            })
        guard let file = SpoolFile(bytes) else {
            throw Problem(.failed, "the result cannot be written to a temporary file; is the disk full?")
        }
        return (file, request.format)
    }
}
