package import Kafka
internal import Synchronization
internal import Threads

/// What a relay is doing, for another thread to read while it works.
package final class RelayMonitor: Sendable {
    private struct State {
        var published = 0
        var pulse = Heartbeat()
    }

    private let state = Mutex(State())
    private let consumer: KafkaConsumer

    init(_ consumer: KafkaConsumer) { self.consumer = consumer }

    /// Messages published, and rounds of its thread, which move at least every few seconds.
    package var progress: (published: Int, rounds: Int) { state.withLock { ($0.published, $0.pulse.count(at: .now)) } }

    /// The next offset to read and the end of each partition that it reads now.
    package var positions: [(partition: KafkaPartition, next: Int64, end: Int64?)] { consumer.positions }

    /// A round of the relay.
    func record(published: Int) {
        state.withLock { state in
            state.published = published
            state.pulse.beat()
        }
    }

    /// Asks a service for something; the relay counts as alive meanwhile, for as long as that can take.
    func waiting<Result>(_ work: () throws -> Result) rethrows -> Result {
        let outer = state.withLock { $0.pulse.beginWait(atMost: .seconds(660), at: .now) }
        defer { state.withLock { $0.pulse.endWait(in: outer, at: .now) } }
        return try work()
    }
}
