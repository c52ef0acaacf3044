internal import Alerts
internal import Avro
internal import Foundation
internal import Glibc
internal import Simulator

/// Where a drill is played: a Kafka server, a folder, a clock that stands still until it is moved, and a conductor as a process
/// with its workers.
package final class DrillStage {
    /// What a drill needs.
    package struct Settings: Sendable {
        /// This program.
        package var program: String
        /// noida-db.
        package var server: String
        /// Where all is put.
        package var folder: String
        /// Alerts of a night.
        package var alerts = 60
        /// Workers.
        package var workers = 2

        /// Settings of a drill.
        package init(program: String, server: String, folder: String) {
            self.program = program
            self.server = server
            self.folder = folder
        }
    }

    static let partitions: Int32 = 3
    /// The first worker's folder, where it is a disk of its own that can be filled.
    let smallDisk: String?
    let settings: Settings
    let server: DrillServer
    let registry: DrillRegistry
    let files: NightFiles
    private(set) var times: NightTimes
    private(set) var conductor: Process?
    /// Messages sent in this night.
    private(set) var sent = 0
    /// Different alerts sent in this night.
    private(set) var alerts: Set<Int> = []
    private var simulated: SimulatedNight
    private let survey = SimulatedNight.survey
    private let metricsPort: Int
    /// What the drill's clock says.
    private var now: Double
    private var seconds = 0.0

    /// Starts a server.
    ///
    /// - Throws: ``DrillFailure``, or what kept it from starting.
    init(_ settings: Settings, night: Int) throws {
        self.settings = settings
        try FileManager.default.createDirectory(atPath: settings.folder, withIntermediateDirectories: true)
        server = DrillServer(
            program: settings.server, folder: "\(settings.folder)/kafka", port: try Drill.freePort())
        registry = try DrillRegistry(schema: SimulatedNight.survey.schema ?? "")
        files = NightFiles(data: "\(settings.folder)/data")
        metricsPort = try Drill.freePort(following: settings.workers)
        smallDisk = Self.mountDisk("\(settings.folder)/data/worker-1")
        (times, simulated) = try Self.night(night, settings)
        now = times.begin
        try server.start()
    }

    /// Only root may mount; without it the drill goes without that night.
    private static func mountDisk(_ folder: String) -> String? {
        guard geteuid() == 0 else { return nil }
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return mount("drill", folder, "tmpfs", 0, "size=256m") == 0 ? folder : nil
    }

    private static func night(_ night: Int, _ settings: Settings) throws -> (NightTimes, SimulatedNight) {
        guard let times = NightTimes(night: night, of: SimulatedNight.survey) else {
            throw DrillFailure("\(night) is no night")
        }
        return (times, try SimulatedNight(alerts: settings.alerts, seed: UInt64(night), night: night))
    }

    /// The next night begins: its clock stands an hour after midnight in UTC, before sunset.
    func begin(_ night: Int) throws {
        (times, simulated) = try Self.night(night, settings)
        (sent, alerts) = (0, [])
        try move(toDay: 1.0 / 24)
    }

    /// Ends all processes.
    func close() {
        if let conductor, conductor.isRunning {
            conductor.terminate()
            try? Drill.wait("the conductor ends") { !conductor.isRunning }
        }
        try? server.stop()
        registry.stop()
        if let smallDisk { umount2(smallDisk, Int32(MNT_DETACH)) }
    }

    // MARK: - The clock

    /// Moves the clock to a time of the night's day in UTC, as `13:40`, and waits until the conductor has looked then.
    func move(to time: String) throws {
        let parts = time.split(separator: ":").compactMap { Double($0) }
        try move(toDay: (parts[0] + (parts.count > 1 ? parts[1] / 60 : 0)) / 24)
    }

    /// The same by the part of the day.
    private func move(toDay day: Double) throws {
        let next = times.begin + day
        seconds += max(0, next - now) * 86_400
        try set(next)
    }

    /// Sets the clock wrong by some hours, or right again: time itself does not pass.
    func setClock(wrongBy hours: Double) throws { try set(now + hours / 24) }

    private func set(_ mjd: Double) throws {
        now = mjd
        let text = "\(ConductorClock.text(mjd)) \(seconds)\n"
        try Data(text.utf8).write(to: URL(filePath: "\(settings.folder)/clock"), options: .atomic)
        if conductor?.isRunning == true { try awaitLook() }
    }

    /// Waits until the conductor has looked at what is there now.
    func awaitLook() throws {
        let since = Date.now
        try Drill.wait("the conductor looks at \(ConductorClock.text(now))") {
            guard conductor?.isRunning == true else { throw DrillFailure("the conductor has ended; see \(log)") }
            guard let record = try? files.load(survey.name, times.night) else { return false }
            // It wrote what it saw a moment before.
            return record.written > since.addingTimeInterval(0.3)
                && abs(ConductorClock.mjd(record.proof.date) - now) < 2.0 / 86_400
        }
    }

    // MARK: - The stream

    var topic: String { SimulatedNight.topic(String(times.night)) }

    func makeTopic() throws { try server.make(topic: topic, partitions: Self.partitions) }

    /// Sends a part of the night's alerts, each in its container or in a frame with the number of its schema.
    func send(_ range: Range<Int>, isFramed: Bool = false) throws {
        let packets = try range.map { index in
            let packet = try simulated.packet(index)
            return isFramed ? try Self.framed(packet) : packet
        }
        let milliseconds = Int64((streamTime - 40_587) * 86_400_000)
        try server.send(packets, to: topic, partitions: Self.partitions, at: milliseconds)
        sent += range.count
        alerts.formUnion(range)
    }

    /// The survey's own clock is right.
    private var streamTime: Double { times.begin + (now - times.begin) - clockError / 24 }
    private var clockError = 0.0

    /// Sets this machine's clock wrong, so that the survey's differs from it.
    func misset(by hours: Double) throws {
        clockError += hours
        try setClock(wrongBy: hours)
    }

    private static func framed(_ packet: [UInt8]) throws -> [UInt8] {
        var reader = try ContainerReader(packet[...])
        guard let block = try reader.nextBlock() else { throw DrillFailure("a simulated packet is empty") }
        return ConfluentFrame(schemaID: 1, body: block.data[...]).bytes
    }

    // MARK: - Processes

    var log: String { "\(settings.folder)/conductor.log" }

    /// Starts the conductor.
    func startConductor(_ more: [String] = []) throws {
        conductor = try Drill.start(
            settings.program,
            [
                "night", "conduct", "kafka://\(server.address)/\(SimulatedNight.topic("{yyyyMMdd}"))", "--data",
                "\(settings.folder)/data", "--group", "drill", "--workers", String(settings.workers), "--clock",
                "\(settings.folder)/clock", "--interval", "200", "--hang-seconds", "15", "--worker-metrics",
                String(metricsPort), "--no-fits", "--schema-registry", registry.address,
            ] + more, log: log)
        try awaitLook()
    }

    /// Kills the conductor at once; its workers go on.
    func killConductor() throws {
        guard let conductor else { return }
        kill(conductor.processIdentifier, SIGKILL)
        try Drill.wait("the conductor is gone") { !conductor.isRunning }
    }

    /// Sends a worker a signal.
    func signal(worker: Int, _ signal: Int32) throws {
        let path = "\(settings.folder)/data/worker-\(worker)/nightjar.lock"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let process = pid_t(text.filter(\.isNumber)) else { throw DrillFailure("\(path) names no process") }
        kill(process, signal)
    }

    // MARK: - What was found

    var machine: NightMachine? { try? files.load(survey.name, times.night)?.machine }

    /// Waits until the night is in a state.
    func await(_ states: NightState...) throws {
        try Drill.wait("night \(times.night) is \(states.map(\.rawValue).joined(separator: " or ")) (\(log))") {
            guard conductor?.isRunning == true else { throw DrillFailure("the conductor has ended; see \(log)") }
            return machine.map { states.contains($0.state) } ?? false
        }
    }

    /// Waits until the workers have read all that was sent.
    func awaitRead() throws {
        try Drill.wait("the workers read all \(sent) messages (\(log))") {
            guard let machine, machine.clauses.first(where: { $0.name == .lag })?.isMet == true else { return false }
            return machine.ends.values.reduce(0, +) == sent
        }
    }
}
