import CKafka
import Testing

@testable import Kafka

/// What is told of servers that come and go.
@Suite struct KafkaEventQueueTests {
    @Test("servers that were lost all at once are back with the first") func allAtOnce() {
        let queue = KafkaEventQueue()
        queue.error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "2/2 brokers are down")
        queue.reached([])
        #expect(queue.drain().events == [.allServersLost])
        queue.reached(["", "b:9092", "a:9092"])
        #expect(queue.drain().events == [.serverBack(server: "a:9092")])
        queue.reached(["a:9092", "b:9092"])
        #expect(queue.drain().events.isEmpty)
    }

    /// Lines of librdkafka 2.0.2 and, with the leader's epoch, of 2.3.
    @Test(
        "an offset that is reset is told",
        arguments: [
            "[thrd:main]: t.1 [3]: offset reset (at offset 99, broker 1) to cached BEGINNING offset 0: fetch failed",
            "[thrd:main]: t.1 [3]: offset reset (at offset 99 (leader epoch -1), broker 1) to offset BEGINNING (leader epoch -1)",
        ])
    func reset(line: String) {
        let queue = KafkaEventQueue()
        queue.log("FAIL", line)
        #expect(queue.drain().events.isEmpty)
        queue.log("OFFSET", line)
        #expect(queue.drain().events == [.offsetReset(KafkaPartition("t.1", 3), offset: 99, toEnd: false)])
        queue.log("OFFSET", line.replacing("BEGINNING", with: "END"))
        #expect(queue.drain().events == [.offsetReset(KafkaPartition("t.1", 3), offset: 99, toEnd: true)])
    }

    @Test("each server that was lost is back once") func each() {
        let queue = KafkaEventQueue()
        queue.error(RD_KAFKA_RESP_ERR__TRANSPORT, "b:9092/1: Connect to b failed")
        queue.error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "2/2 brokers are down")
        _ = queue.drain()
        queue.reached(["a:9092", "b:9092"])
        #expect(queue.drain().events == [.serverBack(server: "b:9092")])
    }
}
