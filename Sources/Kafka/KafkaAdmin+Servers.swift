internal import CKafka

extension KafkaAdmin {
    /// The servers, by the addresses that they give themselves and that clients must reach.
    package func servers(timeout: Duration = .seconds(30)) throws(KafkaError) -> [KafkaServerAddress] {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.handle, 0, nil, &metadata, timeout.milliseconds), "ask for the servers")
        guard let metadata else { return [] }
        defer { rd_kafka_metadata_destroy(metadata) }
        let brokers = UnsafeBufferPointer(start: metadata.pointee.brokers, count: Int(metadata.pointee.broker_cnt))
        return brokers.compactMap { broker in
            UInt16(exactly: broker.port).map { KafkaServerAddress(host: String(cString: broker.host), port: $0) }
        }
    }

    /// Throws where this client may not see a topic: such a topic is in no list. One that is not there is no failure.
    func checkAccess(to topic: String, timeout: Duration) throws(KafkaError) {
        guard let named = rd_kafka_topic_new(client.handle, topic, nil) else { return }
        defer { rd_kafka_topic_destroy(named) }
        var metadata: UnsafePointer<rd_kafka_metadata>?
        try KafkaError.check(
            rd_kafka_metadata(client.handle, 0, named, &metadata, timeout.milliseconds), "ask for the topic \(topic)")
        guard let metadata else { return }
        defer { rd_kafka_metadata_destroy(metadata) }
        let topics = UnsafeBufferPointer(start: metadata.pointee.topics, count: Int(metadata.pointee.topic_cnt))
        for found in topics where KafkaError.Code(found.err) == .authorization {
            throw KafkaError(found.err, "ask for the topic \(topic)")
        }
    }

    /// What the client has been told since the last call, as of lost servers.
    package func news() -> [KafkaEvent] {
        // Its callbacks come in here.
        rd_kafka_poll(client.handle, 0)
        return client.eventQueue.drain().events
    }
}
