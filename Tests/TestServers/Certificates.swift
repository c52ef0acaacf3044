internal import Foundation
package import TestSupport

/// Certificates for tests, made by openssl: an authority, and what it signs.
package struct Certificates {
    package struct Failed: Error { package let arguments: [String] }

    private let folder: TemporaryFolder

    /// Makes the authority.
    package init(in folder: TemporaryFolder) throws {
        self.folder = folder
        try makeAlone("ca")
    }

    package var authority: String { certificate("ca") }
    package func certificate(_ name: String) -> String { folder.file("\(name).pem") }
    package func key(_ name: String) -> String { folder.file("\(name).key") }

    /// A certificate that only itself vouches for.
    package func makeAlone(_ name: String) throws {
        try run("req", "-x509", "-nodes", "-subj", "/CN=\(name)", "-days", "2", "-out", certificate(name), key: name)
    }

    /// A certificate for a host, valid for two days that began so many days ago.
    package func make(_ name: String, host: String, daysAgo: Int = 0) throws {
        try run("req", "-nodes", "-subj", "/CN=\(name)", "-out", folder.file("\(name).csr"), key: name)
        try folder.write("subjectAltName=DNS:\(host)\n".utf8, to: "\(name).ext")
        try run(
            "x509", "-req", "-in", folder.file("\(name).csr"), "-CA", authority, "-CAkey", key("ca"), "-set_serial",
            String(Int.random(in: 1...Int(Int32.max))), "-days", "2", "-extfile", folder.file("\(name).ext"), "-out",
            certificate(name), environment: daysAgo == 0 ? [:] : KerberosRealm.clock(ahead: -daysAgo * 86_400))
    }

    private func run(_ arguments: String..., key: String? = nil, environment: [String: String] = [:]) throws {
        let newKey = key.map { ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", self.key($0)] }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments + (newKey ?? [])
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(arguments: arguments) }
    }
}
