internal import Foundation
internal import Synchronization

/// A port of loopback on which each connection is closed at once, and counted: tells how often a client has tried.
package final class RefusingPort: Sendable {
    private let listening: Int32
    private let count = Mutex(0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter port: One on which nobody listens, or soon nobody will.
    /// - Throws: Why it cannot listen.
    package init(_ port: UInt16) throws {
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var (address, isReused) = (Ports.loopback(port), CInt(1))
        setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<CInt>.size))
        let descriptor = listening
        // The last thread of a process that was killed may still hold it.
        let deadline = ContinuousClock.now + .seconds(300)
        var status: CInt = -1
        while true {
            status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 ? listen(descriptor, 64) : -1
                }
            }
            guard status != 0, errno == EADDRINUSE, ContinuousClock.now < deadline else { break }
            usleep(10_000)
        }
        guard status == 0 else {
            let fault = errno
            Foundation.close(listening)
            throw POSIXError(POSIXErrorCode(rawValue: fault) ?? .EADDRNOTAVAIL)
        }
        Thread.detachNewThread { [self] in
            defer { ended.signal() }
            while case let client = accept(listening, nil, nil), client >= 0 {
                // Closed by a reset, which leaves nothing on the port.
                var lingering = linger(l_onoff: 1, l_linger: 0)
                setsockopt(client, SOL_SOCKET, SO_LINGER, &lingering, socklen_t(MemoryLayout<linger>.size))
                Foundation.close(client)
                count.withLock { $0 += 1 }
            }
        }
    }

    /// How many connections there were.
    package var attempts: Int { count.withLock { $0 } }

    /// Frees the port.
    package func close() {
        shutdown(listening, Int32(SHUT_RDWR))
        ended.wait()
        Foundation.close(listening)
    }
}
