import Kafka
import TestServers

/// What tests do with consumers again and again.
extension KafkaConsumer {
    /// Polls, and takes every rebalance as it comes, until something holds or the time is over.
    ///
    /// - Returns: Whether it holds.
    func read(
        seconds: Double = 300, startingAt starts: [KafkaPartition: KafkaStart] = [:],
        _ take: (KafkaPoll) throws -> Void = { _ in }, until holds: () throws -> Bool
    ) throws -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while try !holds() {
            guard clock.now < deadline else { return false }
            let poll = try poll(timeout: .milliseconds(50))
            try take(poll)
            if let rebalance = poll.rebalance { try accept(rebalance, startingAt: starts) }
        }
        return true
    }
}

extension KafkaServer {
    var configuration: KafkaConfiguration { KafkaConfiguration(brokers: address) }

    /// Makes a topic and puts numbered messages in it, in turn over its partitions.
    func fill(_ topic: String, partitions: Int32, messages: Int, size: Int = 100) throws {
        try KafkaAdmin(configuration).create(topic: topic, partitions: partitions)
        try send(topic, partitions: partitions, numbers: 0..<messages, size: size)
    }

    func send(_ topic: String, partitions: Int32, numbers: Range<Int>, size: Int = 100) throws {
        let producer = try KafkaProducer(configuration)
        for number in numbers {
            var payload = Array("\(number) ".utf8)
            if payload.count < size { payload += Array(repeating: UInt8(ascii: "."), count: size - payload.count) }
            try producer.send(topic: topic, partition: Int32(number) % partitions, payload: payload[...])
        }
        try producer.flush()
    }
}

extension KafkaMessage {
    /// The number that `fill` wrote.
    var number: Int? { Int(String(decoding: payload.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)) }
}
