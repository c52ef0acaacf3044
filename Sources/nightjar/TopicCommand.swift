internal import Avro
internal import DataLayout
internal import Foundation
internal import Query
internal import Threads

/// `nightjar topic NAME --data DIR`
enum TopicCommand {
    /// How often a follower looks for more.
    private static let pause: TimeInterval = 0.2

    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(
            words, withValue: ["from", "limit", "subscriber"], repeatable: ["data"],
            flags: ["follow", "no-cutouts"])
        let folders = try call.dataFolders()
        guard !call.operands.isEmpty else { return try list(DataReader(folders)) }
        let name = try call.soleOperand("NAME")
        guard let topic = Topic(name: name) else {
            let names = Topic.all.map(\.name)
            throw UsageError(
                "no topic is called '\(name)'; there are " + names.joined(separator: ", "), mistyped: name, among: names
            )
        }
        let from = try call.number("from", in: 0...Int64.max)
        let subscriber = call.options["subscriber"]
        guard from == nil || subscriber == nil else { throw UsageError("--from and --subscriber exclude each other") }
        guard from == nil || folders.count == 1 else {
            throw UsageError("--from is an offset of one folder; --subscriber NAME remembers the place in each")
        }
        let limit = try call.number("limit", in: 1...Int.max) ?? .max
        let stop = StopSignal()
        let interrupt = Interrupt { stop.set() }
        defer { withExtendedLifetime(interrupt) {} }
        let data = try DataReader(folders)
        let reader = try data.messages(of: topic) { (folder) throws(BrokerError) in
            try subscriber.map { (name) throws(BrokerError) in
                try Subscription(folder: folder.path, topic: topic, subscriber: name).offset()
            } ?? from ?? 0
        }
        func save() throws {
            guard let subscriber else { return }
            for (folder, offset) in reader.positions {
                try Subscription(folder: folder.path, topic: topic, subscriber: subscriber).save(offset)
            }
        }
        let damaged: Int
        do {
            damaged = try print(
                reader, limit: limit, follows: call.flags.contains("follow"),
                withCutouts: !call.flags.contains("no-cutouts"), stop: stop)
        } catch {
            try save()
            throw error
        }
        try save()
        if reader.unchecked > 0 {
            Terminal.note(
                "messages of an older Nightjar, which have no checksum and were not checked: \(reader.unchecked)")
        }
        for damage in data.damagedHeaders { Terminal.complain("\(damage)") }
        if damaged > 0 || !data.damagedHeaders.isEmpty { exit(1) }
    }

    /// Prints the messages that are sound, and says which are not.
    ///
    /// - Returns: How many are damaged.
    private static func print(
        _ reader: TopicMessages, limit: Int, follows: Bool, withCutouts: Bool, stop: StopSignal
    ) throws -> Int {
        var (printed, damaged) = (0, 0)
        while printed < limit && !stop.isSet {
            do {
                guard let message = try reader.next() else {
                    guard follows else { break }
                    Thread.sleep(forTimeInterval: pause)
                    continue
                }
                guard let line = line(message, withCutouts: withCutouts) else {
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
    private static func line(_ message: TopicReader.Message, withCutouts: Bool) -> [UInt8]? {
        let leftOut: Set<String> = withCutouts ? [] : ["cutoutScience", "cutoutTemplate", "cutoutDifference"]
        var line: [UInt8] = []
        do {
            try AvroJSON.append(message.body, schema: message.schema, leavingOut: leftOut, to: &line)
            return line
        } catch {
            Terminal.complain("message \(message.offset) is damaged: \(error)")
            return nil
        }
    }

    private static func list(_ data: DataReader) throws {
        for (topic, messages) in try data.topics() {
            try Terminal.say(
                topic.name.padding(toLength: 24, withPad: " ", startingAt: 0) + ReportText.grouped(Int(messages)))
        }
    }
}
