internal import Kafka
internal import Foundation
internal import Kerberos

/// Says which fault librdkafka means when it says that a server did not let it in.
enum LoginFault {
    static func of(_ error: KafkaError, _ mechanism: String?, _ configuration: KafkaConfiguration) -> KafkaFault {
        let reason = what(error.detail)
        guard error.code == .authentication else { return KafkaFault(.tls, "TLS: \(reason)") }
        if reason.contains("No worthy mechs") || reason.contains("no mechanism available") {
            return KafkaFault(
                .kerberosPluginMissing,
                "the SASL library has no \(mechanism ?? "GSSAPI") here: install Debian's package libsasl2-modules-gssapi-mit"
            )
        }
        switch mechanism {
        case "GSSAPI":
            let isClock =
                reason.contains("not yet valid") || reason.contains("Clock skew") || reason.contains("expired")
            return KafkaFault(
                isClock ? .kerberos(.clockSkew) : .ticketRefused,
                "GSSAPI: the Kerberos ticket does not let this client in: \(minor(reason))"
                    + (isClock ? "; the server's clock and the KDC's are too far apart" : ""))
        case let mechanism?:
            return KafkaFault(
                .credentialsRefused,
                "\(mechanism): the server does not know the user, or the password is wrong: \(reason)")
        case nil: return KafkaFault(.wantsAuthentication, reason)
        }
    }

    /// A server that just closed the connection while it was to find out who asks.
    static func broken(_ reason: String, _ mechanism: String?) -> KafkaFault {
        KafkaFault(
            mechanism == "GSSAPI" ? .ticketRefused : .credentialsRefused,
            "\(mechanism ?? ""): the server closes the connection instead of letting this client in: \(what(reason))")
    }

    /// What GSSAPI calls the minor code is the reason.
    private static func minor(_ reason: String) -> String {
        guard let begin = reason.range(of: "more information (", options: .backwards),
            let end = reason[begin.upperBound...].lastIndex(of: ")")
        else { return reason }
        return String(reason[begin.upperBound..<end])
    }

    /// Without the connection's name before it, and how long it took behind it.
    private static func what(_ reason: String) -> String {
        var text = reason[...]
        if text.contains("://"), let end = text.range(of: ": ") { text = text[end.upperBound...] }
        if let tail = text.range(of: " (after ", options: .backwards) { text = text[..<tail.lowerBound] }
        return String(text)
    }
}
