import Testing

@testable import Configuration

@Suite struct RedactionTests {
    /// Secrets among librdkafka's properties, https://github.com/confluentinc/librdkafka/blob/v2.0.2/CONFIGURATION.md
    @Test(
        "hides librdkafka's secrets",
        arguments: [
            "sasl.password", "ssl.key.password", "ssl.key.pem", "ssl.keystore.password", "ssl.certificate.pem",
            "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret", "sasl.jaas.config", "SASL.PASSWORD",
        ])
    func secret(name: String) { #expect(Redaction.isSecret(name)) }

    @Test(
        "shows the rest",
        arguments: [
            "sasl.username", "sasl.mechanism", "ssl.key.location", "ssl.ca.location", "sasl.kerberos.keytab",
            "security.protocol", "bootstrap.servers",
        ])
    func open(name: String) { #expect(!Redaction.isSecret(name)) }

    @Test(
        "hides users, passwords and signatures in addresses",
        arguments: [
            ("https://me:word@host:8081/a", "https://***@host:8081/a"),
            ("https://host/a.tar.gz?sig=word#x", "https://host/a.tar.gz?***"),
            ("https://a@b@host", "https://***@host"),
            ("kafka://h1:9092,h2:9092/topic", "kafka://h1:9092,h2:9092/topic"),
            ("https://host/a@b", "https://host/a@b"), ("night.tar.gz", "night.tar.gz"), ("-", "-"),
        ])
    func addresses(text: String, shown: String) { #expect(Redaction.shown(text) == shown) }

    /// Counted by hand.
    @Test(
        "counts the letters to change",
        arguments: [
            ("", "abc", 3), ("group", "gruop", 1), ("data", "dta", 1), ("kitten", "sitting", 3), ("same", "same", 0),
        ])
    func distance(first: String, second: String, expected: Int) {
        #expect(Suggestion.distance(first, second) == expected)
        #expect(Suggestion.distance(second, first) == expected)
    }
}
