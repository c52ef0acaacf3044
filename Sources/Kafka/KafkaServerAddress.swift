internal import Foundation

/// Where a server listens, as a person or another server names it.
package struct KafkaServerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The server's name or address.
    package let host: String
    /// The server's port.
    package let port: UInt16

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The address of a port on a host.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST`, `HOST:PORT`, `[IPV6]:PORT`, each also behind `PROTOCOL://`; the port is Kafka's own, 9092, where none is
    /// said. `nil` for what is none of these.
    package init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        var port: Substring?
        if rest.hasPrefix("["), let close = rest.firstIndex(of: "]") {
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            let tail = rest[rest.index(after: close)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            if !tail.isEmpty { port = tail.dropFirst() }
        } else {
            let colon = rest.firstIndex(of: ":") ?? rest.endIndex
            host = String(rest[..<colon])
            if colon < rest.endIndex { port = rest[rest.index(after: colon)...] }
        }
        guard !host.isEmpty, let number = port.map({ UInt16($0) }) ?? 9_092, number > 0 else { return nil }
        self.port = number
    }
}
