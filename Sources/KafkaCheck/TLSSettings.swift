internal import Kafka

/// What librdkafka's properties say of TLS, as far as files name it.
struct TLSSettings {
    /// A file or a folder of certificates to trust; `nil` for the system's.
    let authorities: String?
    /// Trusted beside it, in PEM.
    let authoritiesText: String?
    let certificate: String?
    let key: String?
    let keyPassword: String?
    let verifies: Bool
    let verifiesHost: Bool
    /// Whether the client's certificate is given in another way than by its files.
    let hasOtherCertificate: Bool

    init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        let authorities = try configuration.value(of: "ssl.ca.location")
        self.authorities = authorities == "probe" ? nil : authorities
        authoritiesText = try configuration.value(of: "ssl.ca.pem")
        certificate = try configuration.value(of: "ssl.certificate.location")
        key = try configuration.value(of: "ssl.key.location")
        keyPassword = try configuration.value(of: "ssl.key.password")
        verifies = try configuration.value(of: "enable.ssl.certificate.verification") != "false"
        verifiesHost = try configuration.value(of: "ssl.endpoint.identification.algorithm") != "none"
        let others = ["ssl.certificate.pem", "ssl.key.pem", "ssl.keystore.location", "ssl.engine.location"]
        hasOtherCertificate = others.contains { configuration[$0] != nil }
    }
}
