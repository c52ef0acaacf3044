import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// Kerberos in front of Kafka, all of it real: a KDC, a gate that takes its tickets, and the command, each its own process.
@Suite(
    .serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"),
    .enabled(if: KerberosRealm.isThere, "\(KerberosRealm.skipped)"))
struct AuthenticationTests {
    private let realm: KerberosRealm
    private let server: KafkaServer

    init() throws {
        realm = try KerberosRealm()
        server = try KafkaServer()
        try realm.key(of: "kafka/localhost", in: "service.keytab")
    }

    private func gate(_ environment: [String: String] = [:], port: UInt16? = nil) throws -> SaslGate {
        let own = ["KRB5_CONFIG": realm.configuration, "KRB5_KTNAME": "FILE:\(realm.folder.file("service.keytab"))"]
        return try SaslGate(
            server, port: port, ["--mechanism", "GSSAPI"], environment: own.merging(environment) { $1 })
    }

    private func options(keytab: String? = nil, principal: String? = nil, configuration: String? = nil) -> [String] {
        var words = ["--kafka-property", "security.protocol=SASL_PLAINTEXT"]
        if let keytab { words += ["--kafka-property", "sasl.kerberos.keytab=\(keytab)"] }
        if let principal { words += ["--kafka-property", "sasl.kerberos.principal=\(principal)"] }
        return words + ["--krb5-conf", configuration ?? realm.configuration]
    }

    private func check(
        _ address: String, _ words: [String], environment: [String: String] = [:]
    ) throws -> NightjarProcess.Outcome {
        try NightjarProcess(["kafka", "check", "kafka://\(address)/"] + words, environment: environment)
            .outcome()
    }

    /// Sends alerts to a topic, past the gate.
    private func send(_ candids: ClosedRange<Int64>, to topic: String) throws {
        let producer = try KafkaProducer(KafkaConfiguration(brokers: server.address))
        for candid in candids {
            try producer.send(topic: topic, payload: try SmallPacket(candid: candid).container()[...])
        }
        try producer.flush()
    }

    @Test("takes a stream and publishes through the gate, by the keytab alone")
    func wholeWay() throws {
        // Two principals in one keytab: the second is asked for.
        let keytab = try realm.key(of: "other", "reader", in: "two.keytab")
        let gate = try gate()
        let folder = try TemporaryFolder()
        try send(1...20, to: "night")
        let outcome = try NightjarProcess(
            [
                "run", "kafka://\(gate.address)/night", "--data", folder.file("data"), "--publish",
                "kafka://\(gate.address)/", "--no-fits", "--json",
            ] + options(keytab: keytab, principal: "reader@\(realm.name)")
        ).outcome()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try RunReport(outcome).stored == 20)
        #expect(!gate.letIn.isEmpty && gate.letIn.allSatisfy { $0 == "reader@\(realm.name)" }, "\(gate.letIn)")
        let published = try KafkaAdmin(KafkaConfiguration(brokers: server.address))
            .readiness(of: KafkaTopicName("ztf_alert_data"))
        #expect(published.isReady)
        let well = try check(gate.address, options(keytab: keytab, principal: "reader"))
        #expect(well.status == 0 && well.output.contains("Kerberos: the KDC gives reader@\(realm.name)"), "\(well)")
        #expect(well.output.contains("GSSAPI: the server lets this client in"))
    }

    @Test("what a keytab can lack is said in words")
    func keytabs() throws {
        let gate = try gate()
        let old = try realm.key(of: "reader", in: "reader.keytab")
        let copy = try realm.folder.write(Data(contentsOf: URL(filePath: old)), to: "old.keytab")
        let keytab = try realm.key(of: "reader", in: "new.keytab")
        let gone = try realm.key(of: "gone", in: "gone.keytab")
        try realm.forget("gone")
        let text = try realm.folder.write("hello".utf8, to: "text")
        let cases: [([String], String)] = [
            (options(keytab: "/nowhere/x.keytab"), "there is no keytab /nowhere/x.keytab"),
            (options(keytab: text), "\(text) is no keytab"),
            (
                options(keytab: keytab, principal: "nobody"),
                "has no key for nobody@\(realm.name); it has reader@\(realm.name)"
            ),
            (options(keytab: copy), "the keytab's key for reader@\(realm.name) is not the one that the KDC has"),
            (options(keytab: gone), "does not know the principal gone@\(realm.name)"),
            (options(), "there is no ticket, and no keytab"),
        ]
        for (words, expected) in cases {
            let outcome = try check(gate.address, words, environment: ["KRB5CCNAME": "FILE:/nowhere/cache"])
            #expect(outcome.status == 1 && outcome.output.contains("wrong  Kerberos: "), "\(outcome)")
            #expect(outcome.output.contains(expected), "\(outcome)")
        }
        #expect(gate.letIn.isEmpty)
        // A run says it as well, and ends.
        let folder = try TemporaryFolder()
        let run = try NightjarProcess(
            ["run", "kafka://\(gate.address)/night", "--data", folder.file("data")]
                + options(keytab: keytab, principal: "nobody")
        ).outcome()
        #expect(run.status == 1 && run.errors.contains("has no key for nobody@\(realm.name)"), "\(run)")
    }

    @Test("what krb5.conf and the KDC can lack is said in words")
    func realms() throws {
        let gate = try gate()
        let keytab = try realm.key(of: "reader", in: "reader.keytab")
        let unknown = try realm.folder.write(
            realm.configuration(kdc: 1, realm: "OTHER.TEST").utf8, to: "unknown.conf")
        func said(_ configuration: String? = nil) throws -> String {
            let outcome = try check(gate.address, options(keytab: keytab, configuration: configuration))
            #expect(outcome.status == 1)
            return outcome.output
        }
        #expect(
            try said("/nowhere/krb5.conf").contains("/nowhere/krb5.conf, which says where the realm's KDC is, cannot"))
        #expect(try said(unknown).contains("does not say where the KDC of the realm \(realm.name) is"))
        // By this name Kerberos does not know the server.
        let byNumber = try check("127.0.0.1:\(gate.port)", options(keytab: keytab))
        #expect(byNumber.status == 1 && byNumber.output.contains("does not know the service kafka/127.0.0.1@"))
        try realm.start(ahead: 3_600)
        #expect(try said().contains("behind the KDC's; 300 s are allowed: set the clock"))
        realm.stop()
        #expect(try said().contains("no KDC of \(realm.name) answers"))
    }

    @Test("a server that does not take the ticket says why")
    func refusals() throws {
        let keytab = try realm.key(of: "reader", in: "reader.keytab")
        let late = try gate(KerberosRealm.clock(ahead: -7_200))
        let clock = try check(late.address, options(keytab: keytab))
        #expect(clock.status == 1 && clock.output.contains("the server's clock and the KDC's are too far apart"))
        let stale = try gate()
        try realm.key(of: "kafka/localhost", in: "newer.keytab")
        let key = try check(stale.address, options(keytab: keytab))
        #expect(
            key.status == 1 && key.output.contains("wrong  GSSAPI: the Kerberos ticket does not let this client in"),
            "\(key)")
        let plugin = try check(
            stale.address, options(keytab: keytab), environment: ["SASL_PATH": realm.folder.path])
        #expect(
            plugin.status == 1 && plugin.output.contains("install Debian's package libsasl2-modules-gssapi-mit"),
            "\(plugin)")
        #expect(late.letIn.isEmpty && stale.letIn.isEmpty)
    }

    @Test("a run outlives its ticket")
    func renewal() throws {
        let realm = try KerberosRealm(life: 4)
        let service = try realm.key(of: "kafka/localhost", in: "service.keytab")
        let keytab = try realm.key(of: "reader", in: "reader.keytab")
        let environment = ["KRB5_CONFIG": realm.configuration, "KRB5_KTNAME": "FILE:\(service)"]
        var gate = try SaslGate(server, ["--mechanism", "GSSAPI"], environment: environment)
        let folder = try TemporaryFolder()
        try send(1...5, to: "night")
        let run = try NightjarProcess(
            [
                "run", "kafka://\(gate.address)/night", "--data", folder.file("data"), "--follow", "--no-fits",
                "--json",
                "--krb5-conf", realm.configuration, "--kafka-property", "security.protocol=SASL_PLAINTEXT",
                "--kafka-property", "sasl.kerberos.keytab=\(keytab)",
            ])
        #expect(wait { run.errors.contains("assigned night") })
        // Its ticket must be over before the gate comes back: the KDC gave it 4 s.
        gate.close()
        try realm.waitForExpiry(of: "reader", keytab: keytab)
        gate = try SaslGate(server, port: gate.port, ["--mechanism", "GSSAPI"], environment: environment)
        try send(6...9, to: "night")
        #expect(wait { run.errors.contains("is back") }, "\(run.errors)")
        #expect(wait { (try? messages(in: folder)) == 9 }, "\(run.errors)")
        run.interrupt()
        #expect(try run.outcome().status == 0)
        #expect(gate.letIn.contains("reader@\(realm.name)"))
    }

    private func messages(in folder: TemporaryFolder) throws -> Int {
        try NightjarProcess.run("topic", "ztf_alert_data", "--data", folder.file("data")).lines.count
    }

    private func wait(seconds: Double = 300, until holds: () -> Bool) -> Bool {
        let deadline = Date.now + seconds
        while !holds() {
            guard Date.now < deadline else { return false }
            usleep(50_000)
        }
        return true
    }
}
