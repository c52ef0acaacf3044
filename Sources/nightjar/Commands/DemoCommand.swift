internal import DataLayout
internal import Foundation
internal import Simulator
internal import Threads

/// `nightjar demo`
struct DemoCommand: Command {
    static let name = "demo"
    static let summary = "shows a simulated night live on the web pages, ten times as fast as the sky"
    static let details = """
        A simulated night of ZTF is sent to 'nightjar run', and 'nightjar serve' shows it: two processes that this one starts \
        and ends. The pages stay until Ctrl-C; the folder stays for 'nightjar serve --data DIR/night'.
        """
    static let options: [any DeclaredOption] = [data, listen, alerts, speed]
    static let examples = [
        "nightjar demo --data demo-night", "nightjar demo --alerts 5000 --speed 100 --listen 127.0.0.1:8088",
    ]

    private static let data = Option<String>.text(
        "data", "DIR", "a folder for the night, which is not there yet", standard: "demo-night")
    private static let listen = Option<String>.text(
        "listen", "HOST:PORT", "where the pages are", standard: "127.0.0.1:8080")
    private static let alerts = Option<Int>.number(
        "alerts", "N", "how many alerts the night has", in: 1...SimulatedNight.mostAlerts, standard: 20_000)
    private static let speed = Option<Int>.number(
        "speed", "X", "how many times as fast as the sky", in: 1...10_000, standard: 10)

    /// YYYYMMDD.
    private static let night = 20_240_915

    private let folder: String
    private let address: String
    private let alertCount: Int
    private let factor: Int

    init(_ arguments: Arguments) throws {
        folder = try arguments.required(Self.data)
        address = try arguments.required(Self.listen)
        alertCount = try arguments.required(Self.alerts)
        factor = try arguments.required(Self.speed)
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw UsageError("--data \(folder) is there already; remove it, or name another folder")
        }
    }

    func run() throws -> ExitStatus {
        // A run that has ended is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw FileError(path: folder, detail: error.localizedDescription)
        }
        let night = "\(folder)/night"
        let filters = StandardFolder.filters.path.map { ["--filters", $0] } ?? []
        let (log, pipe) = (try Self.log("\(folder)/run.log"), Pipe())
        let run = try Self.start(["run", "-", "--data", night] + filters, input: pipe, output: log)
        let pages = try Self.start(["serve", "--data", night, "--listen", address], input: nil, output: nil)
        defer { Self.end([pages]) }
        let isSent = try send(to: pipe.fileHandleForWriting, stop, while: { run.isRunning && pages.isRunning })
        try? pipe.fileHandleForWriting.close()
        if stop.isSet { run.terminate() }
        run.waitUntilExit()
        guard pages.isRunning || stop.isSet else {
            Terminal.complain("the web server has ended; its reason is above")
            return .failed
        }
        guard isSent || stop.isSet, run.terminationStatus == 0 else {
            Terminal.complain("the run has ended with status \(run.terminationStatus); \(folder)/run.log says why")
            return .failed
        }
        if !stop.isSet { try Terminal.say("the night is over; the pages stay until Ctrl-C") }
        while !stop.wait(for: .seconds(1)), pages.isRunning {}
        return .done
    }

    /// Sends the night as a tar, each alert when it is due.
    ///
    /// - Returns: Whether all of it was sent.
    private func send(to run: FileHandle, _ stop: StopSignal, while isWanted: () -> Bool) throws -> Bool {
        let night = try SimulatedNight(alerts: alertCount, seed: 1, night: Self.night)
        let chunk = SimulatedNight.chunk
        var (began, first): (ContinuousClock.Instant?, Double) = (nil, 0)
        for start in stride(from: 0, to: night.alerts, by: chunk) {
            for packet in try night.packets(start..<min(night.alerts, start + chunk)) {
                if began == nil { (began, first) = (.now, packet.jd) }
                let due = (began ?? .now) + .seconds(max(0, packet.jd - first) * 86_400 / Double(factor))
                if due > .now { stop.wait(for: due - .now) }
                guard !stop.isSet, isWanted() else { return false }
                var member: [UInt8] = []
                packet.appendTarMember(to: &member)
                guard (try? run.write(contentsOf: member)) != nil else { return false }
            }
        }
        return (try? run.write(contentsOf: SimulatedNight.tarEnd)) != nil
    }

    // MARK: - Processes

    private static func log(_ path: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw FileError(path: path, detail: "this file cannot be written") }
        return file
    }

    private static func start(_ arguments: [String], input: Pipe?, output: FileHandle?) throws -> Process {
        let process = Process()
        process.executableURL = Bundle.main.executableURL
        process.arguments = arguments
        process.standardInput = input ?? FileHandle.nullDevice
        if let output { (process.standardOutput, process.standardError) = (output, output) }
        do { try process.run() } catch {
            throw FileError(path: "nightjar \(arguments[0])", detail: error.localizedDescription)
        }
        return process
    }

    private static func end(_ processes: [Process]) {
        for process in processes where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
    }
}
