import CKafka
import Kafka
import Testing

/// A long backlog and a short memory, on librdkafka's own cluster: it keeps to a fetch's bounds.
struct BacklogTests {
    private static let partitions: Int32 = 64
    private static let messages = 1_280
    private static let size = 100_000

    /// librdkafka 2.0 alone looks once a second whether what it read ahead was taken, so that 128 MB come in 15 s or more.
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
        let clock = ContinuousClock()
        let began = clock.now
        var received = 0
        while received < Self.messages, clock.now - began < .seconds(10) {
            // A batch is smaller than the queue, as a worker's is.
            received += try consumer.poll(timeout: .milliseconds(100), maxMessages: 16).messages.count
        }
        #expect(received == Self.messages, "after \(clock.now - began)")
        try consumer.close()
    }
}
