internal import DataLayout
internal import Foundation
internal import Glibc
internal import Synchronization

/// Workers that are processes of this machine: each a `nightjar run --follow` with a data folder of its own.
///
/// A worker is known by the lock of its data folder, so that a conductor that was started again finds those that run. One that
/// ends by itself is started again, after waits that grow to a minute.
package final class LocalWorkers: WorkerControl {
    /// How they are started.
    package struct Settings: Sendable {
        /// The program.
        package var program: String
        /// Below which each has its data folder, `worker-1` and so on.
        package var data: String
        /// How many there are.
        package var count: Int
        /// The port of the first one's metrics; the others' follow.
        package var metricsPort: Int
        /// What follows the program's name, for a data folder, the address of the metrics and the night's topic.
        package var arguments: @Sendable (_ folder: String, _ metrics: String, _ topic: String?) -> [String]

        /// Settings of all.
        package init(
            program: String, data: String, count: Int, metricsPort: Int,
            arguments: @escaping @Sendable (_ folder: String, _ metrics: String, _ topic: String?) -> [String]
        ) {
            self.program = program
            self.data = data
            self.count = count
            self.metricsPort = metricsPort
            self.arguments = arguments
        }
    }

    /// What is known of one worker.
    private struct Worker {
        var process: Process?
        /// How often it has ended by itself since it last worked for a minute.
        var failures = 0
        var startedAt: ContinuousClock.Instant?
        var startsAt: ContinuousClock.Instant?
        /// Why it is not started again; `nil` where it is.
        var refusal: String?
        /// Whether it was asked to end.
        var isStopping = false
        /// Of the process that runs now; each has one of its own, which has not answered yet.
        var heartbeat: WorkerHeartbeat
        /// The heartbeat, as it was read last; `nil` where it has not answered yet.
        var beats: Int?

        init(metricsPort: Int) { heartbeat = Self.heartbeat(metricsPort) }

        static func heartbeat(_ port: Int) -> WorkerHeartbeat {
            WorkerHeartbeat(address: "http://127.0.0.1:\(port)/metrics")
        }
    }

    private struct State {
        var isWanted = false
        /// Whether it has looked for workers that an earlier conductor left.
        var hasLooked = false
        var topic: String?
        var workers: [Worker]
    }

    /// Bytes of a log above which a new one is started; the one before is kept.
    private static let longestLog = 16 << 20
    private static let longestPause = Duration.seconds(60)

    private let settings: Settings
    private let state: Mutex<State>
    private let log: @Sendable (String) -> Void

    /// Workers that are not started yet, or run since an earlier conductor.
    ///
    /// - Parameters:
    ///   - settings: How they are started.
    ///   - log: Logs each start and end in a line.
    package init(_ settings: Settings, log: @escaping @Sendable (String) -> Void) {
        self.settings = settings
        self.log = log
        let workers = (0..<settings.count).map { Worker(metricsPort: settings.metricsPort + $0) }
        state = Mutex(State(workers: workers))
    }

    /// A worker's name.
    private static func name(_ index: Int) -> String { "worker-\(index + 1)" }

    /// A worker's data folder.
    package func folder(_ index: Int) -> String { "\(settings.data)/\(Self.name(index))" }

    // MARK: - The protocol

    /// Starts what does not run; a worker that reads another topic ends first.
    package func start(topic: String?) throws {
        state.withLock { state in
            let isOther = state.isWanted && state.topic != topic
            state.isWanted = true
            state.topic = topic
            for index in state.workers.indices {
                state.workers[index].refusal = nil
                state.workers[index].isStopping = false
                // One that reads another night's topic is started again with this one's; it finishes what it has first.
                if isOther { end(&state.workers[index], index, with: SIGTERM) }
            }
            keepUp(&state)
        }
    }

    /// Asks every worker to end, once.
    package func stop() throws {
        state.withLock { state in
            state.isWanted = false
            for index in state.workers.indices {
                guard !state.workers[index].isStopping else { continue }
                state.workers[index].isStopping = true
                end(&state.workers[index], index, with: SIGTERM)
            }
        }
    }

    /// Kills a worker; while workers are wanted it is started again at once.
    package func replace(_ worker: String) throws {
        state.withLock { state in
            for index in state.workers.indices where Self.name(index) == worker {
                log("\(worker) hangs, and is killed")
                end(&state.workers[index], index, with: SIGKILL)
                state.workers[index].failures = 0
            }
        }
    }

    /// What runs now; what is wanted and has ended is started again.
    package func workers() throws -> [WorkerStatus] {
        // Workers are asked outside the lock.
        let heartbeats = state.withLock { $0.workers.map(\.heartbeat) }
        let beats = heartbeats.map { $0.read() }
        return state.withLock { state in
            if !state.hasLooked { endSurplus() }
            state.hasLooked = true
            keepUp(&state)
            return state.workers.indices.map { index in
                // One that was started meanwhile is asked next time.
                if state.workers[index].heartbeat === heartbeats[index] { state.workers[index].beats = beats[index] }
                return status(state.workers[index], index, isWanted: state.isWanted)
            }
        }
    }

    // MARK: - Processes

    /// The process that writes to a worker's folder; `nil` where none does.
    private func holder(_ index: Int) -> pid_t? { LockFile.state(of: "\(folder(index))/nightjar.lock").process }

    /// Asks workers to end that an earlier conductor left, and that are more than are wanted now: nobody else would.
    private func endSurplus() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: settings.data)) ?? []
        let numbers = names.compactMap { $0.hasPrefix("worker-") ? Int($0.dropFirst(7)) : nil }
        for number in numbers.sorted() where number > settings.count {
            guard let process = holder(number - 1) else { continue }
            log("\(Self.name(number - 1)) is one more than the \(settings.count) that are wanted, and is asked to end")
            kill(process, SIGTERM)
        }
    }

    private func status(_ worker: Worker, _ index: Int, isWanted: Bool) -> WorkerStatus {
        let process = worker.process.flatMap { $0.isRunning ? $0.processIdentifier : nil } ?? holder(index)
        if let process {
            let isReading = worker.beats != nil
            return WorkerStatus(
                name: Self.name(index), state: isWanted ? isReading ? .running : .starting : .stopping,
                detail: "process \(process)" + (isReading ? "" : ", which does not answer yet"), heartbeat: worker.beats
            )
        }
        if let refusal = worker.refusal { return WorkerStatus(name: Self.name(index), state: .failed, detail: refusal) }
        return WorkerStatus(
            name: Self.name(index), state: isWanted ? .starting : .stopped,
            detail: worker.failures > 0 ? "has ended \(worker.failures) times; its log: \(folder(index)).log" : "")
    }

    private func end(_ worker: inout Worker, _ index: Int, with signal: Int32) {
        let process = worker.process.flatMap { $0.isRunning ? $0.processIdentifier : nil } ?? holder(index)
        if let process { kill(process, signal) }
    }

    /// Starts what is wanted and does not run.
    private func keepUp(_ state: inout State) {
        for index in state.workers.indices {
            var worker = state.workers[index]
            defer { state.workers[index] = worker }
            if let process = worker.process {
                guard !process.isRunning else { continue }
                note(process, of: &worker, index, isWanted: state.isWanted)
                worker.process = nil
                worker.beats = nil
            }
            guard state.isWanted, worker.refusal == nil, holder(index) == nil else { continue }
            if let startsAt = worker.startsAt, ContinuousClock.now < startsAt { continue }
            launch(&worker, index, state.topic)
        }
    }

    /// Takes in that a process has ended.
    private func note(_ process: Process, of worker: inout Worker, _ index: Int, isWanted: Bool) {
        let isExit = process.terminationReason == .exit
        let how = isExit ? "status \(process.terminationStatus)" : "signal \(process.terminationStatus)"
        let isFailure = isExit && process.terminationStatus != 0
        log("\(Self.name(index)) has ended (\(how))" + (isFailure ? ": \(lastLine(index))" : ""))
        guard isWanted else { return }
        if let startedAt = worker.startedAt, ContinuousClock.now - startedAt > Self.longestPause { worker.failures = 0 }
        // A stop that was asked for, as for another topic, is no failure.
        let isClean = isExit && process.terminationStatus == 0
        worker.failures += isClean ? 0 : 1
        if isExit, process.terminationStatus == 2 {
            // Wrong usage stays wrong.
            worker.refusal = "cannot be started: \(lastLine(index))"
        } else if !isClean {
            let pause = min(Self.longestPause, .seconds(1 << min(6, worker.failures - 1)))
            worker.startsAt = .now + pause
        }
    }

    private func launch(_ worker: inout Worker, _ index: Int, _ topic: String?) {
        let process = Process()
        process.executableURL = URL(filePath: settings.program)
        let metrics = "127.0.0.1:\(settings.metricsPort + index)"
        process.arguments = settings.arguments(folder(index), metrics, topic)
        process.standardInput = FileHandle.nullDevice
        worker.startedAt = .now
        (worker.heartbeat, worker.beats) = (Worker.heartbeat(settings.metricsPort + index), nil)
        do {
            let output = try openLog(index)
            defer { try? output.close() }
            (process.standardOutput, process.standardError) = (output, output)
            try process.run()
            worker.process = process
            log("\(Self.name(index)) is started (process \(process.processIdentifier))")
        } catch {
            worker.failures += 1
            worker.startsAt = .now + Self.longestPause
            log("\(Self.name(index)) cannot be started: \(error.localizedDescription)")
        }
    }

    // MARK: - Logs

    private func openLog(_ index: Int) throws -> FileHandle {
        let path = "\(folder(index)).log"
        var status = Glibc.stat()
        if stat(path, &status) == 0, status.st_size > Self.longestLog { rename(path, path + ".1") }
        mkdir(settings.data, 0o777)
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    /// The last line that a worker has said.
    private func lastLine(_ index: Int) -> String {
        guard let file = try? FileHandle(forReadingFrom: URL(filePath: "\(folder(index)).log")) else { return "" }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: end > 4_096 ? end - 4_096 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).last { !$0.contains("nightjar help") }.map { String($0) } ?? ""
    }
}
