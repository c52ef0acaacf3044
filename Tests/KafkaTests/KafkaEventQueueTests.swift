import CKafka
import Testing

@testable import Kafka

/// What is told of servers that come and go.
@Suite struct KafkaEventQueueTests {
    @Test("servers that were lost all at once are back with the first") func allAtOnce() {
        let mailbox = KafkaEventQueue()
        mailbox.error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "2/2 brokers are down")
        mailbox.reached([])
        #expect(mailbox.take().events == [.allServersLost])
        mailbox.reached(["", "b:9092", "a:9092"])
        #expect(mailbox.take().events == [.serverBack(server: "a:9092")])
        mailbox.reached(["a:9092", "b:9092"])
        #expect(mailbox.take().events.isEmpty)
    }

    @Test("each server that was lost is back once") func each() {
        let mailbox = KafkaEventQueue()
        mailbox.error(RD_KAFKA_RESP_ERR__TRANSPORT, "b:9092/1: Connect to b failed")
        mailbox.error(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "2/2 brokers are down")
        _ = mailbox.take()
        mailbox.reached(["a:9092", "b:9092"])
        #expect(mailbox.take().events == [.serverBack(server: "b:9092")])
    }
}
