internal import Kafka
internal import Foundation

/// A connection to one server, made to see what happens; each call ends within ``timeout``.
final class ServerConnection {
    /// Seconds.
    static let timeout = 5

    let descriptor: CInt

    /// Connects to the first of the server's addresses that takes a connection.
    init(to server: KafkaServerAddress) throws(KafkaFault) {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(server.host, String(server.port), &hints, &list)
        guard status == 0 else {
            throw KafkaFault(
                .hostUnknown, "the name \(server.host) is not known here: \(String(cString: gai_strerror(status)))")
        }
        defer { freeaddrinfo(list) }
        var reason: CInt = 0
        var next = list
        while let address = next {
            defer { next = address.pointee.ai_next }
            let made = socket(address.pointee.ai_family, CInt(SOCK_STREAM.rawValue), 0)
            guard made >= 0 else { continue }
            Self.setPatience(made, seconds: Self.timeout)
            if connect(made, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 {
                descriptor = made
                return
            }
            reason = errno
            close(made)
        }
        throw Self.fault(reason, server)
    }

    deinit { close(descriptor) }

    /// How long a call waits at most.
    func setPatience(seconds: Int) { Self.setPatience(descriptor, seconds: seconds) }

    private static func setPatience(_ descriptor: CInt, seconds: Int) {
        // Linux heeds the time to send also for connecting.
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    private static func fault(_ reason: CInt, _ server: KafkaServerAddress) -> KafkaFault {
        switch reason {
        case ECONNREFUSED:
            KafkaFault(.connectionRefused, "\(server) refuses the connection: nothing listens on that port")
        case EINPROGRESS, ETIMEDOUT, EAGAIN:
            KafkaFault(
                .timedOut,
                "\(server) does not answer within \(timeout) s: it is down, or a firewall keeps the port closed")
        default: KafkaFault(.unreachable, "\(server) cannot be reached: \(String(cString: strerror(reason)))")
        }
    }

    func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    /// Just so many bytes; `nil` where the server closes the connection or lets the time go by.
    func receive(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            let got = recv(descriptor, &piece, piece.count, 0)
            guard got > 0 else { return nil }
            bytes += piece.prefix(got)
        }
        return bytes
    }
}
