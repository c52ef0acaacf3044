import Alerts
import Stages
import Testing

@testable import Broker
@testable import Kafka

@Suite struct LookBackTests {
    private let partition = KafkaPartition("t", 3)

    private func messages(_ offsets: Range<Int64>, bytes: Int = 10) -> [KafkaMessage] {
        offsets.map {
            KafkaMessage(
                partition: partition, offset: $0, timestamp: nil, key: nil, headers: [],
                payload: Array(repeating: 0, count: bytes)[...])
        }
    }

    /// The least of what is allowed and what is there.
    @Test(
        arguments: [
            (offset: 1_000, low: 0, start: 872), (1_000, 900, 900), (50, 0, 0), (0, 0, 0), (10, 40, 10),
        ] as [(offset: Int64, low: Int64, start: Int64)])
    func begins(offset: Int64, low: Int64, start: Int64) {
        var lookBack = LookBack()
        #expect(lookBack.begin(partition, at: offset, low: low) == start)
    }

    @Test("what lies before the border is known, what lies behind it is new") func parts() {
        var lookBack = LookBack()
        #expect(lookBack.begin(partition, at: 100, low: 90) == 90)
        let first = lookBack.part(messages(90..<95), of: partition)
        #expect(first.known.map(\.offset) == Array(90..<95) && first.new.isEmpty && first.goOn == nil)
        let second = lookBack.part(messages(95..<103), of: partition)
        #expect(second.known.map(\.offset) == Array(95..<100) && second.new.map(\.offset) == [100, 101, 102])
        #expect(lookBack.part(messages(103..<105), of: partition).new.count == 2)
        // Another partition was not taken over, and one that is begun anew elsewhere is not looked back in.
        #expect(lookBack.part(messages(0..<5), of: KafkaPartition("t", 4)).new.count == 5)
        lookBack.skip(partition)
        #expect(lookBack.part(messages(90..<95), of: partition).new.count == 5)
    }

    @Test("large messages end it, and what comes late all the same is not taken for new") func bytes() {
        var lookBack = LookBack()
        _ = lookBack.begin(partition, at: 100, low: 0)
        let large = messages(0..<5, bytes: 8 << 20)
        let parted = lookBack.part(large, of: partition)
        #expect(parted.known.count == 5 && parted.new.isEmpty && parted.goOn == 100)
        let late = lookBack.part(messages(5..<7), of: partition)
        #expect(late.known.isEmpty && late.new.isEmpty && late.goOn == nil)
        #expect(lookBack.part(messages(100..<102), of: partition).new.count == 2)
    }
}

@Suite struct KnownElsewhereTests {
    private let source = SourceKey(name: "kafka:t", fingerprint: "cluster", partition: 1)
    private func key(_ id: Int64) -> AlertKey { AlertKey(survey: .ztf, id: id) }

    @Test("the oldest is forgotten first") func bounded() {
        var known = KnownElsewhere(limit: 3)
        for id in [1, 2, 3, 1, 4] as [Int64] { known.insert(key(id), of: source, at: 5) }
        #expect((1...4).map { known.contains(key($0), of: source, before: 9) } == [false, true, true, true])
        for id in 5...7 { known.insert(key(Int64(id)), of: source, at: 5) }
        #expect((4...7).map { known.contains(key($0), of: source, before: 9) } == [false, true, true, true])
    }

    @Test("an alert is a duplicate only of an earlier one in its partition") func order() {
        var known = KnownElsewhere()
        for offset in [40, 30, 50] { known.insert(key(1), of: source, at: offset) }
        #expect([30, 31, 50].map { known.contains(key(1), of: source, before: $0) } == [false, true, true])
        let other = SourceKey(name: "kafka:t", fingerprint: "cluster", partition: 2)
        #expect(!known.contains(key(1), of: other, before: 50))
        #expect(!known.contains(AlertKey(survey: .lsst, id: 1), of: source, before: 50))
    }
}
