internal import Kafka
internal import Foundation
internal import Kerberos

/// Says which fault librdkafka means when it tells that a server did not let it in.
enum LoginFault {
    static func of(_ error: KafkaError, _ mechanism: String?, _ configuration: KafkaConfiguration) -> KafkaFault {
        let said = what(error.detail)
        guard error.code == .authentication else { return KafkaFault(.tls, "TLS: \(said)") }
        if said.contains("No worthy mechs") || said.contains("no mechanism available") {
            return KafkaFault(
                .kerberosPluginMissing,
                "the SASL library has no \(mechanism ?? "GSSAPI") here: install Debian's package libsasl2-modules-gssapi-mit"
            )
        }
        switch mechanism {
        case "GSSAPI":
            let isClock = said.contains("not yet valid") || said.contains("Clock skew") || said.contains("expired")
            return KafkaFault(
                isClock ? .kerberos(.clockSkew) : .ticketRefused,
                "GSSAPI: the Kerberos ticket does not let this client in: \(minor(said))"
                    + (isClock ? "; the server's clock and the KDC's are too far apart" : ""))
        case let mechanism?:
            return KafkaFault(
                .credentialsRefused,
                "\(mechanism): the server does not know the user, or the password is wrong: \(said)")
        case nil: return KafkaFault(.wantsAuthentication, said)
        }
    }

    /// A server that just closed the connection while it was to find out who asks.
    static func broken(_ reason: String, _ mechanism: String?) -> KafkaFault {
        KafkaFault(
            mechanism == "GSSAPI" ? .ticketRefused : .credentialsRefused,
            "\(mechanism ?? ""): the server closes the connection instead of letting this client in: \(what(reason))")
    }

    /// What GSSAPI calls the minor code is the reason.
    private static func minor(_ words: String) -> String {
        guard let begin = words.range(of: "more information (", options: .backwards),
            let end = words[begin.upperBound...].lastIndex(of: ")")
        else { return words }
        return String(words[begin.upperBound..<end])
    }

    /// Without the connection's name before it, and how long it took behind it.
    private static func what(_ reason: String) -> String {
        var words = reason[...]
        if words.contains("://"), let end = words.range(of: ": ") { words = words[end.upperBound...] }
        if let tail = words.range(of: " (after ", options: .backwards) { words = words[..<tail.lowerBound] }
        return String(words)
    }
}
