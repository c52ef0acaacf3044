internal import Avro
internal import Broker
internal import Foundation
internal import Threads

/// `nightjar topic NAME --data DIR`
enum TopicCommand {
    /// How often a follower looks for more.
    private static let pause: TimeInterval = 0.2

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: ["data", "from", "limit", "subscriber"], flags: ["follow", "no-cutouts"])
        let folder = try call.required("data", "DIR, the data folder,")
        guard !call.operands.isEmpty else { return try list(folder) }
        let name = try call.soleOperand("NAME")
        guard let topic = Topic(name: name) else {
            let names = Topic.all.map(\.name)
            throw UsageError(
                "no topic is called '\(name)'; there are " + names.joined(separator: ", "), mistyped: name, among: names
            )
        }
        if call.options["from"] != nil && call.options["subscriber"] != nil {
            throw UsageError("--from and --subscriber exclude each other")
        }
        let subscription = try call.options["subscriber"].map {
            try Subscription(folder: folder, topic: topic, subscriber: $0)
        }
        let from = try subscription?.offset() ?? call.number("from", in: 0...Int64.max) ?? 0
        let limit = try call.number("limit", in: 1...Int.max) ?? .max
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        let reader = try TopicReader(folder: folder, topic: topic, from: from)
        defer { withExtendedLifetime(interrupt) {} }
        let damaged: Int
        do {
            damaged = try print(
                reader, limit: limit, follows: call.flags.contains("follow"),
                withCutouts: !call.flags.contains("no-cutouts"), stop: stop)
        } catch {
            try subscription?.save(reader.offset)
            throw error
        }
        try subscription?.save(reader.offset)
        if reader.unchecked > 0 {
            Terminal.note(
                "messages of an older Nightjar, which have no checksum and were not checked: \(reader.unchecked)")
        }
        for damage in reader.damagedHeaders { Terminal.complain("\(damage)") }
        if damaged > 0 || !reader.damagedHeaders.isEmpty { exit(1) }
    }

    /// Prints the messages that are sound, and says which are not.
    ///
    /// - Returns: How many are damaged.
    private static func print(
        _ reader: TopicReader, limit: Int, follows: Bool, withCutouts: Bool, stop: StopSignal
    ) throws -> Int {
        var (printed, damaged) = (0, 0)
        while printed < limit && !stop.isSet {
            do {
                guard let message = try reader.next() else {
                    guard follows else { break }
                    Thread.sleep(forTimeInterval: pause)
                    continue
                }
                try Terminal.put(json: line(message, withCutouts: withCutouts))
                printed += 1
            } catch let error as BrokerError where error.code == .damagedArchive {
                Terminal.complain("\(error)")
                damaged += 1
            } catch let error as AvroError {
                Terminal.complain("message \(reader.offset - 1) is damaged: \(error)")
                damaged += 1
            }
        }
        return damaged
    }

    private static func line(
        _ message: TopicReader.Message, withCutouts: Bool
    ) throws(AvroError) -> [UInt8] {
        let leftOut: Set<String> = withCutouts ? [] : ["cutoutScience", "cutoutTemplate", "cutoutDifference"]
        var line: [UInt8] = []
        try AvroJSON.append(message.body, schema: message.schema, leavingOut: leftOut, to: &line)
        return line
    }

    private static func list(_ folder: String) throws {
        for topic in try TopicReader.list(folder: folder) {
            try Terminal.say(
                topic.name.padding(toLength: 24, withPad: " ", startingAt: 0) + ReportText.grouped(Int(topic.messages)))
        }
    }
}
