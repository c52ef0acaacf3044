import Foundation
import Synchronization
import Testing

@testable import Broker

@Suite struct BatchQueueTests {
    private struct Piece: ByteCounted, Equatable {
        let number: Int
        let bytes: Int
    }

    private func number(_ next: BatchQueue<Piece>.Next) -> Int? {
        if case .value(let piece) = next { return piece.number }
        return nil
    }

    @Test("values keep their order, and a full queue is waited for") func bounded() {
        // With 4,096 bytes of overhead each, two fit and a third is put in when there is room again.
        let queue = BatchQueue<Piece>(limit: 8_192)
        let put = Mutex(0)
        Thread.detachNewThread {
            for number in 1...100 {
                _ = queue.put(Piece(number: number, bytes: 1))
                put.withLock { $0 = number }
            }
            queue.finish()
        }
        for expected in 1...100 {
            #expect(number(queue.next()) == expected)
            #expect(put.withLock { $0 } <= expected + 2)
        }
        guard case .end = queue.next() else { return #expect(Bool(false), "the queue has not ended") }
    }

    @Test("nothing in time is not the end") func timeout() {
        let queue = BatchQueue<Piece>(limit: 1)
        guard case .nothing = queue.next(within: .milliseconds(1)) else { return #expect(Bool(false), "not nothing") }
        #expect(queue.put(Piece(number: 7, bytes: 0)) && number(queue.next(within: .zero)) == 7)
    }

    @Test("a producer that waits returns once the queue is abandoned") func abandoned() {
        let queue = BatchQueue<Piece>(limit: 1)
        #expect(queue.put(Piece(number: 1, bytes: 100)))
        Thread.detachNewThread { queue.abandon() }
        #expect(!queue.put(Piece(number: 2, bytes: 100)))
        #expect(!queue.put(Piece(number: 3, bytes: 100)))
    }
}
