import Kafka
import Testing

@testable import KafkaIngest

@Suite struct OwnershipTests {
    private let ownership = Ownership()
    private let partition = KafkaPartition("t", 3)
    private let other = KafkaPartition("t", 4)

    @Test("a partition gets a new ticket each time it is assigned, and has none while it is revoked") func tickets()
        throws
    {
        #expect(ownership.ticket(of: partition) == nil)
        ownership.acquire([partition: .init(granted: 5), other: .init()])
        let first = try #require(ownership.ticket(of: partition))
        #expect(ownership.claimed(of: partition).granted == 5)
        ownership.release([partition])
        #expect(ownership.ticket(of: partition) == nil && ownership.claimed(of: partition).granted == 0)
        #expect(ownership.ticket(of: other) != nil)
        ownership.acquire([partition: .init()])
        #expect(try #require(ownership.ticket(of: partition)) != first)
    }

    @Test("a reset is reported once, and makes queued batches stale") func reset() {
        ownership.acquire([partition: .init(granted: 5)])
        #expect(!ownership.consumeSeek())
        ownership.reset()
        #expect(ownership.ticket(of: partition) == nil)
        #expect(ownership.consumeSeek() && !ownership.consumeSeek())
    }

    @Test("only partitions that are here are recorded") func records() {
        ownership.acquire([partition: .init()])
        let position = KafkaPosition(offset: 30, metadata: OffsetClaims().claiming(10..<30, by: "a").text)
        ownership.record([partition: position, other: position])
        #expect(ownership.claimed(of: partition).offset == 30)
        #expect(ownership.claimed(of: partition).claims["a"] == 10..<30)
        #expect(ownership.claimed(of: other).offset == nil)
    }
}
