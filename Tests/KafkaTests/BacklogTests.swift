import CKafka
import Kafka
import Testing

/// A long backlog and a short memory, on librdkafka's own cluster: it keeps to a fetch's bounds.
struct BacklogTests {
    private static let partitions: Int32 = 64
    private static let messages = 1_280
    private static let size = 100_000

    /// librdkafka 2.0 alone looks once a second whether what it read ahead was taken: each 4 MB of the 128 MB are then
    /// waited for in vain once at least.
    @Test("a small queue is filled again as soon as it has room") func refills() throws {
        let configuration = rd_kafka_conf_new()
        rd_kafka_conf_set(configuration, "test.mock.num.brokers", "1", nil, 0)
        let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0))
        defer { rd_kafka_destroy(client) }
        let cluster = try #require(rd_kafka_handle_mock_cluster(client))
        rd_kafka_mock_topic_create(cluster, "backlog", Self.partitions, 1)
        let brokers = String(cString: try #require(rd_kafka_mock_cluster_bootstraps(cluster)))

        let producer = try KafkaProducer(KafkaConfiguration(brokers: brokers))
        let payload = [UInt8](repeating: 7, count: Self.size)
        for number in 0..<Self.messages {
            try producer.send(topic: "backlog", partition: Int32(number) % Self.partitions, payload: payload[...])
        }
        try producer.flush()

        var short = KafkaConfiguration(brokers: brokers)
        short["queued.max.messages.kbytes"] = "4096"
        let consumer = try KafkaConsumer(short, group: nil)
        let starts = (0..<Self.partitions).map { (KafkaPartition("backlog", $0), KafkaStart.beginning) }
        try consumer.assign(Dictionary(uniqueKeysWithValues: starts))
        var (received, inVain) = (0, 0)
        while received < Self.messages, inVain < 1_000 {
            // A batch is smaller than the queue, as a worker's is.
            let poll = try consumer.poll(timeout: .milliseconds(500), maxMessages: 16)
            received += poll.messages.count
            if poll.messages.isEmpty && poll.events.isEmpty && received > 0 { inVain += 1 }
        }
        #expect(received == Self.messages && inVain < 10, "\(inVain) polls in vain")
        try consumer.close()
    }
}
