import Testing

@testable import Kafka
@testable import KafkaIngest

@Suite struct LookbackTests {
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
        var lookback = Lookback()
        #expect(lookback.begin(partition, at: offset, low: low) == start)
    }

    @Test("messages before the border are known, those after it are new") func parts() {
        var lookback = Lookback()
        #expect(lookback.begin(partition, at: 100, low: 90) == 90)
        let first = lookback.split(messages(90..<95), of: partition)
        #expect(first.known.map(\.offset) == Array(90..<95) && first.new.isEmpty && first.resume == nil)
        let second = lookback.split(messages(95..<103), of: partition)
        #expect(second.known.map(\.offset) == Array(95..<100) && second.new.map(\.offset) == [100, 101, 102])
        #expect(lookback.split(messages(103..<105), of: partition).new.count == 2)
        // Another partition was not taken over, and one that is begun anew elsewhere is not looked back in.
        #expect(lookback.split(messages(0..<5), of: KafkaPartition("t", 4)).new.count == 5)
        lookback.skip(partition)
        #expect(lookback.split(messages(90..<95), of: partition).new.count == 5)
    }

    @Test("large messages end it, and later messages before the border do not count as new") func bytes() {
        var lookback = Lookback()
        _ = lookback.begin(partition, at: 100, low: 0)
        let large = messages(0..<5, bytes: 8 << 20)
        let parted = lookback.split(large, of: partition)
        #expect(parted.known.count == 5 && parted.new.isEmpty && parted.resume == 100)
        let late = lookback.split(messages(5..<7), of: partition)
        #expect(late.known.isEmpty && late.new.isEmpty && late.resume == nil)
        #expect(lookback.split(messages(100..<102), of: partition).new.count == 2)
    }
}
