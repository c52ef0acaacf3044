internal import CMicrohttpd  // sys/socket.h comes with it
internal import Glibc
internal import Synchronization

/// The open connections, and since when each keeps us waiting: a sender that is slow is closed, so that a few of them
/// cannot keep out the others.
final class Senders: Sendable {
    /// A connection's address, which is its name here.
    typealias Connection = UInt

    private struct Sender {
        let socket: Int32
        /// Since when we wait for a head, or for a body; `nil` while the request is worked on.
        var since: ContinuousClock.Instant?
        var isHeadThere = false
        /// Bytes of the body that have come.
        var bytes = 0
    }

    private struct State {
        var senders: [Connection: Sender] = [:]
        var bytes = 0

        /// Closes the one that has kept us waiting longest.
        ///
        /// The descriptor is still the connection's: libmicrohttpd closes it after it has said that the connection ends.
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

    /// The head has come; the time for the body begins.
    func headCame(_ connection: Connection) { set(connection, since: .now, isHeadThere: true, bytes: 0) }

    /// All has come: the work begins, and its body counts no more.
    func allCame(_ connection: Connection) { set(connection, since: nil, isHeadThere: true, bytes: 0) }

    /// It was answered; the time for the next head begins.
    func answered(_ connection: Connection) { set(connection, since: .now, isHeadThere: false, bytes: 0) }

    private func set(_ connection: Connection, since: ContinuousClock.Instant?, isHeadThere: Bool, bytes: Int) {
        state.withLock { state in
            state.count(bytes, of: connection)
            state.senders[connection]?.since = since
            state.senders[connection]?.isHeadThere = isHeadThere
        }
    }

    /// So much of a body has come.
    func bodyCame(_ connection: Connection, bytes: Int) {
        state.withLock { state in
            state.count(bytes, of: connection)
            if state.bytes > settings.bodiesLimit { state.closeSlowest { $0.bytes > 0 } }
        }
    }

    /// Closes what is late.
    func closeLate() {
        let now = ContinuousClock.now
        state.withLock { state in
            for (connection, sender) in state.senders {
                let seconds = sender.isHeadThere ? settings.bodySeconds : settings.idleSeconds
                if let since = sender.since, now - since > .seconds(Int(seconds)) { state.close(connection) }
            }
        }
    }
}
