internal import Foundation
package import TestSupport

/// A Kerberos realm of its own: MIT's KDC on a port of loopback, with its database in a folder of its own.
package final class KerberosRealm {
    package static let skipped = "krb5-kdc and krb5-admin-server are not installed (scripts/setup installs them)"
    private static let programs = ["/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local"]
    private static let clock = "/usr/lib/\(architecture)-linux-gnu/faketime/libfaketime.so.1"
    #if arch(arm64)
        private static let architecture = "aarch64"
    #else
        private static let architecture = "x86_64"
    #endif

    package static var isThere: Bool {
        (programs + [clock]).allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }

    package struct Failed: Error { package let arguments: [String] }

    package let name = "NIGHTJAR.TEST"
    package let folder: TemporaryFolder
    private let port: UInt16
    private var process: ServerProcess?

    /// Makes a realm and starts its KDC. `life` is that of its tickets, s.
    package init(life: Int = 3_600) throws {
        folder = try TemporaryFolder()
        port = try Ports.free()
        try folder.write(configuration(kdc: port, realm: name).utf8, to: "krb5.conf")
        try folder.write(
            """
            [realms]
             \(name) = {
              database_name = \(folder.file("principal"))
              key_stash_file = \(folder.file("stash"))
              acl_file = \(folder.file("acl"))
              max_life = \(life)s
              kdc_listen = 127.0.0.1:\(port)
              kdc_tcp_listen = 127.0.0.1:\(port)
             }

            """.utf8, to: "kdc.conf")
        try run(["/usr/sbin/kdb5_util", "create", "-s", "-P", "secret", "-r", name])
        try start()
    }

    deinit { process?.kill() }

    /// Where its clients' krb5.conf is.
    package var configuration: String { folder.file("krb5.conf") }

    /// A krb5.conf that says of a realm that its KDC is on a port.
    package func configuration(kdc port: UInt16, realm: String) -> String {
        """
        [libdefaults]
         default_realm = \(name)
         dns_lookup_kdc = false
         dns_canonicalize_hostname = false
         rdns = false
         udp_preference_limit = 1
        [realms]
         \(realm) = {
          kdc = 127.0.0.1:\(port)
         }

        """
    }

    /// Starts the KDC; its clock is ahead by `ahead`, s.
    package func start(ahead: Int = 0) throws {
        process?.kill()
        var environment = ["KRB5_CONFIG": configuration, "KRB5_KDC_PROFILE": folder.file("kdc.conf")]
        if ahead != 0 { environment.merge(Self.clock(ahead: ahead)) { $1 } }
        let process = try ServerProcess(
            ["/usr/sbin/krb5kdc", "-n"], environment: environment, log: URL(filePath: folder.file("kdc.log")))
        try process.waitForPort(port)
        self.process = process
    }

    package func stop() {
        process?.kill()
        process = nil
    }

    /// The environment of a process whose clock is ahead, s.
    package static func clock(ahead: Int) -> [String: String] {
        ["LD_PRELOAD": clock, "FAKETIME": "\(ahead >= 0 ? "+" : "")\(ahead)s"]
    }

    /// Makes a principal where it is not there, gives it a new key, and puts that in a keytab.
    ///
    /// - Returns: Where the keytab is.
    @discardableResult
    package func key(of principals: String..., in keytab: String) throws -> String {
        let path = folder.file(keytab)
        for principal in principals {
            _ = try? administrate("addprinc -randkey \(principal)")
            try administrate("ktadd -k \(path) \(principal)")
        }
        return path
    }

    /// Gets a ticket, and waits until it is over: so is any that was got before.
    package func waitForExpiry(of principal: String, keytab: String) throws {
        guard let interpreter = PythonEnvironment.interpreter else { throw PythonEnvironment.Missing() }
        let script = """
            import gssapi, sys, time
            name = gssapi.Name(sys.argv[1], gssapi.NameType.kerberos_principal)
            store = {"client_keytab": sys.argv[2], "ccache": "MEMORY:expiry"}
            try:
                ticket = gssapi.Credentials(name=name, usage="initiate", store=store)
                while ticket.lifetime > 0:
                    time.sleep(0.05)
            except gssapi.exceptions.ExpiredCredentialsError:
                pass
            """
        try run([interpreter, "-c", script, "\(principal)@\(name)", keytab])
    }

    package func forget(_ principal: String) throws { try administrate("delprinc -force \(principal)") }

    private func administrate(_ arguments: String) throws { try run(["/usr/sbin/kadmin.local", "-q", arguments]) }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.environment = ["KRB5_CONFIG": configuration, "KRB5_KDC_PROFILE": folder.file("kdc.conf")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(arguments: arguments) }
    }
}
