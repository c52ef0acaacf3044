import HTTP
import Synchronization
import Testing

@Suite struct EventFeedTests {
    /// Reads what is there now.
    private func text(_ stream: any BodyStream, block: Int = 7) -> String? {
        var bytes: [UInt8] = []
        while true {
            var isPaused = false
            var buffer = [UInt8](repeating: 0, count: block)
            let count = buffer.withUnsafeMutableBytes { stream.read(into: $0) { isPaused = true } }
            guard let count else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if isPaused { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }

    @Test("who follows gets the first event and those that come") func order() throws {
        let feed = EventFeed(most: 2)
        let one = EventFeed.event("night", data: Array("{\"a\":1}".utf8))
        let stream = try #require(feed.follow(first: one))
        #expect(text(stream) == "retry: 2000\n\nevent: night\ndata: {\"a\":1}\n\n")
        #expect(text(stream) == "")
        feed.publish(EventFeed.event("night", data: Array("2".utf8)))
        #expect(text(stream) == "event: night\ndata: 2\n\n")
    }

    @Test("who is slow gets the newest event alone, and beats do not push it out") func slow() throws {
        let feed = EventFeed(most: 2)
        let stream = try #require(feed.follow(first: nil))
        for number in 0..<100 { feed.publish(EventFeed.event("n", data: Array("\(number)".utf8))) }
        feed.publish(EventFeed.beat)
        #expect(text(stream) == "retry: 2000\n\nevent: n\ndata: 99\n\n")
        feed.publish(EventFeed.beat)
        #expect(text(stream) == ":\n\n")
    }

    @Test("a reader that has paused is woken once for what comes") func wakes() throws {
        let feed = EventFeed(most: 1)
        let stream = try #require(feed.follow(first: nil))
        let wakes = Mutex(0)
        stream.attach { wakes.withLock { $0 += 1 } }
        feed.publish(EventFeed.beat)
        #expect(wakes.withLock { $0 } == 0, "nobody has paused")
        _ = text(stream)
        feed.publish(EventFeed.event("n", data: [48]))
        feed.publish(EventFeed.event("n", data: [49]))
        #expect(wakes.withLock { $0 } == 1)
    }

    @Test("followers are bounded; one that is gone makes room; a closed feed ends all") func bounds() throws {
        let feed = EventFeed(most: 2)
        let first = try #require(feed.follow(first: nil))
        let second = try #require(feed.follow(first: nil))
        #expect(feed.count == 2 && feed.follow(first: nil) == nil)
        first.detach()
        #expect(feed.count == 1)
        let third = try #require(feed.follow(first: nil))
        feed.close()
        _ = text(second)
        _ = text(third)
        #expect(text(second) == nil && text(third) == nil)
        #expect(feed.follow(first: nil) == nil)
    }
}
