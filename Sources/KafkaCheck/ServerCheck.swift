internal import Foundation
package import Kafka
internal import Kerberos

/// Goes the way from this machine to a topic step by step, and says what works and what is wrong.
package struct ServerCheck {
    private let configuration: KafkaConfiguration
    private let topic: KafkaTopicName?
    private let needs: StreamNeeds
    /// How long librdkafka may take to get in.
    private static let patience = Duration.seconds(20)

    /// A check of the way to a server, and to a topic where one is named, with what a run will want of it.
    package init(_ configuration: KafkaConfiguration, topic: KafkaTopicName?, needs: StreamNeeds = StreamNeeds()) {
        self.configuration = configuration
        self.topic = topic
        self.needs = needs
    }

    /// Looks.
    ///
    /// - Parameter report: Called with each finding as it comes; what is behind a fault is not looked at.
    /// - Returns: Whether nothing is wrong.
    package func run(report: (KafkaFinding) -> Void) -> Bool {
        var isWell = true
        let secrets = configuration.secrets
        func found(_ finding: KafkaFinding) {
            if finding.fault != nil { isWell = false }
            report(
                KafkaFinding(
                    verdict: finding.verdict, text: KafkaConfiguration.hiding(secrets, in: finding.text)))
        }
        do throws(KafkaFault) { try look(found) } catch { found(error.finding) }
        return isWell
    }

    private func look(_ report: (KafkaFinding) -> Void) throws(KafkaFault) {
        let settings: TLSSettings
        let mechanism: String?
        let usesTLS: Bool
        let servers: [KafkaServerAddress]
        do throws(KafkaError) {
            try configuration.validate()
            settings = try TLSSettings(configuration)
            mechanism = try configuration.mechanism()
            usesTLS = try configuration.securityProtocol().hasSuffix("SSL")
            let named = try configuration.value(of: "bootstrap.servers") ?? ""
            servers = try named.split(separator: ",").map { (text) throws(KafkaError) in
                guard let server = KafkaServerAddress(text.trimmingCharacters(in: .whitespaces)) else {
                    throw KafkaError(.configuration, "read properties", "\(text): a server is named as HOST:PORT")
                }
                return server
            }
        } catch { throw KafkaFault(.configuration, error.detail) }
        let reached = reach(servers, usesTLS, mechanism, settings, report)
        if mechanism == "GSSAPI" { report(try checkKerberos(reached)) }
        guard !reached.isEmpty else { return }
        let admin = try logIn(mechanism, report)
        checkOtherServers(admin.servers.filter { !servers.contains($0) }, report)
        if let topic { try check(topic, admin.client, report) }
    }

    /// Speaks with each of the servers; those that answered as they should.
    private func reach(
        _ servers: [KafkaServerAddress], _ usesTLS: Bool, _ mechanism: String?, _ settings: TLSSettings,
        _ report: (KafkaFinding) -> Void
    ) -> [KafkaServerAddress] {
        servers.filter { server in
            let probe = ServerProbe(server: server, usesTLS: usesTLS, mechanism: mechanism, settings: settings)
            do throws(KafkaFault) {
                report(.works(try probe.run()))
                return true
            } catch {
                report(error.finding)
                return false
            }
        }
    }

    // MARK: - Kerberos

    private func checkKerberos(_ servers: [KafkaServerAddress]) throws(KafkaFault) -> KafkaFinding {
        let identity: KerberosIdentity
        let service: String
        do throws(KafkaError) {
            guard let named = try configuration.kerberosIdentity() else {
                return .note("Kerberos: sasl.kerberos.kinit.cmd gets the ticket; it is not looked at")
            }
            identity = named
            service = try configuration.value(of: "sasl.kerberos.service.name") ?? "kafka"
        } catch { throw KafkaFault(.configuration, error.detail) }
        do throws(KerberosError) {
            try identity.adopt()
            let session = try KerberosSession()
            guard identity.keytab != nil else {
                return .works(
                    "Kerberos: the ticket of \(try session.owner()) is there; "
                        + "sasl.kerberos.keytab would renew it for as long as a run takes")
            }
            let ticket = try session.login(identity, service: service, hosts: servers.map(\.host))
            let ends = Date(timeIntervalSince1970: Double(ticket.ends)).formatted(.iso8601)
            return .works("Kerberos: the KDC gives \(ticket.principal) a ticket for \(service), until \(ends)")
        } catch { throw KafkaFault(.kerberos(error.code), "Kerberos: \(error.detail)") }
    }

    // MARK: - Login

    private func logIn(
        _ mechanism: String?, _ report: (KafkaFinding) -> Void
    ) throws(KafkaFault) -> (client: KafkaAdmin, servers: [KafkaServerAddress]) {
        let admin: KafkaAdmin
        do throws(KafkaError) { admin = try KafkaAdmin(configuration) } catch {
            throw KafkaFault(.configuration, error.detail)
        }
        let clock = ContinuousClock()
        let deadline = clock.now + Self.patience
        while true {
            do throws(KafkaError) {
                let servers = try admin.servers(timeout: .seconds(1))
                if let mechanism { report(.works("\(mechanism): the server lets this client in")) }
                return (admin, servers)
            } catch {
                var lost: String?
                for event in admin.news() {
                    switch event {
                    case .refused(_, let error): throw LoginFault.of(error, mechanism, configuration)
                    case .serverLost(_, let reason): lost = reason
                    default: break
                    }
                }
                if let lost, mechanism != nil { throw LoginFault.broken(lost, mechanism) }
                guard clock.now < deadline else {
                    throw KafkaFault(.timedOut, "the server does not let this client in: \(error.detail)")
                }
            }
        }
    }

    /// Servers send their clients on to addresses of their own choice.
    private func checkOtherServers(_ servers: [KafkaServerAddress], _ report: (KafkaFinding) -> Void) {
        for server in servers {
            do throws(KafkaFault) {
                _ = try ServerConnection(to: server)
                report(.works("\(server), where the server sends its clients, takes connections"))
            } catch {
                let text = "the server sends its clients to \(server) (its advertised.listeners), but: \(error.text)"
                report(KafkaFinding(verdict: .wrong(error.fault), text: text))
            }
        }
    }

    // MARK: - Topic

    private func check(
        _ topic: KafkaTopicName, _ admin: KafkaAdmin, _ report: (KafkaFinding) -> Void
    ) throws(KafkaFault) {
        do throws(KafkaError) {
            let found = try admin.readiness(of: topic, timeout: .seconds(10))
            let waits = "; 'nightjar kafka ready --wait' waits for messages"
            report(found.isReady ? .works(found.summary) : .note(found.summary + waits))
            var stream = StreamCheck(configuration, admin, needs)
            defer { for finding in stream.findings { report(finding) } }
            try stream.check(topic)
        } catch {
            guard error.code == .authorization else { throw KafkaFault(.other, error.detail) }
            throw KafkaFault(.notAuthorized, "this client may not see the topic \(topic): \(error.detail)")
        }
    }
}
