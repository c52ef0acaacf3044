internal import Configuration
internal import Foundation
internal import Kafka
internal import Salt2

/// `nightjar config check FILE`, `nightjar config show [FILE]`
enum ConfigCommand {
    static func run(_ words: some Sequence<String>) throws {
        var call = try Invocation(
            words, withValue: options { $0.isText }, repeatable: options { $0.isProperties },
            flags: options { $0.isFlag })
        let verb = call.operands.first ?? ""
        switch (verb, call.operands.count) {
        case ("check", 2): try check(call.operands[1])
        case ("show", 1...2):
            if call.operands.count == 2 { call.take(try ConfigurationFile.read(call.operands[1])) }
            try show(call)
        default:
            throw UsageError(
                "say 'config check FILE' or 'config show [FILE]'", mistyped: verb, among: ["check", "show"])
        }
    }

    private static func options(_ isWanted: (ConfigurationKey) -> Bool) -> Set<String> {
        Set(ConfigurationKey.all.filter(isWanted).map(\.option))
    }

    /// Says all that is wrong with a file, whether the secrets that it names are there, and what librdkafka does not take.
    private static func check(_ path: String) throws {
        do {
            let configuration = try ConfigurationFile.read(path)
            let reasons = configuration.properties.compactMap { property in
                reason(property).map { (property: property, reason: $0) }
            }
            guard reasons.isEmpty else { throw configuration.error(reasons) }
            try checkStreams(configuration)
            try checkFits(configuration)
            try Terminal.say("\(path): nothing is wrong with it")
        } catch let error as ConfigurationError {
            for line in error.lines { Terminal.note(line) }
            exit(1)
        }
    }

    /// Names the streams as a run would, date and all.
    private static func checkStreams(_ configuration: Configuration) throws {
        var call = try Invocation([], withValue: KafkaOptions.values, repeatable: KafkaOptions.repeatable)
        call.take(configuration)
        do {
            for source in call.configured["sources"] ?? [] where source.hasPrefix("kafka://") {
                _ = try KafkaOptions.stream(source, call)
            }
            if let night = call.options["night"] { _ = try KafkaTopicName("night", night: night) }
        } catch let error as UsageError {
            throw configuration.error("sources", "\(error)")
        } catch let error as KafkaError {
            throw configuration.error("kafka.night", error.detail)
        }
    }

    /// Reads what the fits work with, as a run would.
    private static func checkFits(_ configuration: Configuration) throws {
        var call = try Invocation([], withValue: Models.values, flags: Models.flags)
        call.take(configuration)
        guard !call.flags.contains("no-fits") else { return }
        func check(_ path: String, _ read: () throws(UsageError) -> Void) throws(ConfigurationError) {
            do throws(UsageError) { try read() } catch { throw configuration.error(path, "\(error)") }
        }
        let isOfModel = call.options["model"] != nil && !ModelLibrary.models(in: Models.folder(call)).isEmpty
        try check(isOfModel ? "model" : "models") { () throws(UsageError) in _ = try Models.fits(call) }
        try check("dustMap") { () throws(UsageError) in _ = try Models.reddening(call) }
        try check("redshifts") { () throws(UsageError) in _ = try Models.redshifts(call) }
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

    // MARK: - Show

    /// A setting as JSON has it.
    private enum Shown: Encodable {
        case none
        case flag(Bool)
        case text(String)
        case list([String])
        case object([String: Shown])

        func encode(to encoder: any Encoder) throws {
            var value = encoder.singleValueContainer()
            switch self {
            case .none: try value.encodeNil()
            case .flag(let flag): try value.encode(flag)
            case .text(let text): try value.encode(text)
            case .list(let list): try value.encode(list)
            case .object(let object): try value.encode(object)
            }
        }
    }

    /// Prints what a run with these words would take, as JSON that is a configuration itself.
    private static func show(_ call: Invocation) throws {
        var members: [String: Shown] = [:]
        var sections: [String: [String: Shown]] = [:]
        for key in ConfigurationKey.all {
            let value = shown(key, call)
            let name = String(key.path.split(separator: ".").last ?? "")
            if let section = key.section {
                sections[section, default: [:]][name] = value
            } else {
                members[name] = value
            }
        }
        for (section, values) in sections { members[section] = .object(values) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try Terminal.put(json: Array(encoder.encode(members)))
    }

    private static func shown(_ key: ConfigurationKey, _ call: Invocation) -> Shown {
        switch key.kind {
        case .flag(let standard): return .flag(call.flags.contains(key.option) != standard)
        case .list:
            return .list((call.configured[key.option] ?? []).map { Redaction.shown($0) })
        case .properties:
            var properties: [String: Shown] = [:]
            for assignment in (call.configured[key.option] ?? []) + (call.lists[key.option] ?? []) {
                let name = String(assignment.prefix { $0 != "=" })
                properties[name] = shown(name, String(assignment.dropFirst(name.count + 1)))
            }
            return .object(properties)
        case .text, .address, .start, .number:
            let value = key.path == "models" ? Models.folder(call) : call.options[key.option] ?? key.standard
            return value.map { .text(Redaction.shown($0)) } ?? .none
        }
    }

    /// A property's value: where a secret is found, but never the secret.
    private static func shown(_ name: String, _ value: String) -> Shown {
        switch Configuration.Value(value) {
        case .file(let path): .object(["file": .text(path)])
        case .environment(let variable): .object(["env": .text(variable)])
        case .plain(let text): .text(Redaction.isSecret(name) ? Redaction.hidden : Redaction.shown(text))
        }
    }
}
