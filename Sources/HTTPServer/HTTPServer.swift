internal import CMicrohttpd
internal import Foundation
internal import Glibc
package import HTTP
internal import Synchronization
internal import Threads

/// A small HTTP/1.1 server for push requests and health checks.
///
/// `GET /healthz` responds with 200 as long as the process lives, `GET /readyz` as long as it accepts requests; neither
/// waits for other requests or needs authentication. (Cloud Run's public addresses do not pass `/healthz` on; its probes do.)
package final class HTTPServer: Sendable {
    /// The port that it listens on.
    package let port: UInt16
    private let limiter: RequestLimiter
    /// The listening socket, once the daemon has released it.
    private let listening = Mutex<Int32?>(nil)
    // Any thread may call the daemon's functions: MHD locks it itself. `end` stops it, once.
    private nonisolated(unsafe) let daemon: OpaquePointer
    private let hasEnded = Monitor(false)
    /// Interval between two checks for late senders.
    private static let pause = Duration.milliseconds(500)

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - settings: Address, port and limits.
    ///   - isReady: Whether requests may be sent now: `/readyz`.
    ///   - answered: Is told the status of every answer, the server's own among them; in any thread.
    ///   - refusal: The response to a request that is refused by its header section, before its body is read; `nil` accepts it.
    ///   - handler: Responds to a request, in a thread of its own; ``HTTPRequest/url`` is the path and the query as sent.
    /// - Throws: ``HTTPServerError``, such as when the port is in use.
    package init(
        _ settings: HTTPServerSettings, isReady: @escaping @Sendable () -> Bool = { true },
        answered: @escaping @Sendable (Int) -> Void = { _ in },
        refusal: @escaping @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil },
        handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws(HTTPServerError) {
        let limiter = RequestLimiter(settings, isReady: isReady, answered: answered, refusal: refusal, handler: handler)
        let daemon = settings.address.withCString { address in
            let native = mhd_shim_settings(
                address: address, port: settings.port, events: settings.isEventDriven ? 1 : 0,
                connections: settings.connections,
                idle_seconds: settings.idleSeconds, head_limit: settings.headLimit, handle: Exchange.handle,
                begin: Exchange.begin, end: Exchange.end, connection: Exchange.connection)
            return mhd_shim_start(native, Unmanaged.passUnretained(limiter).toOpaque())
        }
        guard let daemon else {
            let reason =
                switch errno {
                case 0: "libmicrohttpd does not start"
                case EADDRNOTAVAIL: "this is no IPv4 or IPv6 address of this machine"
                default: String(cString: strerror(errno))
                }
            throw HTTPServerError(address: settings.shown(port: settings.port), detail: reason)
        }
        self.daemon = daemon
        self.limiter = limiter
        port = mhd_shim_port(daemon)
        let hasEnded = hasEnded
        Thread.detachNewThread {
            while hasEnded.wait(for: Self.pause, until: { $0 ? () : nil }) == nil { limiter.senders.closeLate() }
        }
    }

    /// Waits for every handler, without a limit; ``stop(within:)`` has one.
    deinit { end() }

    /// Stops gracefully: accepts no new connections or requests, and answers those in progress.
    ///
    /// - Parameter grace: How long to wait for those.
    /// - Returns: Whether all were answered. If not, their handlers continue; the process may exit all the same, and the
    ///   senders retry.
    package func stop(within grace: Duration) -> Bool {
        listening.withLock { socket in
            guard socket == nil else { return }  // called again, libmicrohttpd would return the same socket again
            let released = MHD_quiesce_daemon(daemon)
            shutdown(released, Int32(SHUT_RDWR))  // closed only once no thread of the daemon uses it
            socket = released
        }
        guard limiter.drain(within: grace) else { return false }
        end()
        return true
    }

    private func end() {
        guard limiter.markEnded() else { return }
        hasEnded.change { $0 = true }
        // No connection may be suspended any more.
        if limiter.workers != nil { limiter.finish() }
        MHD_stop_daemon(daemon)
        limiter.workers?.end()
        listening.withLock { socket in
            if let socket, socket >= 0 { close(socket) }
        }
    }
}
