internal import CKafka
internal import Synchronization

/// What became of messages that were sent.
package struct KafkaDeliveries: Hashable, Sendable {
    /// Messages that were handed over.
    package internal(set) var sent = 0
    /// Messages that a server has.
    package internal(set) var delivered = 0
    /// Messages that no server has.
    package internal(set) var failed = 0
    /// Why the first of them failed since the last flush.
    package internal(set) var firstFailure: String?

    /// Nothing sent yet.
    package init() {}
}

/// Sends messages, each exactly once to its partition and in order while the client lives (an idempotent producer).
package final class KafkaProducer: Sendable {
    let client: KafkaClient

    /// Makes a client; it connects in the background.
    ///
    /// - Parameters:
    ///   - configuration: Servers and properties, such as `compression.type`, `linger.ms`, `queue.buffering.max.kbytes`.
    ///     Set here unless it is set: `enable.idempotence=true`.
    ///   - transactionalID: The name under which transactions are written; a later producer of the same name ends an
    ///     earlier one's. `nil` for none.
    /// - Throws: ``KafkaError/Code/configuration``.
    package init(_ configuration: KafkaConfiguration, transactionalID: String? = nil) throws(KafkaError) {
        var configuration = configuration
        configuration.setDefault("enable.idempotence", "true")
        configuration.setDefault("log.connection.close", "false")
        // Nobody may come for the statistics of a producer that is not used for long.
        configuration["statistics.interval.ms"] = "0"
        if let transactionalID { configuration["transactional.id"] = transactionalID }
        client = try KafkaClient(RD_KAFKA_PRODUCER, configuration)
    }

    /// Asks the servers for a topic's partitions, so that its first messages do not wait for the answer.
    ///
    /// - Throws: ``KafkaError`` where no server answers in time.
    package func prepare(topic: String, timeout: Duration = .seconds(30)) throws(KafkaError) {
        guard let named = rd_kafka_topic_new(client.handle, topic, nil) else { return }
        defer { rd_kafka_topic_destroy(named) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.handle, 0, named, &metadata, timeout.milliseconds), "ask for the topic \(topic)")
        if let metadata { rd_kafka_metadata_destroy(metadata) }
    }

    /// Hands a message over, copied; waits while the queue is full.
    ///
    /// - Parameters:
    ///   - topic: Where it goes.
    ///   - partition: `nil` lets the key's hash choose, as `partitioner` says.
    ///   - key: `nil` for none.
    ///   - payload: The message.
    ///   - headers: In this order.
    ///   - timestamp: ms since 1970 UTC; `nil` for now.
    ///   - timeout: The longest wait for room in the queue.
    /// - Throws: ``KafkaError/Code/queueFull``, ``KafkaError/Code/messageTooLarge``, or why no more can be sent.
    package func send(
        topic: String, partition: Int32? = nil, key: ArraySlice<UInt8>? = nil, payload: ArraySlice<UInt8>,
        headers: [KafkaHeader] = [], timestamp: Int64? = nil, timeout: Duration = .seconds(60)
    ) throws(KafkaError) {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            let response = hand(topic, partition, key, payload, headers, timestamp)
            guard response != RD_KAFKA_RESP_ERR_NO_ERROR else {
                client.eventQueue.contents.withLock { $0.deliveries.sent += 1 }
                rd_kafka_poll(client.handle, 0)  // delivery reports, as they come
                return
            }
            guard response == RD_KAFKA_RESP_ERR__QUEUE_FULL, clock.now < deadline else {
                throw KafkaError(response, "send to \(topic)", detail: client.fatalReason(response))
            }
            rd_kafka_poll(client.handle, 10)  // a report makes room
        }
    }

    private func hand(
        _ topic: String, _ partition: Int32?, _ key: ArraySlice<UInt8>?, _ payload: ArraySlice<UInt8>,
        _ headers: [KafkaHeader], _ timestamp: Int64?
    ) -> rd_kafka_resp_err_t {
        var native: OpaquePointer?
        if !headers.isEmpty {
            native = rd_kafka_headers_new(headers.count)
            for header in headers {
                header.value.withUnsafeBytes { value in
                    _ = rd_kafka_header_add(native, header.name, -1, value.baseAddress, value.count)
                }
            }
        }
        let response = payload.withUnsafeBytes { payload in
            // A key of no bytes has an address of its own, so that it is not taken for none.
            var none: UInt8 = 0
            return withUnsafeBytes(of: &none) { empty in
                (key ?? []).withUnsafeBytes { bytes in
                    let address = key == nil ? nil : bytes.baseAddress ?? empty.baseAddress
                    return kafka_shim_produce(
                        client.handle, topic, partition ?? RD_KAFKA_PARTITION_UA, payload.baseAddress, payload.count,
                        address, bytes.count, timestamp ?? 0, native)
                }
            }
        }
        if response != RD_KAFKA_RESP_ERR_NO_ERROR, let native { rd_kafka_headers_destroy(native) }
        return response
    }

    /// Waits until the servers have taken all that was sent.
    ///
    /// - Throws: ``KafkaError/Code/timedOut``, or ``KafkaError/Code/notDelivered`` where messages sent since the last
    ///   flush were refused or given up.
    package func flush(timeout: Duration = .seconds(120)) throws(KafkaError) {
        try KafkaError.check(rd_kafka_flush(client.handle, timeout.milliseconds), "flush")
        let failure = client.eventQueue.contents.withLock { contents in
            defer {
                contents.undelivered = 0
                contents.deliveries.firstFailure = nil
            }
            return (contents.undelivered, contents.deliveries.firstFailure)
        }
        guard failure.0 > 0 else { return }
        throw KafkaError(
            .notDelivered, "flush", "\(failure.0) messages were not delivered, first: \(failure.1 ?? "unknown")")
    }

    /// How many were sent, delivered and failed until now.
    package var deliveries: KafkaDeliveries { client.eventQueue.contents.withLock { $0.deliveries } }

    /// Changes of state since the last call.
    package func events() -> [KafkaEvent] {
        rd_kafka_poll(client.handle, 0)
        return client.eventQueue.drain().events
    }
}

extension KafkaEventQueue {
    /// A delivery report.
    func delivered(_ message: rd_kafka_message_t) {
        let isDelivered = message.err == RD_KAFKA_RESP_ERR_NO_ERROR
        let hadLost = contents.withLock { contents in
            if isDelivered {
                contents.deliveries.delivered += 1
            } else {
                contents.deliveries.failed += 1
                contents.undelivered += 1
                if contents.deliveries.firstFailure == nil {
                    let topic = message.rkt.map { String(cString: rd_kafka_topic_name($0)) } ?? ""
                    contents.deliveries.firstFailure = "\(topic): \(String(cString: rd_kafka_err2str(message.err)))"
                }
            }
            return isDelivered && (!contents.lost.isEmpty || contents.allLost) ? contents.lost : []
        }
        // A producer has no statistics to tell which; what it sends arrives again.
        if !hadLost.isEmpty { reached(hadLost) }
    }
}

extension KafkaClient {
    /// Why the client cannot go on, where that is what a response says.
    func fatalReason(_ response: rd_kafka_resp_err_t) -> String? {
        guard response == RD_KAFKA_RESP_ERR__FATAL else { return nil }
        var reason = [CChar](repeating: 0, count: 512)
        rd_kafka_fatal_error(handle, &reason, reason.count)
        return String(terminated: reason)
    }
}
