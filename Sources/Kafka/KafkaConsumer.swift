internal import CKafka
internal import Synchronization

/// What the group wants of a consumer; it waits until ``KafkaConsumer/accept(_:startingAt:)`` answers.
package enum KafkaRebalance: Hashable, Sendable {
    /// These partitions come to this consumer, beside those it has.
    case assigned([KafkaPartition])
    /// These go to another. Settle and commit what was read of them, then accept; where they are `lost`, another has them
    /// already, and a commit would be refused.
    case revoked([KafkaPartition], lost: Bool)
}

/// What one ``KafkaConsumer/poll(timeout:maxMessages:maxBytes:)`` found.
package struct KafkaPoll: Sendable {
    /// In the order of their offsets, partition by partition.
    package let messages: [KafkaMessage]
    /// What happened beside them.
    package let events: [KafkaEvent]
    /// To be answered before the next poll. The messages above came before it and are still this consumer's.
    package let rebalance: KafkaRebalance?
}

/// Reads topics, alone or as a member of a group. It keeps no offsets by itself: nothing is committed unless asked.
///
/// One thread at a time polls, at least every `max.poll.interval.ms` (5 minutes) also while everything is paused; the other
/// calls may come from any thread. It is left with ``close()``; a consumer that is just let go is missed by its group
/// only after `session.timeout.ms`.
package final class KafkaConsumer: Sendable {
    let client: KafkaClient
    private let isClosed = Mutex(false)
    private let waker = FetchWaker()

    /// Makes a client; it connects in the background.
    ///
    /// - Parameters:
    ///   - configuration: Servers and properties. Set here unless they are set: cooperative rebalance,
    ///     `auto.offset.reset=earliest`, ends of partitions told.
    ///   - group: The group whose partitions and committed offsets are shared; `nil` reads alone.
    /// - Throws: ``KafkaError/Code/configuration``.
    package init(_ configuration: KafkaConfiguration, group: String?) throws(KafkaError) {
        var configuration = configuration
        for name in ["enable.auto.commit", "enable.auto.offset.store"] {
            guard configuration[name] == nil || configuration[name] == "false" else {
                throw KafkaError(
                    .configuration, "make a consumer",
                    "\(name) is always false here: offsets are committed once what was read is safe")
            }
            configuration[name] = "false"
        }
        // librdkafka wants a name also of a reader that joins no group.
        if let group {
            configuration["group.id"] = group
        } else {
            configuration.setDefault("group.id", "nightjar-alone")
        }
        configuration.setDefault("partition.assignment.strategy", "cooperative-sticky")
        configuration.setDefault("auto.offset.reset", "earliest")
        configuration.setDefault("enable.partition.eof", "true")
        // Servers close idle connections; that is no news.
        configuration.setDefault("log.connection.close", "false")
        configuration.setDefault("statistics.interval.ms", "2000")
        client = try KafkaClient(RD_KAFKA_CONSUMER, configuration)
        // Everything comes through one queue, and so through `poll`.
        rd_kafka_poll_set_consumer(client.handle)
    }

    /// Joins the group for these topics; one that begins with `^` is a pattern (POSIX extended), for topics to come too.
    package func subscribe(_ topics: [String]) throws(KafkaError) {
        let list = PartitionList(topics.map { (KafkaPartition($0, -1), 0) })
        try KafkaError.check(rd_kafka_subscribe(client.handle, list.native), "subscribe")
    }

    /// Reads just these partitions, without a group's say.
    package func assign(_ starts: [KafkaPartition: KafkaStart]) throws(KafkaError) {
        let list = try Self.list(Array(starts.keys), starts)
        try KafkaError.check(rd_kafka_assign(client.handle, list.native), "assign partitions")
    }

    /// Waits for messages, then takes those that are there, up to a bound.
    ///
    /// - Parameters:
    ///   - timeout: The longest wait for the first message or event.
    ///   - maxMessages: Messages taken at most.
    ///   - maxBytes: No more is taken once this many bytes are; the last message may go beyond.
    /// - Returns: What there was; all of it empty when the time was over.
    /// - Throws: ``KafkaError/Code/state`` when closed, or when a rebalance was not answered.
    package func poll(
        timeout: Duration, maxMessages: Int = 256, maxBytes: Int = 16 << 20
    ) throws(KafkaError) -> KafkaPoll {
        precondition(maxMessages > 0 && maxBytes > 0)
        try checkReady()
        var batch = MessageBatch()
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while batch.count < maxMessages && batch.bytes < maxBytes {
            let wait = batch.count == 0 ? max(.zero, deadline - clock.now) : .zero
            if let message = rd_kafka_consumer_poll(client.handle, wait.milliseconds) {
                add(message, to: &batch)
            } else if batch.count > 0 || clock.now >= deadline {
                break
            }
            if client.eventQueue.hasNews() { break }
        }
        let messages = batch.messages()
        if !messages.isEmpty { client.eventQueue.received(from: batch.topics) }
        // As much as this comes of a queue that may have been full, and has room now.
        if batch.count >= maxMessages / 4 || batch.bytes >= maxBytes / 4 { waker.wake(self) }
        let news = client.eventQueue.drain()
        return KafkaPoll(messages: messages, events: news.events, rebalance: news.rebalance)
    }

    private func add(_ message: UnsafeMutablePointer<rd_kafka_message_t>, to batch: inout MessageBatch) {
        guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return batch.add(message) }
        defer { rd_kafka_message_destroy(message) }
        let topic = message.pointee.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
        let reason = rd_kafka_message_errstr(message).map { String(cString: $0) } ?? ""
        client.eventQueue.partitionError(
            message.pointee.err, KafkaPartition(topic, message.pointee.partition), offset: message.pointee.offset,
            reason)
    }

    /// Answers a rebalance.
    ///
    /// - Parameters:
    ///   - rebalance: What the last poll gave.
    ///   - starts: Where to begin with partitions that are assigned; those not named begin at the committed offset.
    /// - Throws: ``KafkaError``, where librdkafka does not take it.
    package func accept(
        _ rebalance: KafkaRebalance, startingAt starts: [KafkaPartition: KafkaStart] = [:]
    ) throws(KafkaError) {
        client.eventQueue.contents.withLock { $0.rebalance = nil }
        let isCooperative = String(cString: rd_kafka_rebalance_protocol(client.handle)) == "COOPERATIVE"
        switch rebalance {
        case .assigned(let partitions):
            let list = try Self.list(partitions, starts)
            if isCooperative {
                try KafkaError.check(rd_kafka_incremental_assign(client.handle, list.native), "take partitions")
            } else {
                try KafkaError.check(rd_kafka_assign(client.handle, list.native), "take partitions")
            }
        case .revoked(let partitions, lost: _):
            let list = try Self.list(partitions, [:])
            if isCooperative {
                try KafkaError.check(rd_kafka_incremental_unassign(client.handle, list.native), "give partitions away")
            } else {
                try KafkaError.check(rd_kafka_assign(client.handle, nil), "give partitions away")
            }
        }
    }

    private static func list(
        _ partitions: [KafkaPartition], _ starts: [KafkaPartition: KafkaStart]
    ) throws(KafkaError) -> PartitionList {
        var entries: [(KafkaPartition, Int64)] = []
        for partition in partitions {
            let offset: Int64
            switch starts[partition] ?? .committed {
            case .offset(let wanted):
                // librdkafka takes negative ones for words, such as "the end".
                guard wanted >= 0 else {
                    throw KafkaError(.offsetOutOfRange, "begin at an offset", "\(partition): offset \(wanted)")
                }
                offset = wanted
            case .beginning: offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
            case .end: offset = Int64(RD_KAFKA_OFFSET_END)
            case .committed: offset = Int64(RD_KAFKA_OFFSET_STORED)
            }
            entries.append((partition, offset))
        }
        return PartitionList(entries)
    }

    private func checkReady() throws(KafkaError) {
        guard !isClosed.withLock({ $0 }) else { throw KafkaError(.state, "poll", "the consumer is closed") }
        guard client.eventQueue.contents.withLock({ $0.rebalance == nil }) else {
            throw KafkaError(.state, "poll", "a rebalance waits for its answer")
        }
    }

    /// Leaves the group, so that others take over at once; nothing is committed.
    package func close() throws(KafkaError) {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        guard !wasClosed else { return }
        let pending = client.eventQueue.contents.withLock { contents in
            contents.isClosing = true
            defer { contents.rebalance = nil }
            return contents.rebalance
        }
        // The group waits for this answer before it lets go.
        if pending != nil { rd_kafka_assign(client.handle, nil) }
        try KafkaError.check(rd_kafka_consumer_close(client.handle), "close")
    }
}
