package import Alerts
internal import Avro
internal import Foundation
internal import GoogleAuth
package import PubSub
package import Kafka
package import KafkaIngest
internal import Pipeline
package import Threads

/// The consumer: reads a survey's Kafka topic and publishes each message, with its bytes unchanged, to a Pub/Sub topic.
///
/// Messages are delivered at least once: offsets are committed for the group after Pub/Sub has the messages. An alert's ids and
/// position go into the attributes; a message that cannot be decoded is published too, and the stages handle it. A message that
/// Pub/Sub would refuse, such as one of more than 10 MB, goes to the dead letters, so that it blocks nothing.
package struct KafkaRelay {
    /// Messages and bytes read from Kafka at once.
    private static let batchMessages = 500
    private static let batchBytes = 16 << 20
    /// Batches that Pub/Sub has not confirmed yet, at most.
    private static let batchesOpen = 3
    /// How long a service may take to respond once a stop is requested.
    private static let grace = Duration.seconds(3)
    private static let schemaPause = Duration.seconds(2)

    /// Messages that were passed to Pub/Sub, and the offsets after them.
    private struct Open {
        let tickets: [PublishTicket]
        let offsets: [KafkaPartition: Int64]
    }

    private let source: KafkaSource
    private let consumer: KafkaConsumer
    private let publisher: Publisher
    private let deadLetters: DeadLetterStream?
    private let stop: StopSignal
    private let log: @Sendable (String) -> Void
    /// What it has done by now, for other threads to read.
    package let monitor: RelayMonitor
    private var decoder: AlertDecoder
    private var open: [Open] = []
    private var published = 0
    /// Whether it stopped while a service did not respond: what was not committed is read and published again.
    package private(set) var hasGivenUp = false

    /// A relay, which reads in ``run(to:)``.
    ///
    /// - Parameters:
    ///   - source: The topic, and how it is read.
    ///   - publisher: The publisher of the Pub/Sub topic.
    ///   - deadLetters: The stream for messages that Pub/Sub refuses; without it a refusal ends the relay.
    ///   - decoder: Decodes the attributes.
    ///   - stop: Requests a stop; messages in progress are published and committed.
    ///   - log: Logs each change of state in a line.
    /// - Throws: ``KafkaError``, with code `configuration` where librdkafka refuses a property.
    package init(
        _ source: KafkaSource, to publisher: Publisher, deadLetters: DeadLetterStream? = nil, decoder: AlertDecoder,
        stop: StopSignal, log: @escaping @Sendable (String) -> Void
    ) throws(KafkaError) {
        self.source = source
        self.publisher = publisher
        self.deadLetters = deadLetters
        self.decoder = decoder
        self.stop = stop
        self.log = log
        consumer = try KafkaConsumer(source.configuration, group: source.group)
        monitor = RelayMonitor(consumer)
    }

    /// Relays messages to the end, or until a stop is requested.
    ///
    /// - Parameter ends: Where to stop; `nil` for no end.
    /// - Returns: The number of messages published.
    /// - Throws: ``KafkaError`` or ``GoogleCloudError``; what was not committed is read again.
    package mutating func run(to ends: [KafkaPartition: KafkaWatermarks]?) throws -> Int {
        // Also after an error: the group would wait for a member that left without notice.
        defer { _ = stop.finishing(within: Self.grace) { [consumer] in try? consumer.close() } }
        var group = try GroupReader(
            source, with: consumer, ends: ends, maxMessages: Self.batchMessages, maxBytes: Self.batchBytes, log: log)
        while let step = try group.next(stop: stop) {
            monitor.record(published: published)
            let monitor = monitor
            try monitor.waiting {
                if !step.messages.isEmpty { try publish(step.messages) }
                while open.count > Self.batchesOpen || (step.isIdle && !open.isEmpty) { try flush() }
                if let rebalance = step.rebalance { try answer(rebalance, of: &group) }
            }
        }
        try monitor.waiting { while !open.isEmpty { try flush() } }
        if hasGivenUp {
            log("stopped while a service did not respond; messages that are not committed are published again")
        }
        return published
    }

    private mutating func answer(_ rebalance: KafkaRebalance, of group: inout GroupReader) throws {
        switch rebalance {
        case .assigned(let partitions):
            try group.accept(rebalance, startingAt: try group.firstStarts(in: partitions))
        case .revoked(_, lost: let isLost):
            // Messages in progress are committed before the next member continues; it publishes lost ones again.
            if isLost { open.removeAll() }
            while !open.isEmpty { try flush() }
            try group.accept(rebalance)
        }
    }

    private mutating func publish(_ messages: [KafkaMessage]) throws {
        var tickets: [PublishTicket] = []
        var offsets: [KafkaPartition: Int64] = [:]
        tickets.reserveCapacity(messages.count)
        for message in messages {
            // Subscribers that filter by attributes would miss it without them: it waits, and so do the messages after it.
            guard var attributes = attributes(of: message.payload) else { break }
            attributes.merge(message.origin.attributes) { $1 }
            if let ticket = try publish(message, attributes) { tickets.append(ticket) }
            offsets[message.partition] = message.offset + 1
        }
        open.append(Open(tickets: tickets, offsets: offsets))
    }

    /// - Returns: `nil` for a message that went to the dead letters.
    private func publish(_ message: KafkaMessage, _ attributes: [String: String]) throws -> PublishTicket? {
        do throws(GoogleCloudError) {
            return try publisher.publish(Array(message.payload), attributes: attributes)
        } catch {
            guard error.code == .invalidArgument, let deadLetters else { throw error }
            let partition = message.partition
            let id = "\(partition.topic)-\(partition.number)-\(message.offset)"
            log("\(id) goes to the dead letters: \(error.detail)")
            let letter = StageMessage(data: message.payload, attributes: attributes, id: id)
            try deadLetters.send([StageFault(message: letter, reason: error.detail)])
            return nil
        }
    }

    /// - Returns: `nil` where a stop interrupted the wait for the schema.
    private mutating func attributes(of payload: ArraySlice<UInt8>) -> [String: String]? {
        var isLogged = false
        while true {
            var attributes: [String: String] = [:]
            var alerts = 0
            do throws(AlertError) {
                try decoder.decode(payload) { decoded in
                    if alerts == 0 { attributes = AlertAttributes.of(decoded) }
                    alerts += 1
                }
            } catch  where error.code == .schemaUnavailable {
                if !isLogged { log("waits and retries: \(error.detail)") }
                isLogged = true
                if stop.wait(for: Self.schemaPause) { return nil }
                continue
            } catch {}
            // A packet of several alerts has no attributes of one.
            return alerts == 1 ? attributes : [:]
        }
    }

    /// Waits until the oldest batch is published, and commits it.
    private mutating func flush() throws {
        let batch = open.removeFirst()
        let tickets = batch.tickets
        let isPublished: ()? = try stop.finishing(within: Self.grace) { () throws(GoogleCloudError) in
            for ticket in tickets { _ = try ticket.wait() }
        }
        guard isPublished != nil else { return giveUp() }
        published += batch.tickets.count
        try commit(batch.offsets)
    }

    private mutating func giveUp() {
        hasGivenUp = true
        open.removeAll()
    }

    /// Commits for the group; waits while no server responds. Partitions of another member are left to it.
    private mutating func commit(_ offsets: [KafkaPartition: Int64]) throws(KafkaError) {
        var isLogged = false
        while true {
            do throws(KafkaError) {
                let committed: ()? = try stop.finishing(within: Self.grace) { [consumer] () throws(KafkaError) in
                    try consumer.commit(offsets)
                }
                return committed == nil ? giveUp() : ()
            } catch {
                if error.code == .fenced {
                    return log("partitions are assigned to another member, which publishes their messages again")
                }
                guard error.recovery == .retry else { throw error }
                guard !stop.isSet else { return giveUp() }
                if !isLogged { log("waits for the group: \(error.detail)") }
                isLogged = true
            }
            stop.wait(for: .milliseconds(500))
        }
    }
}
