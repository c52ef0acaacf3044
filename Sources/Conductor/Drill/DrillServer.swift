internal import Foundation
internal import Kafka
internal import Threads

/// A Kafka server of the drill's own, as a process: one that can be stopped in the middle of a night.
final class DrillServer {
    let address: String
    private let program: String
    private let folder: String
    private let port: Int
    private var process: Process?

    /// - Parameters:
    ///   - program: noida-db.
    ///   - folder: Its data.
    ///   - port: Where it listens.
    init(program: String, folder: String, port: Int) {
        self.program = program
        self.folder = folder
        self.port = port
        address = "127.0.0.1:\(port)"
    }

    deinit { if let process { kill(process.processIdentifier, SIGKILL) } }

    /// Starts it, and waits until it answers.
    func start() throws {
        let server = try Drill.start(
            program, ["start", "--data-dir", folder, "--only", "kafka", "--kafka-port", String(port)],
            log: "\(folder).log")
        process = server
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: address))
        try Drill.wait("the Kafka server answers") {
            guard server.isRunning else {
                throw DrillFailure("the Kafka server has ended; its log is \(folder).log")
            }
            return (try? admin.topics(timeout: .seconds(1))) != nil
        }
    }

    /// Stops it in order, so that what it was told is on its disk.
    func stop() throws {
        guard let process else { return }
        process.interrupt()
        try Drill.wait("the Kafka server ends") { !process.isRunning }
        self.process = nil
    }

    /// Makes a topic that keeps its messages, however old they say they are.
    func make(topic: String, partitions: Int32) throws {
        try KafkaAdmin(KafkaConfiguration(brokers: address)).create(
            topic: topic, partitions: partitions, settings: ["retention.ms": "-1"])
    }

    /// Sends packets, spread over the partitions, with a time as the survey's producer would give it.
    ///
    /// - Parameters:
    ///   - packets: Payloads.
    ///   - topic: Where to.
    ///   - partitions: How many it has.
    ///   - milliseconds: Since 1970 UTC.
    /// - Throws: ``Kafka/KafkaError`` where the server does not take them.
    func send(_ packets: [[UInt8]], to topic: String, partitions: Int32, at milliseconds: Int64) throws {
        var configuration = KafkaConfiguration(brokers: address)
        configuration["acks"] = "all"
        let producer = try KafkaProducer(configuration)
        for (number, packet) in packets.enumerated() {
            try producer.send(
                topic: topic, partition: Int32(number) % partitions, payload: packet[...], timestamp: milliseconds)
        }
        try producer.flush()
    }
}

/// Something in a drill did not come out as it must.
package struct DrillFailure: Error, CustomStringConvertible {
    /// What it is, in a sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// What all of a drill uses.
enum Drill {
    /// The longest wait for what must come: so long that a busy machine does not matter.
    private static let patience = Duration.seconds(240)

    /// Waits until something is so, looking often.
    static func wait(_ what: String, until isSo: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + patience
        while try !isSo() {
            guard ContinuousClock.now < deadline else { throw DrillFailure("waited in vain: \(what)") }
            pause(for: .milliseconds(50))
        }
    }

    /// Starts a program whose options come from its arguments alone, and has what it says added to a file.
    static func start(_ program: String, _ arguments: [String], log: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("NIGHTJAR_") }
        environment["NIGHTJAR_CONFIG"] = ""
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        if !FileManager.default.fileExists(atPath: log) {
            _ = FileManager.default.createFile(atPath: log, contents: nil)
        }
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        defer { try? output.close() }
        try output.seekToEnd()
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        return process
    }

    /// A port of this machine on which nobody listens, and behind which as many more are free.
    static func freePort(following count: Int = 0) throws -> Int {
        for _ in 0..<1_000 {
            let first = Int.random(in: 12_000..<32_000)
            if (first...first + count).allSatisfy(isFree) { return first }
        }
        throw DrillFailure("this machine has no free ports")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
