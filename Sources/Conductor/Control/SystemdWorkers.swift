package import Foundation

/// Workers that systemd runs: the instances 1 to N of a template unit.
///
/// A unit is told the night's topic by a file of variables that it reads at its start (`EnvironmentFile=`): `NIGHTJAR_TOPIC`.
/// What may start system units is root, and whom a rule of polkit lets.
package struct SystemdWorkers: WorkerControl {
    /// systemctl waits for the service manager alone: jobs are queued.
    private static let limit = Duration.seconds(30)
    private static let properties = [
        "Id", "LoadState", "ActiveState", "SubState", "MainPID", "StatusText", "Result", "NRestarts",
    ]

    private let units: [String]
    private let systemctl: [String]
    private let topicFile: URL
    private let heartbeats: [WorkerHeartbeat]

    /// The instances of a unit.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - template: The unit's name up to the `@`.
    ///   - topicFile: What the units read the night's topic from.
    ///   - metricsPort: Worker N serves its metrics at this port plus N, on this machine; `nil` where it serves none.
    ///   - isUser: Whether they are units of this user's own service manager.
    ///   - systemctl: The program.
    package init(
        count: Int, template: String = "nightjar-worker", topicFile: URL, metricsPort: Int? = nil,
        isUser: Bool = false, systemctl: String = "systemctl"
    ) {
        precondition(count > 0, "a night needs a worker")
        units = (1...count).map { "\(template)@\($0).service" }
        self.systemctl = [systemctl] + (isUser ? ["--user"] : []) + ["--no-ask-password"]
        self.topicFile = topicFile
        heartbeats =
            metricsPort.map { port in
                (1...count).map { WorkerHeartbeat(address: "http://127.0.0.1:\(port + $0)/metrics") }
            } ?? []
    }

    /// The units' states, as systemd has them.
    ///
    /// - Throws: ``ControlError`` where systemd does not answer.
    package func workers() throws -> [WorkerStatus] { try shown().map(status) }

    /// Writes the topic, and starts the units that do not run.
    ///
    /// - Throws: ``ControlError``, also for a topic that is none.
    package func start(topic: String?) throws {
        let shown = try shown()
        let missing = shown.filter { $0["LoadState"] != "loaded" }
        guard missing.isEmpty else {
            throw ControlError(
                "start \(names(missing))", detail: "systemd has no such unit (\(missing[0]["LoadState"] ?? "unknown"))",
                nextStep: "install the unit file, then run 'systemctl daemon-reload'")
        }
        // A start that is queued while a unit still ends is carried out after that.
        let idle = shown.filter { ["inactive", "failed", "deactivating"].contains($0["ActiveState"]) }
        guard !idle.isEmpty else { return }
        try write(topic: topic)
        let failed = idle.filter { $0["ActiveState"] == "failed" }
        if !failed.isEmpty { try call("reset-failed", failed.compactMap { $0["Id"] }) }
        try call("start", ["--no-block"] + idle.compactMap { $0["Id"] })
    }

    /// Has systemd end all units: SIGTERM, and SIGKILL after the time that the unit says.
    ///
    /// - Throws: ``ControlError`` where systemd does not answer.
    package func stop() throws {
        let running = try shown().filter { !["inactive", "failed", "deactivating"].contains($0["ActiveState"]) }
        guard !running.isEmpty else { return }
        try call("stop", ["--no-block"] + running.compactMap { $0["Id"] })
    }

    /// Kills a unit's processes at once, and starts it again.
    ///
    /// - Throws: ``ControlError``, also where no worker is so called.
    package func replace(_ worker: String) throws {
        guard units.contains(worker) else {
            throw ControlError(
                "replace \(worker)", detail: "the workers are \(units.joined(separator: ", "))",
                nextStep: "name one of them")
        }
        // A process that was stopped by a signal does not end by SIGTERM. Nothing to kill is no failure.
        if let unit = try shown().first(where: { $0["Id"] == worker }), unit["MainPID"] ?? "0" != "0" {
            try call("kill", ["--signal=SIGKILL", worker])
        }
        try call("restart", ["--no-block", worker])
    }

    // MARK: - systemctl

    private func shown() throws(ControlError) -> [[String: String]] {
        let text = try call("show", ["--property=\(Self.properties.joined(separator: ","))"] + units)
        let blocks = Self.blocks(of: text)
        // systemctl shows each unit that it is asked for, also one that is not there.
        let byName = Dictionary(blocks.compactMap { block in block["Id"].map { ($0, block) } }) { $1 }
        let found = units.compactMap { byName[$0] }
        guard found.count == units.count else {
            throw ControlError(
                "look at \(units[0])", detail: "systemctl described \(found.count) of \(units.count) units",
                nextStep: "run 'systemctl show \(units[0])' to see what it says")
        }
        return found
    }

    /// What `systemctl show` says of several units: lines `NAME=VALUE`, an empty line between units.
    static func blocks(of text: String) -> [[String: String]] {
        text.split(separator: "\n\n").map { block in
            Dictionary(
                block.split(separator: "\n").compactMap { line in
                    guard let equals = line.firstIndex(of: "=") else { return nil }
                    return (String(line[..<equals]), String(line[line.index(after: equals)...]))
                }
            ) { $1 }
        }
    }

    @discardableResult
    private func call(_ verb: String, _ words: [String]) throws(ControlError) -> String {
        let action = "\(verb) \(words.filter { !$0.hasPrefix("-") }.joined(separator: " "))"
        let outcome: ChildProgram.Outcome
        do throws(ChildProgram.Failure) {
            outcome = try ChildProgram(systemctl + [verb] + words).run(limit: Self.limit, listens: true)
        } catch {
            throw ControlError(
                action, detail: "\(error)", nextStep: "see whether systemd runs here: 'systemctl is-system-running'")
        }
        guard outcome.status == 0 else {
            let said = outcome.output.split(separator: "\n").first.map { ": \($0.prefix(300))" } ?? ""
            throw ControlError(
                action, detail: "systemctl ended with status \(outcome.status)\(said)",
                nextStep: "run it as the conductor's user to see why; docs/operations.md has polkit's rule for it")
        }
        return outcome.output
    }

    private func write(topic: String?) throws(ControlError) {
        if let topic { try ControlError.check(topic: topic) }
        do {
            try FileManager.default.createDirectory(
                at: topicFile.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((topic.map { "NIGHTJAR_TOPIC=\($0)\n" } ?? "").utf8).write(to: topicFile, options: .atomic)
        } catch {
            throw ControlError(
                "write \(topicFile.path)", detail: error.localizedDescription,
                nextStep: "make the folder writable for the conductor's user")
        }
    }

    private func names(_ blocks: [[String: String]]) -> String {
        blocks.compactMap { $0["Id"] }.joined(separator: ", ")
    }

    private func status(_ unit: [String: String]) -> WorkerStatus {
        let name = unit["Id"] ?? ""
        let state: WorkerStatus.State =
            switch unit["ActiveState"] {
            case "active", "reloading", "refreshing": .running
            case "activating": .starting
            case "deactivating": .stopping
            case "failed": .failed
            default: .stopped
            }
        var detail = [unit["SubState"], unit["StatusText"]].compactMap(\.self).filter { !$0.isEmpty }
        if unit["LoadState"] != "loaded" { detail = [unit["LoadState"] ?? "unknown"] }
        if let process = unit["MainPID"], process != "0" { detail.append("process \(process)") }
        if state == .failed, let result = unit["Result"] { detail.append("result \(result)") }
        if let restarts = unit["NRestarts"].flatMap({ Int($0) }), restarts > 0 {
            detail.append("\(restarts) restarts")
        }
        let isAlive = state == .running || state == .stopping
        let heartbeat = units.firstIndex(of: name).flatMap { heartbeats.indices.contains($0) ? heartbeats[$0] : nil }
        return WorkerStatus(
            name: name, state: state, detail: detail.joined(separator: ", "),
            heartbeat: isAlive ? heartbeat?.read() : nil)
    }
}
