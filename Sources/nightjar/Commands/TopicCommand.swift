internal import Avro
internal import DataLayout
internal import Foundation
internal import Query
internal import Threads

/// `nightjar topic NAME --data DIR`
struct TopicCommand: Command {
    static let name = "topic"
    static let summary = "a stream's messages as JSON Lines; without NAME the streams"
    static let details = """
        Ids and numbers beyond 2^53 are strings. Several folders come one after the other, as they are named.
        """
    static let operands = [
        Operand(
            "NAME", "a stream: " + Topic.own.map(\.name).joined(separator: ", ") + ", or a filter's: SURVEY_NAME",
            count: .optional, choices: Topic.own.map(\.name))
    ]
    static let options: [any DeclaredOption] =
        [DataFolders.several, NightWord.filter, follow, from, limit, subscriber, noCutouts] + OutputFormat.options
    static let examples = [
        "nightjar topic ztf_exgalac_trans --data night --no-cutouts",
        "nightjar topic ztf_salt2 --data night --follow --subscriber me",
    ]

    private static let follow = Flag("follow", "waits for more, until interrupted")
    private static let from = Option<Int64>.number(
        "from", "N", "starts at offset N of the one folder instead of the beginning", in: 0...Int64.max)
    private static let limit = Option<Int>.number("limit", "N", "stops after N messages", in: 1...Int.max)
    private static let subscriber = Option<String>.text(
        "subscriber", "NAME",
        "starts where NAME last stopped in each folder, and remembers where this call stops")
    private static let noCutouts = Flag("no-cutouts", "leaves the images out")
    /// How often a follower looks for more.
    private static let pause = Duration.milliseconds(200)

    private let data: DataFolders
    private let topic: Topic?
    private let night: Int?
    private let from: Int64?
    private let limit: Int
    private let subscriber: String?
    private let follows, hasCutouts: Bool
    private let format: OutputFormat

    init(_ arguments: Arguments) throws {
        data = try DataFolders(arguments)
        night = try arguments.value(NightWord.filter)
        from = try arguments.value(Self.from)
        limit = try arguments.value(Self.limit) ?? .max
        subscriber = try arguments.value(Self.subscriber)
        follows = arguments.isOn(Self.follow)
        hasCutouts = !arguments.isOn(Self.noCutouts)
        format = try OutputFormat(arguments)
        topic = try arguments.operands.first.map { (name) throws(UsageError) in
            if let topic = Topic(name: name) { return topic }
            throw Self.unknown(name, among: Topic.own)
        }
        guard topic == nil || format != .csv else { throw UsageError("messages are JSON Lines, and no CSV") }
        guard from == nil || subscriber == nil else { throw UsageError("--from and --subscriber exclude each other") }
        if night != nil {
            guard let topic else {
                throw UsageError("--night is for the messages of a stream; 'nightjar ledger' has the nights")
            }
            guard topic.archivedSurvey != nil else {
                throw UsageError(
                    "\(topic.name) is not kept by night; 'nightjar list --night N --passed' has the alerts that passed")
            }
            guard subscriber == nil else { throw UsageError("--night and --subscriber exclude each other") }
        }
        guard from == nil || data.paths.count == 1 else {
            throw UsageError("--from is an offset of one folder; --subscriber NAME remembers the offset in each")
        }
    }

    func run() throws -> ExitStatus {
        if let topic, !Topic.own.contains(topic) {
            // A filter's stream is there where the filter has judged; else the name is mistyped.
            let topics = (try? data.open().topics().map(\.topic)) ?? Topic.own
            guard topics.contains(topic) else { throw Self.unknown(topic.name, among: topics) }
        }
        let reader = try data.open()
        guard let topic else {
            try list(reader)
            return .done
        }
        return try print(topic, reader)
    }

    private static func unknown(_ name: String, among topics: [Topic]) -> UsageError {
        let names = topics.map(\.name)
        return UsageError(
            "no topic is called '\(name)'; there are " + names.joined(separator: ", "), mistyped: name, among: names)
    }

    private func print(_ topic: Topic, _ data: DataReader) throws -> ExitStatus {
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let reader = try data.messages(of: topic, night: night) { (folder) throws(BrokerError) in
            try subscriber.map { (name) throws(BrokerError) in
                try Subscription(folder: folder.path, topic: topic, subscriber: name).offset()
            } ?? from ?? 0
        }
        guard try checkOffsets(of: reader, topic) else { return .failed }
        func save() throws {
            guard let subscriber else { return }
            for (folder, offset) in reader.positions {
                try Subscription(folder: folder.path, topic: topic, subscriber: subscriber).save(offset)
            }
        }
        let damaged: Int
        do {
            damaged = try print(reader, stop: stop)
        } catch {
            try save()
            throw error
        }
        try save()
        if reader.unchecked > 0 {
            Terminal.info(
                "messages of an older Nightjar, which have no checksum and were not checked: \(reader.unchecked)")
        }
        for damage in data.damagedHeaders { Terminal.complain("\(damage)") }
        return damaged > 0 || !data.damagedHeaders.isEmpty ? .failed : .done
    }

    /// Whether each folder has come as far as the offset that it is read from; says which has not. A follower that was
    /// told the offset waits for it.
    private func checkOffsets(of reader: TopicMessages, _ topic: Topic) throws -> Bool {
        var isSound = true
        for (folder, offset) in reader.positions {
            let count = try folder.messages(of: topic)
            guard offset > count else { continue }
            if let subscriber {
                Terminal.complain(
                    "\(folder.path): \(subscriber) stopped before message \(offset) of \(topic.name), which has \(count): "
                        + "the folder is another, or an older copy; another --subscriber begins at its first message")
                isSound = false
            } else if follows {
                Terminal.info("\(folder.path): waits for message \(offset) of \(topic.name), which has \(count)")
            } else {
                Terminal.complain(
                    "\(folder.path): there is no message \(offset) of \(topic.name), which has \(count); "
                        + "--follow waits for it")
                isSound = false
            }
        }
        return isSound
    }

    /// Prints the messages that are sound, and says which are not.
    ///
    /// - Returns: How many are damaged.
    private func print(_ reader: TopicMessages, stop: StopSignal) throws -> Int {
        var (printed, damaged) = (0, 0)
        while printed < limit && !stop.isSet {
            do {
                guard let message = try reader.next() else {
                    guard follows else { break }
                    stop.wait(for: Self.pause)
                    continue
                }
                guard let line = line(message) else {
                    damaged += 1
                    continue
                }
                try Terminal.put(json: line)
                printed += 1
            } catch let error as BrokerError where error.code == .damagedArchive {
                Terminal.complain("\(error)")
                damaged += 1
            }
        }
        return damaged
    }

    /// A message as JSON; `nil` for one that is no record of its schema, which it says.
    private func line(_ message: TopicReader.Message) -> [UInt8]? {
        let leftOut: Set<String> = hasCutouts ? [] : ["cutoutScience", "cutoutTemplate", "cutoutDifference"]
        var line: [UInt8] = []
        do {
            try AvroJSON.append(message.body, schema: message.schema, leavingOut: leftOut, to: &line)
            return line
        } catch {
            Terminal.complain("message \(message.offset) is damaged: \(error)")
            return nil
        }
    }

    private func list(_ data: DataReader) throws {
        let topics = try data.topics().map { Row(topic: $0.0.name, messages: Int($0.1)) }
        switch format {
        case .json: try Terminal.put(encoded: topics)
        case .csv:
            for line in [["topic", "messages"]] + topics.map({ [$0.topic, "\($0.messages)"] }) {
                try Terminal.say(CSV.line(line))
            }
        case .table:
            let width = max(24, 2 + (topics.map(\.topic.count).max() ?? 0))
            for topic in topics {
                try Terminal.say(
                    topic.topic.padding(toLength: width, withPad: " ", startingAt: 0)
                        + ReportText.grouped(topic.messages))
            }
        }
    }

    private struct Row: Encodable {
        let topic: String
        let messages: Int
    }
}
