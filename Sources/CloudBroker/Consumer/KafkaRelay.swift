package import Alerts
internal import Avro
internal import Foundation
internal import GoogleAuth
package import PubSub
package import Kafka
internal import Stages
package import Threads

/// The consumer: takes a survey's Kafka topic and publishes each message, bytes unchanged, to a Pub/Sub topic.
///
/// At least once: offsets are committed for the group after Pub/Sub has the messages. What can be read of an alert goes
/// into the attributes; what cannot is published all the same, and is for the stages to judge. What Pub/Sub would refuse, as
/// more than 10 MB, goes to the dead letters, so that it stops nothing.
package struct KafkaRelay {
    package struct Settings: Sendable {
        /// Messages and bytes taken from Kafka at once.
        package var batchMessages = 500
        package var batchBytes = 16 << 20
        /// Batches that Pub/Sub may still owe an answer for.
        package var batchesOpen = 3
        /// Stops where every partition ended when it began.
        package var untilEnd = false

        package init() {}
    }

    /// Where to begin with partitions that come for the first time; those left out begin where the group stopped.
    package typealias Starts = @Sendable (KafkaConsumer, [KafkaPartition]) throws -> [KafkaPartition: KafkaStart]

    /// Messages that were handed to Pub/Sub, and where their partitions go on after them.
    private struct Open {
        let tickets: [PublishTicket]
        let offsets: [KafkaPartition: Int64]
    }

    private let consumer: KafkaConsumer
    private let publisher: Publisher
    private let deadLetters: DeadLetterStream?
    private let settings: Settings
    private let stop: StopSignal
    private let note: @Sendable (String) -> Void
    private let starts: Starts
    private var decoder: AlertDecoder
    private var begun: Set<KafkaPartition> = []
    private var open: [Open] = []
    private var published = 0
    /// Whether it stopped while a service did not answer: what was not committed is read and published again.
    package private(set) var hasGivenUp = false

    /// How long a service may take to answer once it is to stop.
    private static let grace = Duration.seconds(3)
    private static let schemaPause = Duration.seconds(2)

    /// - Parameters:
    ///   - consumer: A member of the group, not subscribed yet.
    ///   - publisher: The stream.
    ///   - deadLetters: Where goes what Pub/Sub refuses; without them it ends the relay.
    ///   - decoder: Reads what goes into the attributes.
    ///   - starts: Where to begin.
    ///   - settings: Bounds.
    ///   - stop: Asks to stop; what is underway is published and committed.
    ///   - note: Told each change of state in a line.
    package init(
        _ consumer: KafkaConsumer, to publisher: Publisher, deadLetters: DeadLetterStream? = nil, decoder: AlertDecoder,
        starts: @escaping Starts = { _, _ in [:] }, settings: Settings, stop: StopSignal,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.consumer = consumer
        self.publisher = publisher
        self.deadLetters = deadLetters
        self.decoder = decoder
        self.starts = starts
        self.settings = settings
        self.stop = stop
        self.note = note
    }

    /// - Parameters:
    ///   - topics: Names, or patterns that begin with `^`.
    ///   - ends: Where to stop, with ``Settings/untilEnd``.
    ///   - watch: Told how many messages were published so far.
    /// - Returns: Messages published.
    /// - Throws: ``KafkaError`` or ``GoogleCloudError``; what was not committed comes again.
    package mutating func run(
        _ topics: [String], ends: [KafkaPartition: KafkaWatermarks] = [:], watch: (Int) -> Void = { _ in }
    ) throws -> Int {
        // Also after an error: the group would wait for a member that is just gone.
        defer { _ = stop.finishing(within: Self.grace) { [consumer] in try? consumer.close() } }
        try consumer.subscribe(topics)
        var lastLook = ContinuousClock.now
        while !stop.isSet {
            let poll = try consumer.poll(
                timeout: .milliseconds(100), maxMessages: settings.batchMessages, maxBytes: settings.batchBytes)
            for event in poll.events {
                switch event {
                case .reachedEnd: continue
                case .fatal(let reason): throw KafkaError(.fatal, "read", reason)
                default: note(event.description)
                }
            }
            if !poll.messages.isEmpty { try publish(poll.messages) }
            while open.count > settings.batchesOpen || (poll.messages.isEmpty && !open.isEmpty) { try settle() }
            if let rebalance = poll.rebalance { try answer(rebalance) }
            watch(published)
            guard settings.untilEnd, poll.messages.isEmpty, ContinuousClock.now - lastLook > .milliseconds(500) else {
                continue
            }
            lastLook = .now
            if try isAtEnd(ends) { break }
        }
        while !open.isEmpty { try settle() }
        if hasGivenUp { note("stopped while a service did not answer; what is not committed is published again") }
        return published
    }

    private mutating func answer(_ rebalance: KafkaRebalance) throws {
        switch rebalance {
        case .assigned(let partitions):
            let fresh = partitions.filter { begun.insert($0).inserted }
            try consumer.accept(rebalance, startingAt: fresh.isEmpty ? [:] : starts(consumer, fresh))
        case .revoked(_, lost: let isLost):
            // What is underway is committed before the next member goes on; what is lost that one publishes again.
            if isLost { open.removeAll() }
            while !open.isEmpty { try settle() }
            try consumer.accept(rebalance)
        }
    }

    private mutating func publish(_ messages: [KafkaMessage]) throws {
        var tickets: [PublishTicket] = []
        var offsets: [KafkaPartition: Int64] = [:]
        tickets.reserveCapacity(messages.count)
        for message in messages {
            // Without its attributes it would be missed by those who choose by them: it waits, and so do those behind it.
            guard var attributes = attributes(of: message.payload) else { break }
            let origin = PacketOrigin(
                topic: message.partition.topic, partition: message.partition.number, offset: message.offset,
                timestamp: message.timestamp?.milliseconds)
            attributes.merge(origin.attributes) { $1 }
            if let ticket = try publish(message, attributes) { tickets.append(ticket) }
            offsets[message.partition] = message.offset + 1
        }
        open.append(Open(tickets: tickets, offsets: offsets))
    }

    /// - Returns: `nil` for what went to the dead letters.
    private func publish(_ message: KafkaMessage, _ attributes: [String: String]) throws -> PublishTicket? {
        do throws(GoogleCloudError) {
            return try publisher.publish(Array(message.payload), attributes: attributes)
        } catch {
            guard error.code == .invalidArgument, let deadLetters else { throw error }
            let partition = message.partition
            let id = "\(partition.topic)-\(partition.number)-\(message.offset)"
            note("\(id) goes to the dead letters: \(error.detail)")
            let letter = StageMessage(data: message.payload, attributes: attributes, id: id)
            try deadLetters.send([StageFault(message: letter, reason: error.detail)])
            return nil
        }
    }

    /// - Returns: `nil` where it was to stop before the schema could be had.
    private mutating func attributes(of payload: ArraySlice<UInt8>) -> [String: String]? {
        var wasTold = false
        while true {
            var attributes: [String: String] = [:]
            var alerts = 0
            do throws(AlertError) {
                try decoder.decode(payload) { decoded in
                    if alerts == 0 { attributes = AlertAttributes.of(decoded) }
                    alerts += 1
                }
            } catch  where error.code == .schemaUnavailable {
                if !wasTold { note("waits and tries again: \(error.detail)") }
                wasTold = true
                if stop.wait(for: Self.schemaPause) { return nil }
                continue
            } catch {}
            // A packet of several alerts is known by none of them.
            return alerts == 1 ? attributes : [:]
        }
    }

    /// Waits for the oldest batch, and commits it.
    private mutating func settle() throws {
        let batch = open.removeFirst()
        let tickets = batch.tickets
        let isTaken: ()? = try stop.finishing(within: Self.grace) { () throws(GoogleCloudError) in
            for ticket in tickets { _ = try ticket.wait() }
        }
        guard isTaken != nil else { return giveUp() }
        published += batch.tickets.count
        try commit(batch.offsets)
    }

    private mutating func giveUp() {
        hasGivenUp = true
        open.removeAll()
    }

    /// Commits for the group; waits while no server answers. What another member has now is its to commit.
    private mutating func commit(_ offsets: [KafkaPartition: Int64]) throws(KafkaError) {
        var wasTold = false
        while true {
            do throws(KafkaError) {
                let committed: ()? = try stop.finishing(within: Self.grace) { [consumer] () throws(KafkaError) in
                    try consumer.commit(offsets)
                }
                return committed == nil ? giveUp() : ()
            } catch {
                if error.code == .fenced { return note("partitions went to another member, which publishes again") }
                guard error.recovery == .retry else { throw error }
                guard !stop.isSet else { return giveUp() }
                if !wasTold { note("waits for the group: \(error.detail)") }
                wasTold = true
            }
            stop.wait(for: .milliseconds(500))
        }
    }

    /// Whether the group has come to the ends, over all its members.
    private func isAtEnd(_ ends: [KafkaPartition: KafkaWatermarks]) throws -> Bool {
        let wanted = ends.filter { $0.value.high > $0.value.low }
        guard let committed = try? consumer.committed(Array(wanted.keys), timeout: .seconds(2)) else { return false }
        return wanted.allSatisfy { committed[$0.key] ?? -1 >= $0.value.high }
    }
}
