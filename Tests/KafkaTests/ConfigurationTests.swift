import Foundation
import Kafka
import Kerberos
import TestSupport
import Testing

@Test func secretsAreHidden() throws {
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    let secrets = [
        "sasl.password", "ssl.key.password", "ssl.key.pem", "sasl.oauthbearer.client.secret", "ssl.keystore.password",
        "sasl.oauthbearer.config",
    ]
    for name in secrets { configuration[name] = "tiger" }
    configuration["sasl.username"] = "reader"
    #expect(!"\(configuration)".contains("tiger"))
    #expect("\(configuration)".contains("sasl.username=reader"))
    configuration["sasl.password"] = "${env:NIGHTJAR_TEST_SECRET}"
    #expect("\(configuration)".contains("sasl.password=${env:NIGHTJAR_TEST_SECRET}"))
}

@Test func theLibraryJudgesProperties() {
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    configuration["no.such.thing"] = "1"
    // The words are librdkafka's.
    #expect { try configuration.validate() } throws: {
        "\($0)".contains(#"No such configuration property: "no.such.thing""#)
    }
    configuration["no.such.thing"] = nil
    configuration["fetch.min.bytes"] = "many"
    #expect { try configuration.validate() } throws: { "\($0)".contains("fetch.min.bytes") }
    configuration["fetch.min.bytes"] = "1"
    #expect(throws: Never.self) { try configuration.validate() }
    configuration["enable.auto.commit"] = "true"
    #expect { try KafkaConsumer(configuration, group: "g") } throws: { "\($0)".contains("enable.auto.commit") }
}

@Test func aRefusedSecretIsNotRepeated() {
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    configuration["security.protocol"] = "ssl"
    configuration["ssl.key.pem"] = "tiger"
    // No private key in PEM: librdkafka refuses the client.
    #expect {
        _ = try KafkaConsumer(configuration, group: nil)
    } throws: { error in
        (error as? KafkaError)?.code == .configuration && !"\(error)".contains("tiger")
    }
}

@Test("what stands elsewhere is not repeated, whatever the property is called")
func aReferredValueIsNotRepeated() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write(Array("tiger\n".utf8), to: "value")
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    for name in ["fetch.min.bytes", "security.protocol", "client.rack", "debug"] {
        configuration[name] = "${file:\(secret)}"
        #expect(!"\(configuration)".contains("tiger"))
        if name == "client.rack" { continue }
        #expect { try configuration.validate() } throws: {
            "\($0)".contains(name) && "\($0)".contains(secret) && !"\($0)".contains("tiger")
        }
        configuration[name] = nil
    }
    // librdkafka looks at this one when the client is made, and quotes it.
    configuration["security.protocol"] = "ssl"
    configuration["ssl.ca.location"] = "${file:\(secret)}"
    #expect { try KafkaConsumer(configuration, group: nil) } throws: {
        ($0 as? KafkaError)?.code == .configuration && !"\($0)".contains("tiger")
    }
    #expect(throws: KafkaError.self) { try configuration.set("tiger") }
}

@Test("who it is for Kerberos follows from the properties") func kerberosIdentity() throws {
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    #expect(try configuration.kerberosIdentity() == nil)
    configuration["security.protocol"] = "sasl_plaintext"
    // librdkafka's own standard is GSSAPI.
    #expect(try configuration.kerberosIdentity() == KerberosIdentity())
    configuration["sasl.kerberos.principal"] = "reader@REALM"
    configuration["sasl.kerberos.keytab"] = "/k"
    configuration.krb5Configuration = "/c"
    #expect(
        try configuration.kerberosIdentity()
            == KerberosIdentity(principal: "reader@REALM", keytab: "/k", configuration: "/c"))
    configuration["sasl.kerberos.kinit.cmd"] = "kinit -k"
    #expect(try configuration.kerberosIdentity() == nil)
    configuration["sasl.kerberos.kinit.cmd"] = nil
    // Both names are one property.
    configuration["sasl.mechanism"] = "GSSAPI"
    configuration["sasl.mechanisms"] = "SCRAM-SHA-256"
    #expect(try configuration.kerberosIdentity() == nil)
}

@Test func propertiesComeFromAFile() throws {
    let folder = try TemporaryFolder()
    let secret = try folder.write(Array("tiger\n".utf8), to: "secret")
    let file = try folder.write(
        Array(
            "# ours\n\n! theirs\n security.protocol = SASL_SSL\nsasl.password=${file:\(secret)}\nssl.ca.location=a=b\n"
                .utf8),
        to: "kafka.properties")
    var configuration = KafkaConfiguration(brokers: "127.0.0.1:9092")
    try configuration.read(file: file)
    #expect(configuration["security.protocol"] == "SASL_SSL")
    #expect(configuration["sasl.password"] == "${file:\(secret)}")
    #expect(configuration["ssl.ca.location"] == "a=b")
    #expect(throws: Never.self) { try configuration.validate() }
    configuration["sasl.password"] = "${file:\(folder.file("none"))}"
    #expect { try configuration.validate() } throws: { "\($0)".contains("none") }
    configuration["sasl.password"] = "${env:NIGHTJAR_TEST_UNSET}"
    #expect { try configuration.validate() } throws: { "\($0)".contains("no variable NIGHTJAR_TEST_UNSET") }

    let wrong = try folder.write(Array("a=1\nnonsense\n".utf8), to: "wrong.properties")
    #expect { try configuration.read(file: wrong) } throws: {
        "\($0)".contains("line 2") && !"\($0)".contains("nonsense")
    }
    #expect { try configuration.read(file: folder.file("gone")) } throws: { "\($0)".contains("gone") }
}

/// Each has a row in librdkafka 2.0's CONFIGURATION.md: global, for SASL, an alias, and of a topic.
@Test("knows librdkafka's properties by name") func knownNames() throws {
    let names = KafkaConfiguration.names
    for name in ["bootstrap.servers", "sasl.mechanisms", "sasl.mechanism", "ssl.key.pem", "enable.idempotence", "acks"]
    {
        #expect(names.contains(name), "\(name)")
    }
    #expect(names.count > 120 && names.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "." || $0 == "_" } })
}
