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

extension KafkaMessage {
    /// The number that `fill` wrote.
    var number: Int? { Int(String(decoding: payload.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)) }
}
