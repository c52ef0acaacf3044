internal import Kafka

/// Speaks with one server as far as one can without saying who one is: TCP, TLS, and Kafka's own first words.
///
/// librdkafka reports a failed connection in a line of text; the few requests here show which of its many causes it is.
/// Source of the requests: Kafka protocol guide, ApiVersions 0, SaslHandshake 1, Metadata 1.
struct ServerProbe {
    private enum Channel {
        case plain(ServerConnection)
        case tls(TLSConnection)
    }

    private static let (metadata, handshake, versions): (Int16, Int16, Int16) = (3, 17, 18)
    /// What Kafka answers to a handshake on a port without authentication (ILLEGAL_SASL_STATE).
    private static let illegalState: Int16 = 34
    /// Answers are short; what claims to be longer is none.
    private static let longestAnswer = 1 << 20

    let server: KafkaServerAddress
    let usesTLS: Bool
    let mechanism: String?
    let settings: TLSSettings

    /// Goes as far as it can.
    ///
    /// - Returns: What works, in words.
    /// - Throws: The first thing that does not.
    func run() throws(KafkaFault) -> String {
        let channel = try open()
        if usesTLS, settings.hasOtherCertificate { return "\(server) answers in TLS" }
        let keys = try versions(channel)
        let certificate = settings.verifies ? "a certificate that is trusted" : "a certificate that is not looked at"
        let tls = usesTLS ? "in TLS, with \(certificate)" : "without TLS"
        guard let mechanism else {
            // Zero topics: a server that wants to know who asks closes the connection instead.
            guard ask(channel, Self.metadata, version: 1, [0, 0, 0, 0]) != nil else {
                throw KafkaFault(
                    .wantsAuthentication,
                    "\(server) wants authentication: set security.protocol to SASL_PLAINTEXT or SASL_SSL, and sasl.mechanism"
                )
            }
            return "\(server) is a Kafka server, \(tls), and asks for no authentication"
        }
        guard keys.contains(Self.handshake) else { throw wantsNone }
        try shakeHands(channel, mechanism)
        return "\(server) is a Kafka server, \(tls), and offers \(mechanism)"
    }

    private func open() throws(KafkaFault) -> Channel {
        guard usesTLS else { return .plain(try ServerConnection(to: server)) }
        do throws(KafkaFault) {
            return .tls(try TLSConnection(ServerConnection(to: server), server, settings))
        } catch {
            guard error.fault == .notTLS else { throw error }
            let isKafka = try? versions(.plain(try ServerConnection(to: server)))
            let other = mechanism == nil ? "PLAINTEXT" : "SASL_PLAINTEXT"
            let hint =
                isKafka == nil
                ? "" : ", but as Kafka without it: set security.protocol to \(other), or take the port that has TLS"
            throw KafkaFault(.notTLS, error.text + hint)
        }
    }

    /// The kinds of requests that the server takes.
    private func versions(_ channel: Channel) throws(KafkaFault) -> Set<Int16> {
        guard let answer = ask(channel, Self.versions, version: 0, []), let keys = Self.keys(answer) else {
            if case .plain = channel, speaksTLS() {
                throw KafkaFault(
                    .wantsTLS,
                    "\(server) wants TLS: set security.protocol to \(mechanism == nil ? "SSL" : "SASL_SSL")")
            }
            throw KafkaFault(.notKafka, "something listens at \(server), but it does not answer as a Kafka server does")
        }
        return keys
    }

    private func speaksTLS() -> Bool {
        do throws(KafkaFault) {
            _ = try TLSConnection(ServerConnection(to: server), server, settings)
            return true
        } catch {
            // Any fault but these is one of certificates, and so of TLS.
            return ![.notTLS, .tls, .connectionRefused, .timedOut, .unreachable].contains(error.fault)
        }
    }

    private static func keys(_ answer: [UInt8]) -> Set<Int16>? {
        var reader = AnswerReader(answer)
        guard reader.int16() == 0, let count = reader.int32(), 0..<1_000 ~= count else { return nil }
        var keys: Set<Int16> = []
        for _ in 0..<count {
            guard let key = reader.int16(), reader.int32() != nil else { return nil }
            keys.insert(key)
        }
        return keys
    }

    private var wantsNone: KafkaFault {
        KafkaFault(
            .wantsNoAuthentication,
            "\(server) takes no authentication: set security.protocol to \(usesTLS ? "SSL" : "PLAINTEXT")")
    }

    private func shakeHands(_ channel: Channel, _ mechanism: String) throws(KafkaFault) {
        let name = Array(mechanism.utf8)
        let body = [UInt8(truncatingIfNeeded: name.count >> 8), UInt8(truncatingIfNeeded: name.count)] + name
        guard let answer = ask(channel, Self.handshake, version: 1, body) else {
            throw KafkaFault(.mechanismNotOffered, "\(server) closes the connection when it is asked for \(mechanism)")
        }
        var reader = AnswerReader(answer)
        let code = reader.int16()
        guard code != 0 else { return }
        guard code != Self.illegalState else { throw wantsNone }
        var offered: [String] = []
        for _ in 0..<min(100, reader.int32() ?? 0) { offered += reader.text().map { [$0] } ?? [] }
        throw KafkaFault(
            .mechanismNotOffered,
            "\(server) does not offer the mechanism \(mechanism), but "
                + (offered.isEmpty ? "none" : offered.joined(separator: ", ")) + ": set sasl.mechanism")
    }

    /// Sends a request; its answer's body, or `nil` where the server closes the connection or answers something else.
    private func ask(_ channel: Channel, _ key: Int16, version: Int16, _ body: [UInt8]) -> [UInt8]? {
        let correlation: [UInt8] = [0, 0, 0x4E, 0x6A]
        // Without a client's name, which has the length -1.
        let head = [0, UInt8(key), 0, UInt8(version)] + correlation + [0xFF, 0xFF]
        let length = head.count + body.count
        guard send(channel, [0, 0, UInt8(length >> 8), UInt8(length & 0xFF)] + head + body),
            let size = receive(channel, 4)
        else { return nil }
        let count = size.reduce(0) { $0 << 8 | Int($1) }
        guard 4...Self.longestAnswer ~= count, let answer = receive(channel, count),
            answer.starts(with: correlation)
        else { return nil }
        return Array(answer.dropFirst(4))
    }

    private func send(_ channel: Channel, _ bytes: [UInt8]) -> Bool {
        switch channel {
        case .plain(let connection): connection.send(bytes)
        case .tls(let connection): connection.send(bytes)
        }
    }

    private func receive(_ channel: Channel, _ count: Int) -> [UInt8]? {
        switch channel {
        case .plain(let connection): connection.receive(count)
        case .tls(let connection): connection.receive(count)
        }
    }
}

/// Reads numbers and texts as Kafka writes them.
private struct AnswerReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    private mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func int16() -> Int16? { next(2).map { $0.reduce(0) { $0 << 8 | Int16($1) } } }
    mutating func int32() -> Int32? { next(4).map { $0.reduce(0) { $0 << 8 | Int32($1) } } }

    mutating func text() -> String? {
        int16().flatMap { next(Int($0)) }.map { String(decoding: $0, as: UTF8.self) }
    }
}
