import Foundation
import Synchronization

/// A server of loopback that takes connections, says what it is told to, and then nothing more.
final class StallingServer: Sendable {
    let port: UInt16
    private let listening: Int32
    private let taken = Mutex<[Int32]>([])

    /// - Parameter greeting: Sent to each client that has sent something.
    /// - Throws: Why it cannot listen.
    init(greeting: String = "") throws {
        listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listening
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
                    ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listening, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                if !greeting.isEmpty, recv(client, &buffer, buffer.count, 0) > 0 {
                    _ = send(client, greeting, greeting.utf8.count, Int32(MSG_NOSIGNAL))
                }
                taken.withLock { $0.append(client) }
            }
        }
    }

    /// Clients that have been greeted.
    var clients: Int { taken.withLock { $0.count } }

    /// Closes all; the thread that accepts ends.
    func close() {
        shutdown(listening, Int32(SHUT_RDWR))
        Foundation.close(listening)
        taken.withLock { for client in $0 { Foundation.close(client) } }
    }
}
