internal import CKafka

/// Creating, deleting and configuring topics.
extension KafkaAdmin {
    /// Creates a topic.
    ///
    /// - Parameters:
    ///   - name: The topic's name.
    ///   - partitions: How many; they bound the members of a group that share it.
    ///   - replicas: Copies of each; `nil` for the servers' default.
    ///   - retention: How long messages are kept; `nil` for the servers' default.
    ///   - settings: Further settings by Kafka's own names, such as `max.message.bytes`.
    ///   - timeout: The longest wait.
    /// - Throws: ``KafkaError/Code/topicExists`` where it is there, with whatever settings.
    package func create(
        topic name: String, partitions: Int32, replicas: Int32? = nil, retention: Duration? = nil,
        settings: [String: String] = [:], timeout: Duration = .seconds(30)
    ) throws(KafkaError) {
        let operation = "create the topic \(name)"
        var reason = [CChar](repeating: 0, count: 512)
        guard let topic = rd_kafka_NewTopic_new(name, partitions, replicas ?? -1, &reason, reason.count) else {
            throw KafkaError(.configuration, operation, String(terminated: reason))
        }
        defer { rd_kafka_NewTopic_destroy(topic) }
        var settings = settings
        if let retention {
            let (seconds, overflow) = retention.components.seconds.multipliedReportingOverflow(by: 1_000)
            settings["retention.ms"] = String(overflow ? Int64.max : seconds)
        }
        for (name, value) in settings {
            try KafkaError.check(rd_kafka_NewTopic_set_config(topic, name, value), operation)
        }
        try ask(
            operation, RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout, topic, rd_kafka_CreateTopics
        ) { (event) throws(KafkaError) in
            try Self.check(operation) {
                rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &$0)
            }
        }
    }

    /// Deletes a topic with all its messages.
    ///
    /// - Throws: ``KafkaError/Code/unknownTopic``.
    package func delete(topic name: String, timeout: Duration = .seconds(30)) throws(KafkaError) {
        let operation = "delete the topic \(name)"
        guard let topic = rd_kafka_DeleteTopic_new(name) else { throw KafkaError(.fatal, operation, "out of memory") }
        defer { rd_kafka_DeleteTopic_destroy(topic) }
        try ask(
            operation, RD_KAFKA_ADMIN_OP_DELETETOPICS, timeout, topic, rd_kafka_DeleteTopics
        ) { (event) throws(KafkaError) in
            try Self.check(operation) {
                rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &$0)
            }
        }
    }

    /// A topic's settings by Kafka's own names, such as `retention.ms`; secret ones are left out.
    package func settings(of name: String, timeout: Duration = .seconds(30)) throws(KafkaError) -> [String: String] {
        let operation = "ask for the settings of \(name)"
        guard let resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name) else {
            throw KafkaError(.configuration, operation, "no such name")
        }
        defer { rd_kafka_ConfigResource_destroy(resource) }
        return try ask(
            operation, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout, resource, rd_kafka_DescribeConfigs
        ) { (event) throws(KafkaError) in
            try Self.settings(in: event, operation)
        }
    }

    private static func settings(
        in event: OpaquePointer, _ operation: String
    ) throws(KafkaError) -> [String: String] {
        var count = 0
        let results = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)
        var settings: [String: String] = [:]
        for result in UnsafeBufferPointer(start: results, count: count) {
            guard let result else { continue }
            let response = rd_kafka_ConfigResource_error(result)
            guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw KafkaError(
                    response, operation,
                    detail: rd_kafka_ConfigResource_error_string(result).map { String(cString: $0) })
            }
            var entryCount = 0
            let entries = rd_kafka_ConfigResource_configs(result, &entryCount)
            for entry in UnsafeBufferPointer(start: entries, count: entryCount) {
                guard let entry, rd_kafka_ConfigEntry_is_sensitive(entry) == 0,
                    let name = rd_kafka_ConfigEntry_name(entry), let value = rd_kafka_ConfigEntry_value(entry)
                else { continue }
                settings[String(cString: name)] = String(cString: value)
            }
        }
        return settings
    }

    /// How librdkafka sends a request about several subjects, such as `rd_kafka_CreateTopics`.
    private typealias Request = (
        _ client: OpaquePointer?, _ subjects: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int,
        _ options: OpaquePointer?, _ queue: OpaquePointer?
    ) -> Void

    /// Sends a request about one subject, and reads the answer.
    ///
    /// - Parameters:
    ///   - operation: What an error says was done.
    ///   - kind: The kind of request.
    ///   - timeout: The longest wait, at least 1 s.
    ///   - subject: The topic or resource; the caller's to free.
    ///   - send: Sends it.
    ///   - read: Reads the answer, which lives no longer.
    /// - Returns: What `read` returns.
    /// - Throws: ``KafkaError``: the servers' refusal, or no answer in time.
    private func ask<Answer>(
        _ operation: String, _ kind: rd_kafka_admin_op_t, _ timeout: Duration, _ subject: OpaquePointer,
        _ send: Request, _ read: (_ event: OpaquePointer) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let options = rd_kafka_AdminOptions_new(client.handle, kind)
        defer { rd_kafka_AdminOptions_destroy(options) }
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        let milliseconds = max(1_000, timeout.milliseconds)
        rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, nil, 0)
        var one: OpaquePointer? = subject
        send(client.handle, &one, 1, options, queue)
        // librdkafka answers at its own timeout; the second more is for the answer's way.
        guard let event = rd_kafka_queue_poll(queue, milliseconds &+ 1_000) else {
            throw KafkaError(.timedOut, operation, "no answer", recovery: .retry)
        }
        defer { rd_kafka_event_destroy(event) }
        let response = rd_kafka_event_error(event)
        guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let reason = rd_kafka_event_error_string(event).map { String(cString: $0) }
            // librdkafka's words for this do not say whose fault it is.
            let isLeaderless = reason?.contains("waiting for controller") == true
            throw KafkaError(
                response, operation, detail: isLeaderless ? "the cluster has no controller, which makes topics" : reason
            )
        }
        return try read(event)
    }

    /// Throws the first error of the topics that an answer lists.
    private static func check(
        _ operation: String, _ topics: (_ count: inout Int) -> UnsafeMutablePointer<OpaquePointer?>?
    ) throws(KafkaError) {
        var count = 0
        let results = topics(&count)
        for result in UnsafeBufferPointer(start: results, count: count) {
            guard let result else { continue }
            let response = rd_kafka_topic_result_error(result)
            guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
            throw KafkaError(
                response, operation, detail: rd_kafka_topic_result_error_string(result).map { String(cString: $0) })
        }
    }
}
