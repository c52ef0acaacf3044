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
        /// Since when a header section or a body is waited for; `nil` while the request is handled.
        var since: ContinuousClock.Instant?
        var hasHead = false
        /// Bytes of the body received.
        var bytes = 0
    }

    private struct State {
        var senders: [Connection: Sender] = [:]
        var bytes = 0

        /// Closes the connection that has been waited for longest.
        ///
        /// The descriptor is still the connection's: libmicrohttpd closes it after it has reported the connection's end.
        mutating func closeSlowest(where isMeant: (Sender) -> Bool) {
            let waiting = senders.filter { $0.value.since != nil && isMeant($0.value) }
            let slowest = waiting.min { ($0.value.since ?? .now) < ($1.value.since ?? .now) }
            if let slowest { close(slowest.key) }
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
    func headReceived(_ connection: Connection) { set(connection, since: .now, hasHead: true, bytes: 0) }

    /// The request was received whole: its handler begins, and its body no longer counts.
    func requestReceived(_ connection: Connection) { set(connection, since: nil, hasHead: true, bytes: 0) }

    /// It was answered; the time for the next request begins.
    func answered(_ connection: Connection) { set(connection, since: .now, hasHead: false, bytes: 0) }

    private func set(_ connection: Connection, since: ContinuousClock.Instant?, hasHead: Bool, bytes: Int) {
        state.withLock { state in
            state.count(bytes, of: connection)
            state.senders[connection]?.since = since
            state.senders[connection]?.hasHead = hasHead
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
            for (connection, sender) in state.senders {
                let seconds = sender.hasHead ? settings.bodySeconds : settings.idleSeconds
                if let since = sender.since, now - since > .seconds(Int(seconds)) { state.close(connection) }
            }
        }
    }
}
