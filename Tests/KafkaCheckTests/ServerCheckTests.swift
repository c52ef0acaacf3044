import CKafka
import Foundation
import Kafka
import KafkaCheck
import TestServers
import TestSupport
import Testing

/// Each thing that can be wrong between here and a server, made so on purpose. What Kerberos adds is in IntegrationTests, since
/// a process has one Kerberos identity.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct ServerCheckTests {
    private let server: KafkaServer
    private let certificates: Certificates

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        server = try KafkaServer()
        certificates = try Certificates(in: server.folder)
    }

    private func check(
        _ address: String, _ properties: [String: String] = [:], topic: String? = nil
    ) throws -> (faults: [KafkaFinding.Fault], text: String) {
        var configuration = KafkaConfiguration(brokers: address)
        for (name, value) in properties { configuration[name] = value }
        var findings: [KafkaFinding] = []
        let isWell = ServerCheck(configuration, topic: try topic.map { try KafkaTopicName($0) }).run {
            findings.append($0)
        }
        let faults = findings.compactMap(\.fault)
        #expect(isWell == faults.isEmpty)
        return (faults, findings.map(\.description).joined(separator: "\n"))
    }

    private func sasl(_ mechanism: String, _ password: String, tls: Bool = false) -> [String: String] {
        [
            "security.protocol": tls ? "SASL_SSL" : "SASL_PLAINTEXT", "sasl.mechanism": mechanism,
            "sasl.username": "reader", "sasl.password": password,
        ]
    }

    // MARK: - The way to the server

    @Test func aServerWithoutAuthentication() throws {
        let none = try check(server.address, topic: "night")
        #expect(none.faults == [] && none.text.contains("there is no topic night yet"), "\(none)")
        try KafkaAdmin(server.configuration).create(topic: "night", partitions: 2)
        let empty = try check(server.address, topic: "night")
        #expect(empty.faults == [] && empty.text.contains("night is there, but empty"), "\(empty)")
        try server.send("night", partitions: 2, numbers: 0..<7)
        let full = try check(server.address, topic: "^ni")
        #expect(full.faults == [] && full.text.contains("night: 7 messages in 2 partitions"), "\(full)")
    }

    @Test func addressesThatLeadNowhere() throws {
        // RFC 6761: no name under .invalid ever resolves.
        let unknown = try check("nobody.invalid:9092")
        #expect(unknown.faults == [.hostUnknown] && unknown.text.contains("the name nobody.invalid is not known here"))
        let refused = try check("127.0.0.1:\(try Ports.free())")
        #expect(refused.faults == [.connectionRefused] && refused.text.contains("refuses the connection"))
        let odd = try check("127.0.0.1:x")
        #expect(odd.faults == [.configuration] && odd.text.contains("HOST:PORT"), "\(odd)")
        // One of two is enough to go on, but the other is told.
        let half = try check("127.0.0.1:\(try Ports.free()),\(server.address)", topic: "none")
        #expect(half.faults == [.connectionRefused] && half.text.contains("no topic none yet"), "\(half)")
    }

    /// Something on a port that is no Kafka server, said in Python; it prints a line when it is so far.
    private func start(_ script: String) throws -> (process: ServerProcess, port: UInt16) {
        let port = try Ports.free()
        let log = server.folder.file("other-\(port).log")
        let process = try ServerProcess(
            [try #require(PythonEnvironment.interpreter), "-uc", script, String(port)], log: URL(filePath: log))
        try process.wait { FileManager.default.contents(atPath: log)?.isEmpty == false }
        return (process, port)
    }

    @Test func somethingElseThatListens() throws {
        // An SSH server's greeting, and no more.
        let other = try start(
            """
            import socket, sys
            listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
            print("listens")
            while True: listener.accept()[0].sendall(b"SSH-2.0-OpenSSH_9.2\\r\\n")
            """)
        defer { other.process.kill() }
        let found = try check("127.0.0.1:\(other.port)")
        #expect(found.faults == [.notKafka] && found.text.contains("does not answer as a Kafka server"), "\(found)")
    }

    @Test func aPortThatDoesNotAnswer() throws {
        // Linux drops a connection that a full queue has no room for, as a firewall does.
        let other = try start(
            """
            import socket, sys, time
            listener = socket.socket()
            listener.bind(("127.0.0.1", int(sys.argv[1])))
            listener.listen(0)
            held = [socket.socket() for _ in range(3)]
            for each in held: each.setblocking(False); each.connect_ex(listener.getsockname())
            print("full")
            time.sleep(600)
            """)
        defer { other.process.kill() }
        let found = try check("127.0.0.1:\(other.port)")
        #expect(found.faults == [.timedOut] && found.text.contains("a firewall keeps the port closed"), "\(found)")
    }

    @Test func propertiesThatMakeNoSense() throws {
        let wrong = try check(server.address, ["fetch.min.bytes": "many"])
        #expect(wrong.faults == [.configuration] && wrong.text.contains("fetch.min.bytes"), "\(wrong)")
    }

    // MARK: - TLS

    @Test func certificatesOfTheServer() throws {
        try certificates.make("good", host: "localhost")
        try certificates.make("other", host: "elsewhere")
        try certificates.make("old", host: "localhost", daysAgo: 30)
        func gate(_ name: String) throws -> SaslGate {
            try SaslGate(
                server, ["--certificate", certificates.certificate(name), "--key", certificates.key(name)])
        }
        let trusting = ["security.protocol": "SSL", "ssl.ca.location": certificates.authority]
        let good = try gate("good")
        let well = try check(good.address, trusting, topic: "none")
        #expect(well.faults == [] && well.text.contains("with a certificate that is trusted"), "\(well)")
        let untrusted = try check(good.address, ["security.protocol": "SSL"])
        #expect(untrusted.faults == [.certificateUntrusted] && untrusted.text.contains("ssl.ca.location"))
        let noFile = try check(good.address, ["security.protocol": "SSL", "ssl.ca.location": "/nowhere.pem"])
        #expect(noFile.faults == [.configuration] && noFile.text.contains("/nowhere.pem"), "\(noFile)")
        let plain = try check(good.address)
        #expect(plain.faults == [.wantsTLS] && plain.text.contains("set security.protocol to SSL"), "\(plain)")
        let hostGate = try gate("other")
        let host = try check(hostGate.address, trusting)
        #expect(host.faults == [.certificateHost] && host.text.contains("made out for another name"), "\(host)")
        let expiredGate = try gate("old")
        let expired = try check(expiredGate.address, trusting)
        #expect(expired.faults == [.certificateExpired] && expired.text.contains("has expired"), "\(expired)")
        let plainGate = try SaslGate(server, ["--mechanism", "PLAIN"])
        let noTLS = try check(plainGate.address, trusting)
        #expect(noTLS.faults == [.notTLS] && noTLS.text.contains("PLAINTEXT"), "\(noTLS)")
    }

    @Test func certificatesOfTheClient() throws {
        try certificates.make("server", host: "localhost")
        try certificates.make("client", host: "client")
        try certificates.makeAlone("stranger")
        let gate = try SaslGate(
            server,
            [
                "--certificate", certificates.certificate("server"), "--key", certificates.key("server"),
                "--client-ca", certificates.authority,
            ])
        func check(_ certificate: String?, _ key: String? = nil) throws -> (faults: [KafkaFinding.Fault], text: String)
        {
            var properties = ["security.protocol": "SSL", "ssl.ca.location": certificates.authority]
            properties["ssl.certificate.location"] = certificate.map { certificates.certificate($0) }
            properties["ssl.key.location"] = (key ?? certificate).map { certificates.key($0) }
            return try self.check(gate.address, properties, topic: "none")
        }
        let well = try check("client")
        #expect(well.faults == [] && well.text.contains("no topic none yet"), "\(well)")
        let missing = try check(nil)
        #expect(missing.faults == [.clientCertificateMissing] && missing.text.contains("ssl.certificate.location"))
        let untrusted = try check("stranger")
        #expect(
            untrusted.faults == [.clientCertificateRefused] && untrusted.text.contains("does not accept the client's"),
            "\(untrusted)")
        let mixed = try check("client", "stranger")
        #expect(mixed.faults == [.clientCertificateUnusable], "\(mixed)")
    }

    // MARK: - Who one is

    @Test(arguments: ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"], [false, true])
    func passwords(mechanism: String, tls: Bool) throws {
        var words = ["--mechanism", mechanism, "--user", "reader:tiger"]
        if tls {
            try certificates.make("server", host: "localhost")
            words += ["--certificate", certificates.certificate("server"), "--key", certificates.key("server")]
        }
        let gate = try SaslGate(server, words)
        func check(_ password: String) throws -> (faults: [KafkaFinding.Fault], text: String) {
            let properties = sasl(mechanism, password, tls: tls)
            return try self.check(
                gate.address, properties.merging(["ssl.ca.location": certificates.authority]) { $1 }, topic: "none")
        }
        let right = try check("tiger")
        #expect(right.faults == [] && right.text.contains("no topic none yet"), "\(right)")
        #expect(!gate.letIn.isEmpty && gate.letIn.allSatisfy { $0 == "reader" })
        let wrong = try check("leopard")
        #expect(wrong.faults == [.credentialsRefused] && wrong.text.contains("the password is wrong"), "\(wrong)")
        #expect(!wrong.text.contains("leopard"))
    }

    @Test func mechanismsThatAreNotOffered() throws {
        let gate = try SaslGate(server, ["--mechanism", "SCRAM-SHA-512", "--user", "reader:tiger"])
        let other = try check(gate.address, sasl("PLAIN", "tiger"))
        #expect(other.faults == [.mechanismNotOffered] && other.text.contains("but SCRAM-SHA-512"), "\(other)")
        let nobody = try check(gate.address)
        #expect(nobody.faults == [.wantsAuthentication] && nobody.text.contains("SASL_PLAINTEXT"), "\(nobody)")
    }

    @Test("a secret that a server repeats is not shown") func repeated() throws {
        let secret = try server.folder.write("reader\n".utf8, to: "user")
        var properties = sasl("PLAIN", "Invalid")
        properties["sasl.username"] = "${file:\(secret)}"
        let gate = try SaslGate(server, ["--mechanism", "PLAIN", "--user", "other:tiger"])
        // The server's words are "Invalid username or password".
        let found = try check(gate.address, properties)
        #expect(found.text.contains("(hidden) username") && !found.text.contains("Invalid"), "\(found)")
    }

    // MARK: - What one may

    @Test("a topic that is not for everybody, of a server that asks nobody who they are") func permissions() throws {
        // librdkafka's own server in the process, since the real one knows no permissions and takes any password.
        var reason = [CChar](repeating: 0, count: 512)
        let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &reason, reason.count))
        defer { rd_kafka_destroy(client) }
        let cluster = try #require(rd_kafka_mock_cluster_new(client, 1))
        defer { rd_kafka_mock_cluster_destroy(cluster) }
        rd_kafka_mock_topic_set_error(cluster, "night", RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        let address = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        let found = try check(address, topic: "night")
        #expect(found.faults == [.notAuthorized] && found.text.contains("may not see the topic night"), "\(found)")
        let asked = try check(address, sasl("PLAIN", "x"))
        #expect(asked.faults == [.wantsNoAuthentication] && asked.text.contains("security.protocol to PLAINTEXT"))
    }
}
