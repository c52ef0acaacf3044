package import Foundation

/// The command `nightjar` as built beside the tests, running as a process of its own.
///
/// What it prints goes to files, so that a full pipe never holds it up.
package final class NightjarProcess {
    /// How a process came to its end, and what it said.
    package struct Outcome: Sendable {
        /// The exit status; `nil` where a signal ended it.
        package let status: Int32?
        package let output: String
        package let errors: String

        package var lines: [Substring] { output.split(separator: "\n") }
        /// Lines on standard error.
        package var complaints: [Substring] { errors.split(separator: "\n") }
    }

    package struct NotBuilt: Error { package let path: String }
    /// A process that did not come to its end in the time it was given, and was killed.
    package struct Overdue: Error {
        package let arguments: [String]
        package let errors: String
    }

    /// How long a test waits for what must come, s: so long that a busy machine does not matter, since only a test that
    /// fails waits to the end.
    package static let patience = 300.0

    /// The products of one build lie in one folder, this test's own among them.
    package static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (own as NSString).deletingLastPathComponent + "/nightjar"
    }()

    private let arguments: [String]
    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let said: TemporaryFolder

    /// Starts the command.
    ///
    /// - Parameters:
    ///   - arguments: What follows `nightjar`.
    ///   - input: Standard input; empty by default.
    ///   - environment: Variables set beside those of this process, of which it has no `NIGHTJAR_` one: neither these nor
    ///     the files in /etc/nightjar give a test's process options. Its cache is its own.
    /// - Throws: ``NotBuilt``, or what kept the process from starting.
    package init(_ arguments: [String], input: Pipe? = nil, environment: [String: String] = [:]) throws {
        guard FileManager.default.isExecutableFile(atPath: Self.path) else { throw NotBuilt(path: Self.path) }
        // A process that ends early must fail the test that writes to it, not end the tests.
        signal(SIGPIPE, SIG_IGN)
        self.arguments = arguments
        said = try TemporaryFolder()
        for name in ["output", "errors"] { try said.write([], to: name) }
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("NIGHTJAR_") }
        let own = ["NIGHTJAR_CONFIG": "", "XDG_CACHE_HOME": said.file("cache")]
        process.environment = inherited.merging(own) { $1 }.merging(environment) { $1 }
        process.standardInput = input ?? FileHandle.nullDevice
        let files = try ["output", "errors"].map { try FileHandle(forWritingTo: URL(filePath: said.file($0))) }
        // Foundation keeps a process whose end it reports, and with it whatever descriptors it was given.
        defer { for file in files { try? file.close() } }
        (process.standardOutput, process.standardError) = (files[0], files[1])
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
    }

    /// A test that fails early leaves no process behind, and no open end of a pipe to one.
    deinit {
        if process.isRunning { kill() }
        try? (process.standardInput as? Pipe)?.fileHandleForWriting.close()
    }

    /// Whether it came to its end within some seconds.
    package func ends(within seconds: Double) -> Bool {
        guard ended.wait(timeout: .now() + seconds) == .success else { return false }
        ended.signal()
        return true
    }

    package var identifier: pid_t { process.processIdentifier }

    /// What it has printed so far.
    package var output: String { text("output") }
    /// What it has said on standard error so far.
    package var errors: String { text("errors") }

    /// Waits until something has happened, looking often, or the process has ended.
    ///
    /// - Returns: Whether it has happened.
    package func waits(seconds: Double = patience, until hasHappened: () throws -> Bool) rethrows -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while try !hasHappened() {
            guard clock.now < deadline else { return false }
            if ends(within: 0.01) { return try hasHappened() }
        }
        return true
    }

    /// Ends the process at once, as a crash would.
    package func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// Asks the process to end, as Ctrl-C does.
    package func interrupt() { process.interrupt() }

    /// Asks the process to end, as a machine does that is about to go away.
    package func terminate() { process.terminate() }

    /// Sends the process a signal.
    package func send(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

    /// Waits for the end.
    ///
    /// - Throws: ``Overdue`` after the process was killed for taking longer than `seconds`.
    package func outcome(within seconds: Double = patience) throws -> Outcome {
        guard ends(within: seconds) else {
            kill()
            _ = ends(within: 10)
            throw Overdue(arguments: arguments, errors: text("errors"))
        }
        let isExit = process.terminationReason == .exit
        return Outcome(
            status: isExit ? process.terminationStatus : nil, output: text("output"), errors: text("errors"))
    }

    private func text(_ name: String) -> String {
        String(decoding: FileManager.default.contents(atPath: said.file(name)) ?? Data(), as: UTF8.self)
    }

    /// Runs the command to its end.
    package static func run(
        _ arguments: String..., environment: [String: String] = [:], within seconds: Double = patience
    ) throws -> Outcome {
        try NightjarProcess(arguments, environment: environment).outcome(within: seconds)
    }
}
