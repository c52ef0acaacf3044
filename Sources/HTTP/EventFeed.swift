internal import Synchronization

/// Server-sent events (WHATWG HTML, 9.2) for all clients that follow: a slow client gets the newest event alone.
package final class EventFeed: Sendable {
    private struct State {
        var followers: [ObjectIdentifier: Follower] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())
    private let most: Int

    /// A feed without events.
    ///
    /// - Parameter most: Followers at most.
    package init(most: Int) { self.most = most }

    /// How many follow.
    package var count: Int { state.withLock { $0.followers.count } }

    /// A body that has the events from now on.
    ///
    /// - Parameter first: An event that it begins with; `nil` for none.
    /// - Returns: The body; `nil` where too many follow, or the feed is closed.
    package func follow(first: [UInt8]?) -> (any BodyStream)? {
        state.withLock { state in
            guard state.followers.count < most, !state.isClosed else { return nil }
            // Sent at once: the browser is connected, and reconnects after 2 s.
            let follower = Follower(self, Array("retry: 2000\n\n".utf8) + (first ?? []))
            state.followers[ObjectIdentifier(follower)] = follower
            return follower
        }
    }

    /// Sends an event to all: bytes as ``event(_:data:)`` makes them.
    package func publish(_ event: [UInt8]) {
        for follower in state.withLock({ Array($0.followers.values) }) { follower.offer(event) }
    }

    /// Ends the bodies of all, and lets nobody follow any more.
    package func close() {
        let followers = state.withLock { state in
            state.isClosed = true
            return Array(state.followers.values)
        }
        for follower in followers { follower.end() }
    }

    fileprivate func remove(_ follower: Follower) {
        state.withLock { _ = $0.followers.removeValue(forKey: ObjectIdentifier(follower)) }
    }

    /// An event.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - data: Its data, without a line end, as JSON is.
    /// - Returns: Its bytes.
    package static func event(_ name: String, data: [UInt8]) -> [UInt8] {
        Array("event: \(name)\ndata: ".utf8) + data + Array("\n\n".utf8)
    }

    /// A line that says nothing: a client that is gone is found by it.
    package static let beat = Array(":\n\n".utf8)
}

/// One who follows.
private final class Follower: BodyStream {
    private struct State {
        /// What is being read, and how far.
        var current: [UInt8]
        var offset = 0
        /// What comes after it: the newest event alone.
        var next: [UInt8]?
        var isPaused = false
        var hasEnded = false
        var wake: (@Sendable () -> Void)?

        mutating func wakeUp() {
            guard isPaused else { return }
            isPaused = false
            wake?()
        }
    }

    private let feed: EventFeed
    private let state: Mutex<State>

    init(_ feed: EventFeed, _ first: [UInt8]) {
        self.feed = feed
        state = Mutex(State(current: first))
    }

    func attach(wake: @escaping @Sendable () -> Void) { state.withLock { $0.wake = wake } }

    func detach() {
        state.withLock { state in
            state.wake = nil
            state.hasEnded = true
        }
        feed.remove(self)
    }

    func offer(_ event: [UInt8]) {
        state.withLock { state in
            // A beat is of no use to somebody who has not read the event before it.
            guard event != EventFeed.beat || state.next == nil else { return }
            state.next = event
            state.wakeUp()
        }
    }

    func end() {
        state.withLock { state in
            state.hasEnded = true
            state.wakeUp()
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, pausing pause: () -> Void) -> Int? {
        state.withLock { state in
            if state.offset == state.current.count {
                if state.hasEnded { return nil }
                guard let next = state.next else {
                    state.isPaused = true
                    pause()
                    return 0
                }
                (state.current, state.offset, state.next) = (next, 0, nil)
            }
            let bytes = state.current[state.offset...].prefix(buffer.count)
            buffer.copyBytes(from: bytes)
            state.offset += bytes.count
            return bytes.count
        }
    }
}
