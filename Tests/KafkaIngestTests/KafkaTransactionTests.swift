import Broker
import Kafka
import Synchronization
import Testing
import Threads

@testable import KafkaIngest

/// What a transaction holds, without a server: the group's own answers are in the integration tests.
@Suite struct KafkaTransactionTests {
    private let partition = KafkaPartition("t", 3)
    private let worker: KafkaWorker
    private let stream: KafkaStream
    private let stop = StopSignal()

    init() throws {
        // Nobody listens there.
        let configuration = KafkaConfiguration(brokers: "127.0.0.1:1")
        worker = KafkaWorker(name: "a", consumer: try KafkaConsumer(configuration, group: "g")) { _ in }
        stream = try KafkaStream(KafkaOutputs(configuration: configuration), group: "g", worker: "a", stop: stop)
    }

    private func admit(_ positions: ClosedRange<Int>, ticket: Int?, in transaction: KafkaTransaction) -> String {
        let receipt = KafkaReceipt(transaction: transaction, partition: partition, ticket: ticket ?? -1)
        switch receipt.admit(positions) {
        case .stale: return "stale"
        case .admitted(publishingTo: let stream): return stream == nil ? "admitted" : "published"
        }
    }

    @Test("a batch counts only while its partition is here since it was read") func stale() throws {
        let transaction = KafkaTransaction(worker, publishingTo: nil, stop: stop)
        #expect(admit(0...9, ticket: nil, in: transaction) == "stale")
        worker.ownership.acquire([partition: .init()])
        let ticket = worker.ownership.ticket(of: partition)
        #expect(admit(0...9, ticket: ticket, in: transaction) == "admitted")
        transaction.rollBack()
        #expect(admit(10...19, ticket: ticket, in: transaction) == "stale")
        worker.ownership.acquire([partition: .init()])
        #expect(admit(10...19, ticket: ticket, in: transaction) == "stale")
    }

    @Test("offsets that were granted before are not published or claimed again") func granted() throws {
        let transaction = KafkaTransaction(worker, publishingTo: stream, stop: stop)
        worker.ownership.acquire([partition: .init(granted: 10)])
        let ticket = worker.ownership.ticket(of: partition)
        #expect(admit(0...9, ticket: ticket, in: transaction) == "admitted")
        // Without a server it could not be.
        #expect(try transaction.claim() == .commit)
        #expect(admit(10...19, ticket: ticket, in: transaction) == "published")
    }

    @Test("a stop while no server responds gives up, and is logged once") func givesUp() throws {
        let lines = Mutex<[String]>([])
        let worker = KafkaWorker(name: "a", consumer: self.worker.consumer) { line in lines.withLock { $0.append(line) }
        }
        let transaction = KafkaTransaction(worker, publishingTo: nil, stop: stop)
        worker.ownership.acquire([partition: .init()])
        _ = KafkaReceipt(
            transaction: transaction, partition: partition, ticket: worker.ownership.ticket(of: partition) ?? -1
        ).admit(0...9)
        stop.set()
        #expect(try transaction.claim() == .giveUp)
        #expect(lines.withLock { $0.count { $0.contains("stopped while the group could not be reached") } } == 1)
        transaction.close()
        #expect(try transaction.claim() == .commit)
    }
}
