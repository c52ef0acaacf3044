package import Kerberos

/// One thing that was looked at between this machine and a Kafka server, and what came out.
package struct KafkaFinding: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Fault: Hashable, Sendable {
        case configuration
        case hostUnknown, connectionRefused, timedOut, unreachable
        case notTLS, wantsTLS
        case certificateUntrusted, certificateExpired, certificateNotYetValid, certificateHost
        case clientCertificateMissing, clientCertificateRefused, clientCertificateUnusable
        case tls
        /// Something answers, and not as Kafka does.
        case notKafka
        /// The server wants to know who asks, and was not told, or does not ask and was told.
        case wantsAuthentication, wantsNoAuthentication
        case mechanismNotOffered
        /// Debian's package with the SASL library's part for Kerberos is not installed.
        case kerberosPluginMissing
        case kerberos(KerberosError.Code)
        /// The server does not take the Kerberos ticket.
        case ticketRefused
        /// A wrong user or password.
        case credentialsRefused
        case notAuthorized
        /// The user may not read as this group.
        case groupNotAllowed
        /// The topic has another name since the survey's schema is another.
        case topicReplaced
        case tooManyWorkers
        /// The group's next messages are no longer there.
        case messagesLost
        case clock
        /// The schema of the topic's packets is not at hand.
        case schemaMissing
        case other
    }

    /// Whether it keeps anything from working.
    package enum Verdict: Hashable, Sendable {
        case works
        /// Works, and a person may want to know this.
        case note
        case wrong(Fault)
    }

    /// Whether it works.
    package let verdict: Verdict
    /// In plain words, without secrets.
    package let text: String

    /// What is wrong; `nil` where nothing is.
    package var fault: Fault? { if case .wrong(let fault) = verdict { fault } else { nil } }

    package var description: String {
        switch verdict {
        case .works: "ok     \(text)"
        case .note: "note   \(text)"
        case .wrong: "wrong  \(text)"
        }
    }

    static func works(_ text: String) -> Self { Self(verdict: .works, text: text) }
    static func note(_ text: String) -> Self { Self(verdict: .note, text: text) }
}

/// A finding that ends a way of looking.
struct KafkaFault: Error {
    let fault: KafkaFinding.Fault
    let text: String

    init(_ fault: KafkaFinding.Fault, _ text: String) {
        self.fault = fault
        self.text = text
    }

    var finding: KafkaFinding { KafkaFinding(verdict: .wrong(fault), text: text) }
}
