package import Kerberos

extension KafkaConfiguration {
    /// A property's value with what it refers to looked up; an empty one is as good as none.
    package func value(of name: String) throws(KafkaError) -> String? {
        guard let property = properties.last(where: { $0.name == name }) else { return nil }
        let value = try Self.resolved(property)
        return value.isEmpty ? nil : value
    }

    /// In capitals, as `SASL_SSL`; without authentication and TLS where nothing is said.
    package func securityProtocol() throws(KafkaError) -> String {
        try value(of: "security.protocol")?.uppercased() ?? "PLAINTEXT"
    }

    /// `nil` where nobody has to say who they are.
    package func mechanism() throws(KafkaError) -> String? {
        guard try securityProtocol().hasPrefix("SASL_") else { return nil }
        // Two names of one property; the last one set holds.
        let names = ["sasl.mechanism", "sasl.mechanisms"]
        let last = properties.last { names.contains($0.name) }
        return try last.map { property throws(KafkaError) in try Self.resolved(property).uppercased() } ?? "GSSAPI"
    }

    /// Who it is for Kerberos; `nil` for other mechanisms, and where `sasl.kerberos.kinit.cmd` is to get the tickets.
    package func kerberosIdentity() throws(KafkaError) -> KerberosIdentity? {
        guard try mechanism() == "GSSAPI", self["sasl.kerberos.kinit.cmd"] == nil else { return nil }
        return KerberosIdentity(
            principal: try value(of: "sasl.kerberos.principal"), keytab: try value(of: "sasl.kerberos.keytab"),
            configuration: krb5Configuration)
    }

    /// Has the Kerberos library get the tickets from the keytab, in place of librdkafka's calls of `kinit`.
    mutating func adoptKerberosIdentity() throws(KafkaError) {
        guard let identity = try kerberosIdentity() else { return }
        do throws(KerberosError) { try identity.adopt() } catch {
            throw KafkaError(.authentication, "use Kerberos", error.detail)
        }
        self["sasl.kerberos.min.time.before.relogin"] = "0"
    }
}
