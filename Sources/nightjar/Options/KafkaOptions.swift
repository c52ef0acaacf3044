internal import Alerts
internal import Configuration
internal import Foundation
internal import Kafka
internal import KafkaIngest

/// How a Kafka server is reached, and which night is meant: options of every command that speaks to Kafka.
struct KafkaConnection: Sendable {
    private static let property = Option<String>(
        OptionDeclaration(
            name: "kafka-property", valueName: "NAME=VALUE",
            help: "any property of librdkafka; a VALUE may be ${file:PATH} or ${env:NAME}", key: "kafka.properties",
            kind: .properties, isRepeatable: true)
    ) { (text) throws(UsageError) in text }
    private static let file = Option<String>.text(
        "kafka-properties", "FILE", "a file of such properties, a line each", key: "kafka.propertiesFile")
    private static let krb5 = Option<String>.text(
        "krb5-conf", "FILE", "Kerberos' krb5.conf, where it is not the system's", key: "kafka.krb5Conf")
    private static let night = Option<String>.text(
        "night", "DATE", "YYYYMMDD or YYYY-MM-DD: the date for {yyyyMMdd} in a topic, in place of today's in UTC",
        key: "kafka.night")

    /// The options of a command that is about one night.
    static let properties: [any DeclaredOption] = [property, file, krb5]
    static let all: [any DeclaredOption] = properties + [night]

    /// Properties in their order: the last of a name holds.
    private let standing, own: [String]
    private let file, krb5: String?
    let night: String?

    /// - Parameters:
    ///   - arguments: The values of these options.
    ///   - night: The night that the command is about; `nil` where an option says it.
    /// - Throws: ``UsageError``
    init(_ arguments: Arguments, night: Int? = nil) throws(UsageError) {
        let properties = arguments.layers(Self.property)
        standing = properties.filter { $0.origin.rank > 0 }.map(\.text)
        own = properties.filter { $0.origin.rank == 0 }.map(\.text)
        file = try arguments.value(Self.file)
        krb5 = try arguments.value(Self.krb5)
        if let night { self.night = String(night) } else { self.night = try arguments.value(Self.night) }
    }

    /// Reads `kafka://HOST:PORT[,HOST:PORT]/[TOPIC]`, with the night's date put into the topic.
    func stream(_ address: String) throws -> (configuration: KafkaConfiguration, topic: KafkaTopicName?) {
        let rest = address.dropFirst("kafka://".count)
        let brokers = rest.prefix { $0 != "/" }
        guard address.hasPrefix("kafka://"), !brokers.isEmpty else {
            throw UsageError("\(address): a stream is named as kafka://HOST:PORT/TOPIC")
        }
        let topic = rest.dropFirst(brokers.count + 1)
        return (try client(String(brokers)), topic.isEmpty ? nil : try self.topic(String(topic)))
    }

    func topic(_ template: String) throws(UsageError) -> KafkaTopicName {
        do throws(KafkaError) { return try KafkaTopicName(template, night: night) } catch {
            throw UsageError(error.detail)
        }
    }

    /// Servers with all properties that the call, the environment and the configuration name.
    func client(_ brokers: String) throws(UsageError) -> KafkaConfiguration {
        var configuration = KafkaConfiguration(brokers: brokers)
        configuration.krb5Configuration = krb5
        do throws(KafkaError) {
            for property in standing { try configuration.set(property) }
            if let file { try configuration.read(file: file) }
            for property in own { try configuration.set(property) }
        } catch {
            throw UsageError(error.detail)
        }
        return configuration
    }
}

/// How a survey's stream is read, beside ``KafkaConnection``.
struct KafkaReading: Sendable {
    /// The group.
    static let group = Option<String>(
        OptionDeclaration(
            name: "group", valueName: "NAME", help: "the group whose workers share a stream", key: "kafka.group",
            kind: .text, standard: "nightjar")
    ) { (text) throws(UsageError) in
        guard !text.isEmpty else { throw UsageError("is empty") }
        // As deploy/config/lsst.json5 has it.
        guard text != "NAME", !text.hasPrefix("NAME-") else {
            throw UsageError("NAME stands for your own name at the survey's servers: put that in its place")
        }
        return text
    }
    private static let start = Option<KafkaSource.Start>(
        OptionDeclaration(
            name: "start", valueName: "WHERE",
            help: "committed, earliest, an offset, or a time as 2024-09-15T03:00:00Z",
            key: "kafka.start", kind: .start, standard: "committed")
    ) { (text) throws(UsageError) in try parse(start: text) }
    private static let untilEnd = Flag(
        "until-end", "of a stream: to the end that it has now, which is the default", key: "kafka.untilEnd",
        excludes: "follow")
    /// On until stopped.
    static let follow = Flag(
        "follow", "of a stream: on until stopped", key: "kafka.follow", excludes: "until-end")

    /// One night of a topic that has every night.
    static let slice = Option<KafkaSlice>(
        OptionDeclaration(
            name: "slice", valueName: "NIGHT",
            help: """
                of one topic for every night, as LSST's: each partition from its offset at noon UTC of NIGHT, YYYYMMDD, to that \
                at the next noon
                """, key: "kafka.slice", kind: .text)
    ) { (text) throws(UsageError) in
        let night = try NightWord.parse(text)
        guard let date = CalendarDate(yyyymmdd: night) else { throw UsageError("\(night) is no date") }
        let noon = Int64((date.mjd + 0.5 - 40_587) * 86_400_000)
        return KafkaSlice(from: noon, to: noon + 86_400_000)
    }

    static let all: [any DeclaredOption] = KafkaConnection.all + [group, start, slice, untilEnd, follow]

    let connection: KafkaConnection
    private(set) var group: String
    private var start: KafkaSource.Start
    private let follows: Bool

    init(_ arguments: Arguments) throws(UsageError) {
        connection = try KafkaConnection(arguments)
        group = try arguments.required(Self.group)
        start = try arguments.required(Self.start)
        follows = arguments.isOn(Self.follow)
        guard let slice = try arguments.value(Self.slice) else { return }
        guard !follows, arguments.origin(of: Self.start) == nil else {
            throw UsageError("--slice has a begin and an end of its own: it goes with neither --start nor --follow")
        }
        // What the group has read of other nights says nothing of this one.
        let name = arguments.settings(of: Self.slice.declaration).first?.text.filter(\.isNumber) ?? ""
        (start, group) = (.slice(slice), "\(group)-\(name)")
    }

    /// The stream that an address names.
    func source(_ address: String) throws -> KafkaSource {
        let (configuration, topic) = try connection.stream(address)
        guard let topic else { throw UsageError("\(address): a stream is named as kafka://HOST:PORT/TOPIC") }
        var source = KafkaSource(configuration: configuration, topic: "\(topic)")
        (source.group, source.start, source.follows) = (group, start, follows)
        return source
    }

    private static func parse(start text: String) throws(UsageError) -> KafkaSource.Start {
        switch text {
        case "committed": return .committed
        case "earliest": return .earliest
        default:
            if let offset = Int64(text), offset >= 0 { return .offset(offset) }
            if let date = try? Date(text, strategy: .iso8601) { return .time(Int64(date.timeIntervalSince1970 * 1000)) }
            throw UsageError("say committed, earliest, an offset, or a time as 2024-09-15T03:00:00Z")
        }
    }
}
