@testable import Broker
import DataLayout
import Synchronization
import Testing

struct FileWriterTests {
    private final class Seen: Sendable {
        private let values = Mutex<[Int]>([])

        func add(_ value: Int) { values.withLock { $0.append(value) } }
        var all: [Int] { values.withLock { $0 } }
    }

    @Test("work is done in order before finish returns, also with more bytes than the queue holds") func order() throws
    {
        let (writer, seen) = (FileWriter(), Seen())
        for number in 0..<100 { writer.add(bytes: 1 << 20) { seen.add(number) } }
        try writer.finish()
        #expect(seen.all == Array(0..<100))
        writer.add(bytes: 1) { seen.add(100) }
        try writer.finish()
        #expect(seen.all.last == 100)
    }

    @Test("a failure is thrown by each call, and nothing is done after it") func failure() throws {
        let (writer, seen) = (FileWriter(), Seen())
        let full = BrokerError(.diskFull, path: "segment", detail: "the disk is full")
        writer.add(bytes: 1) { seen.add(1) }
        writer.add(bytes: 1) { () throws(BrokerError) in throw full }
        for number in 2..<100 { writer.add(bytes: 1 << 20) { seen.add(number) } }
        for _ in 0..<2 { #expect(throws: full) { try writer.finish() } }
        writer.add(bytes: 1) { seen.add(100) }
        #expect(throws: full) { try writer.finish() }
        #expect(seen.all == [1])
    }

    @Test("a released writer finishes its work") func lettingGo() {
        let seen = Seen()
        var writer: FileWriter? = FileWriter()
        for number in 0..<50 { writer?.add(bytes: 1) { seen.add(number) } }
        writer = nil
        #expect(writer == nil && seen.all.count == 50)
    }
}
