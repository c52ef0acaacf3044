internal import CMicrohttpd
internal import Foundation
internal import Glibc
package import HTTP
internal import Synchronization
internal import Threads

/// A small HTTP/1.1 server for what others push to us, and for those who ask how we are.
///
/// `GET /healthz` answers 200 as long as the process lives, `GET /readyz` as long as it takes work; they never wait for
/// the others, and need no leave. (Cloud Run's own addresses keep `/healthz` from getting through from outside; its probes
/// do.)
package final class HTTPServer: Sendable {
    /// The port it listens at.
    package let port: UInt16
    private let desk: RequestLimiter
    /// The listening socket, once the daemon has given it away.
    private let listening = Mutex<Int32?>(nil)
    // Any thread may call the daemon's functions: MHD locks it itself. `stop` is the only one that ends it, once.
    private nonisolated(unsafe) let daemon: OpaquePointer
    private let hasEnded = Monitor(false)
    /// Between two looks for senders that are late.
    private static let pause = Duration.milliseconds(500)

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - settings: Where, and the limits.
    ///   - isReady: Whether work may be sent here now.
    ///   - refusal: Asked about a request's head, before its body is taken: why it is not taken; `nil` lets it through.
    ///   - handler: Answers a request, in a thread of its own; ``HTTPRequest/url`` is the path and the query as sent.
    /// - Throws: ``HTTPServerError``, such as when the port is taken.
    package init(
        _ settings: HTTPServerSettings, isReady: @escaping @Sendable () -> Bool = { true },
        refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil },
        handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPServerError) {
        let shown = "\(settings.address):\(settings.port)"
        var address = in_addr()
        guard inet_pton(AF_INET, settings.address, &address) == 1 else {
            throw HTTPServerError(address: shown, detail: "no IPv4 address")
        }
        let desk = RequestLimiter(settings, isReady: isReady, refusal: refusal, handler: handler)
        let native = mhd_shim_settings(
            address: address, port: settings.port, connections: settings.connections,
            idle_seconds: settings.idleSeconds, head_limit: settings.headLimit, handle: Exchange.handle,
            begin: Exchange.begin, end: Exchange.end, connection: Exchange.connection)
        let daemon = mhd_shim_start(native, Unmanaged.passUnretained(desk).toOpaque())
        guard let daemon else {
            let reason = errno == 0 ? "libmicrohttpd does not start" : String(cString: strerror(errno))
            throw HTTPServerError(address: shown, detail: reason)
        }
        self.daemon = daemon
        self.desk = desk
        port = mhd_shim_port(daemon)
        let hasEnded = hasEnded
        Thread.detachNewThread {
            while hasEnded.wait(for: Self.pause, until: { $0 ? () : nil }) == nil { desk.senders.closeLate() }
        }
    }

    /// Waits for every handler: one that never ends keeps it from ending. ``stop(within:)`` does not wait so.
    deinit { end() }

    /// Ends it in order: no new connections, no new requests on the old, and those under way are answered.
    ///
    /// - Parameter grace: How long to wait for those.
    /// - Returns: Whether all were answered. If not, it goes on with them; the process may end all the same, and who
    ///   sent them comes again.
    package func stop(within grace: Duration) -> Bool {
        listening.withLock { socket in
            guard socket == nil else { return }  // asked again, libmicrohttpd would give the same socket away again
            let given = MHD_quiesce_daemon(daemon)
            shutdown(given, Int32(SHUT_RDWR))  // closed only when no thread of the daemon can look at it any more
            socket = given
        }
        guard desk.drain(within: grace) else { return false }
        end()
        return true
    }

    private func end() {
        guard desk.takeEnd() else { return }
        hasEnded.change { $0 = true }
        MHD_stop_daemon(daemon)
        listening.withLock { socket in
            if let socket, socket >= 0 { close(socket) }
        }
    }
}
