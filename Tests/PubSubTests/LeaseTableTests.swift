import Protobuf
import Testing

@testable import PubSub

/// Leases as time passes; no service.
struct LeaseTableTests {
    private let start = ContinuousClock.now

    private func delivery(_ ackID: String, bytes: Int = 100) throws -> Delivery {
        var writer = ProtobufWriter()
        writer.string(1, ackID)
        writer.message(2, PubSub.PubsubMessage(data: [UInt8](repeating: 0, count: bytes)))
        return Delivery(try PubSub.ReceivedMessage(serialized: writer.bytes))
    }

    @Test func leasesAreCounted() throws {
        var table = LeaseTable(SubscriberSettings(), now: start)
        table.add(try delivery("a", bytes: 10), now: start)
        table.add(try delivery("b", bytes: 30), now: start)
        table.add(try delivery("b", bytes: 20), now: start)  // the same once more
        #expect(table.count == 2 && table.bytes == 30)
        table.end("a", isAcknowledged: true, now: start)
        table.end("a", isAcknowledged: true, now: start)
        table.end("none", isAcknowledged: false, now: start)
        #expect(table.count == 1 && table.bytes == 20)
    }

    /// 60 s at first, then the 99th percentile of the times to acknowledge, between 10 and 600 s.
    @Test func theDeadlineFollowsTheWork() throws {
        var table = LeaseTable(SubscriberSettings(), now: start)
        #expect(table.deadline == 60)
        for number in 0..<1_000 {
            table.add(try delivery("\(number)"), now: start)
            // 1 % takes 200 s, the others 30.5 s.
            let end = start + (number < 10 ? .seconds(200) : .milliseconds(30_500))
            table.end("\(number)", isAcknowledged: true, now: end)
        }
        #expect(table.deadline == 31)
        for number in 0..<10 {
            table.add(try delivery("\(number)"), now: start)
            table.end("\(number)", isAcknowledged: true, now: start + .seconds(100))
        }
        #expect(table.deadline == 101)
        table.add(try delivery("back"), now: start)
        table.end("back", isAcknowledged: false, now: start + .seconds(500))  // says nothing about the work
        #expect(table.deadline == 101)
    }

    @Test(
        "keeps the service's bounds",
        arguments: [(1, false, 10), (5, true, 60), (90, true, 90), (90, false, 90), (9_999, false, 600)])
    func bounds(wanted: Int, isExactlyOnce: Bool, expected: Int) {
        var settings = SubscriberSettings()
        settings.ackDeadline = .seconds(wanted)
        var table = LeaseTable(settings, now: start)
        table.isExactlyOnce = isExactlyOnce
        #expect(table.deadline == expected)
    }

    @Test func leasesAreRenewedInTimeAndNotForEver() throws {
        var settings = SubscriberSettings()
        settings.ackDeadline = .seconds(30)
        settings.longestLease = .seconds(50)
        var table = LeaseTable(settings, now: start)
        table.add(try delivery("a"), now: start)
        #expect(table.extensions(now: start + .seconds(19)).isEmpty)
        table.add(try delivery("b"), now: start + .seconds(19))
        #expect(table.extensions(now: start + .seconds(21)).sorted() == ["a", "b"])
        #expect(table.extensions(now: start + .seconds(22)).isEmpty)
        #expect(table.nextExtension < start + .seconds(21 + 30))
        #expect(table.extensions(now: start + .seconds(51)) == ["b"])
        #expect(table.count == 1)
    }

    /// Work that takes long lengthens the leases, but not those with which a stream's messages come.
    @Test func messagesOfAnOldStreamAreRenewedInTime() throws {
        var table = LeaseTable(SubscriberSettings(), now: start)
        #expect(table.beginStream() == 60)
        table.add(try delivery("slow"), now: start)
        table.end("slow", isAcknowledged: true, now: start + .seconds(500))
        #expect(table.deadline == 501)
        var now = start + .seconds(500)
        _ = table.extensions(now: now)
        table.add(try delivery("new"), now: now)
        now += .seconds(59)
        #expect(table.extensions(now: now) == ["new"])
        #expect(table.beginStream() == 501)
    }

    @Test func messagesAreHandedOutUpToTheLimits() throws {
        var settings = SubscriberSettings()
        settings.outstandingMessages = 3
        settings.outstandingBytes = 1_000
        var state = SubscriberState(settings, now: start)
        for (number, bytes) in [5_000, 10, 20, 30, 40].enumerated() {
            let next = try delivery("\(number)", bytes: bytes)
            state.leases.add(next, now: start)
            state.arrived.append(next)
        }
        // One that is larger than the limit goes alone.
        let large = state.dequeue(most: .max, settings)
        #expect(large.map(\.ackID) == ["0"] && state.dequeue(most: .max, settings).isEmpty)
        state.release(large, isAcknowledged: true, ticket: nil, now: start)
        #expect(state.dequeue(most: 1, settings).map(\.ackID) == ["1"])
        #expect(state.dequeue(most: .max, settings).map(\.ackID) == ["2", "3"])
        #expect(state.dequeue(most: .max, settings).isEmpty && state.arrived.count == 1 && state.waiting == 1)
    }
}
