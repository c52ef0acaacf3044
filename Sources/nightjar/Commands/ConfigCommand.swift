internal import Configuration
internal import Foundation
internal import Kafka
internal import Salt2

/// `nightjar config check FILE`
struct ConfigCheckCommand: Command {
    static let name = "config check"
    static let summary = "reports all that is wrong with a configuration file, by line"
    static let details = """
        FILE is JSON5. Each key is an option in other spelling: "schemaRegistry" for --schema-registry, "plots": false for \
        --no-plots, "sources" for the SOURCEs. It also reports secrets that are missing, and what librdkafka does not \
        accept. docs/configuration.md has a whole example.
        """
    static let operands = [Operand("FILE", "the configuration, or gs://BUCKET/FILE")]
    static let examples = [
        "nightjar config check night.json5", "nightjar config check gs://my-project-broker_files/ztf.json5",
    ]
    static let isConfigurable = false

    private let path: String

    init(_ arguments: Arguments) { path = arguments.operands[0] }

    /// Reports all that is wrong with a file, whether the secrets that it names are there, and what librdkafka refuses.
    func run() throws -> ExitStatus {
        do {
            let configuration = try ConfigurationFile.read(path)
            let reasons = configuration.properties.compactMap { property in
                Self.reason(property).map { (property: property, reason: $0) }
            }
            guard reasons.isEmpty else { throw configuration.error(reasons) }
            let arguments = try Arguments(
                (KafkaReading.all + ModelOptions.all).map(\.declaration), of: RunCommand.name,
                SettingSources(line: CommandLineArguments([], options: []), environment: [:], files: [configuration]))
            try Self.checkStreams(configuration, arguments)
            try Self.checkFits(configuration, ModelOptions(arguments))
            try ConductCheck.check(configuration)
            try Terminal.say("\(path): nothing is wrong with it")
            return .done
        } catch let error as ConfigurationError {
            for line in error.lines { Terminal.log(line) }
            return .failed
        }
    }

    /// Names the streams as a run would, date and all.
    private static func checkStreams(_ configuration: Configuration, _ arguments: Arguments) throws {
        let connection = try KafkaConnection(arguments)
        do {
            for source in configuration.list("sources") ?? [] where source.hasPrefix("kafka://") {
                _ = try connection.stream(source)
            }
            if let night = connection.night { _ = try KafkaTopicName("night", night: night) }
        } catch let error as UsageError {
            throw configuration.error("sources", "\(error)")
        } catch let error as KafkaError {
            throw configuration.error("kafka.night", error.detail)
        }
    }

    /// Reads what the fits work with, as a run would.
    private static func checkFits(_ configuration: Configuration, _ models: ModelOptions) throws {
        guard !models.fitsNothing else { return }
        func check(_ path: String, _ read: () throws(UsageError) -> Void) throws(ConfigurationError) {
            do throws(UsageError) { try read() } catch { throw configuration.error(path, "\(error)") }
        }
        let isOfModel = models.namesModel && !ModelLibrary.models(in: models.folder).isEmpty
        try check(isOfModel ? "model" : "models") { () throws(UsageError) in _ = try models.fits() }
        try check("dustMap") { () throws(UsageError) in _ = try models.reddening() }
        try check("redshifts") { () throws(UsageError) in _ = try models.knownRedshifts() }
        try check("hosts") { () throws(UsageError) in _ = try models.hosts.finder() }
    }

    /// Why a property cannot be used; `nil` where it can.
    private static func reason(_ property: Configuration.Property) -> String? {
        switch property.value {
        case .environment(let name) where ProcessInfo.processInfo.environment[name] == nil:
            return "the environment has no variable \(name)"
        case .file(let path) where access(path, R_OK) != 0:
            return "\(path): " + String(cString: strerror(errno))
        default: break
        }
        do throws(KafkaError) {
            var alone = KafkaConfiguration(brokers: "localhost")
            try alone.set(property.assignment)
            try alone.validate()
            return nil
        } catch {
            let names = KafkaConfiguration.names
            guard names.contains(property.name) else {
                return "librdkafka has no such property" + Suggestion.text(for: property.name, among: names)
            }
            // librdkafka quotes the value, which must not be told where it was named and not written.
            if case .plain = property.value { return error.detail }
            return "the value that it names is not accepted"
        }
    }
}
