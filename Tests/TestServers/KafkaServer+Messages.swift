package import Kafka

extension KafkaServer {
    /// How clients reach the server.
    package var configuration: KafkaConfiguration { KafkaConfiguration(brokers: address) }

    /// Makes a topic and puts numbered messages in it, in turn over its partitions.
    package func fill(_ topic: String, partitions: Int32, messages: Int, size: Int = 100) throws {
        try KafkaAdmin(configuration).create(topic: topic, partitions: partitions)
        try send(topic, partitions: partitions, numbers: 0..<messages, size: size)
    }

    /// Sends numbered messages of at least `size` bytes, in turn over the partitions.
    package func send(_ topic: String, partitions: Int32, numbers: Range<Int>, size: Int = 100) throws {
        let producer = try KafkaProducer(configuration)
        for number in numbers {
            var payload = Array("\(number) ".utf8)
            if payload.count < size { payload += Array(repeating: UInt8(ascii: "."), count: size - payload.count) }
            try producer.send(topic: topic, partition: Int32(number) % partitions, payload: payload[...])
        }
        try producer.flush()
    }
}
