internal import CMicrohttpd  // sys/socket.h comes with it
internal import Glibc
internal import Synchronization

/// The open connections, and since when each is waited for: slow ones are closed, so that a few of them cannot block the
/// others.
final class Senders: Sendable {
    /// A connection's address, which is its name here.
    typealias Connection = UInt

    private struct Sender {
        let socket: Int32
        /// Since when the client is waited for; `nil` while the request is handled.
        var since: ContinuousClock.Instant?
        var awaited = Awaited.head
        /// Bytes of the body received, or of the answer.
        var bytes = 0
    }

    /// What a client is waited for: that it sends, or reads. The time for reading is libmicrohttpd's idle time.
    private enum Awaited { case head, body, reading }

    private struct State {
        var senders: [Connection: Sender] = [:]
        var bytes = 0

        /// Closes the connection that has been waited for longest.
        ///
        /// The descriptor is still the connection's: libmicrohttpd closes it after it has reported the connection's end.
        ///
        /// - Returns: Whether there was one.
        @discardableResult
        mutating func closeSlowest(where isMeant: (Sender) -> Bool) -> Bool {
            let waiting = senders.filter { $0.value.since != nil && isMeant($0.value) }
            let slowest = waiting.min { ($0.value.since ?? .now) < ($1.value.since ?? .now) }
            if let slowest { close(slowest.key) }
            return slowest != nil
        }

        mutating func close(_ connection: Connection) {
            guard let sender = senders[connection] else { return }
            shutdown(sender.socket, Int32(SHUT_RDWR))
            count(0, of: connection)
            senders[connection]?.since = nil
        }

        mutating func count(_ bytes: Int, of connection: Connection) {
            guard let before = senders[connection]?.bytes else { return }
            self.bytes += bytes - before
            senders[connection]?.bytes = bytes
        }
    }

    private let settings: HTTPServerSettings
    private let state = Mutex(State())

    init(_ settings: HTTPServerSettings) { self.settings = settings }

    func begin(_ connection: Connection, socket: Int32) {
        state.withLock { state in
            if state.senders.count >= Int(settings.connections) * 3 / 4 { state.closeSlowest { _ in true } }
            state.senders[connection] = Sender(socket: socket, since: .now)
        }
    }

    func end(_ connection: Connection) {
        state.withLock { state in
            state.count(0, of: connection)
            state.senders[connection] = nil
        }
    }

    /// The header section was received; the time for the body begins.
    func headReceived(_ connection: Connection) { set(connection, .body, since: .now) }

    /// The request was received whole: its handler begins, and its body no longer counts.
    func requestReceived(_ connection: Connection) { set(connection, .body, since: nil) }

    /// It has an answer of so many bytes, which the client is to read. Those who do not read theirs are closed where all answers
    /// together are too long.
    func answerBegun(_ connection: Connection, bytes: Int) {
        set(connection, .reading, since: .now)
        state.withLock { state in
            state.count(bytes, of: connection)
            while state.bytes > settings.bodiesLimit, state.closeSlowest(where: { $0.bytes > 0 }) {}
        }
    }

    /// It was answered; the time for the next request begins.
    func answered(_ connection: Connection) { set(connection, .head, since: .now) }

    private func set(_ connection: Connection, _ awaited: Awaited, since: ContinuousClock.Instant?) {
        state.withLock { state in
            state.count(0, of: connection)
            state.senders[connection]?.since = since
            state.senders[connection]?.awaited = awaited
        }
    }

    /// Bytes of a body received so far.
    func bodyReceived(_ connection: Connection, bytes: Int) {
        state.withLock { state in
            state.count(bytes, of: connection)
            if state.bytes > settings.bodiesLimit { state.closeSlowest { $0.bytes > 0 } }
        }
    }

    /// Closes the connections whose time is up.
    func closeLate() {
        let now = ContinuousClock.now
        state.withLock { state in
            for (connection, sender) in state.senders where sender.awaited != .reading {
                let seconds = sender.awaited == .body ? settings.bodySeconds : settings.idleSeconds
                if let since = sender.since, now - since > .seconds(Int(seconds)) { state.close(connection) }
            }
        }
    }
}
