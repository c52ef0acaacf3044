internal import CKafka

extension KafkaConsumer {
    /// The cluster's own name; `nil` while no server says it.
    package func cluster(timeout: Duration = .seconds(10)) -> String? {
        guard let name = rd_kafka_clusterid(client.handle, timeout.milliseconds) else { return nil }
        defer { rd_kafka_mem_free(client.handle, name) }
        return String(cString: name)
    }
}
