import Foundation
import GRPC
import TestServers
import TestSupport

/// `server.py`: a gRPC server of PyPI's grpcio whose messages are plain bytes.
final class PlainServer {
    let folder: TemporaryFolder
    let port: UInt16
    private(set) var process: ServerProcess?
    private let files: [String]

    /// Starts a server; an encrypted one has a certificate of its own, ``certificate``, for the name `localhost`.
    init(isEncrypted: Bool = false) throws {
        folder = try TemporaryFolder()
        port = try Ports.free()
        files = isEncrypted ? [folder.file("key.pem"), folder.file("certificate.pem")] : []
        if isEncrypted {
            let openssl = Process()
            openssl.executableURL = URL(filePath: "/usr/bin/env")
            openssl.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", files[0],
                "-out", files[1],
            ]
            openssl.standardError = FileHandle.nullDevice
            try openssl.run()
            openssl.waitUntilExit()
        }
        try start()
    }

    deinit { process?.kill() }

    var certificate: String { get throws { try String(contentsOfFile: files[1], encoding: .utf8) } }

    /// Starts it on its port, after ``kill()``.
    func start() throws {
        guard let interpreter = PythonEnvironment.interpreter else { throw PythonEnvironment.Missing() }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "server.py").path
        let process = try ServerProcess(
            [interpreter, script, String(port)] + files, log: URL(filePath: folder.file("server.log")))
        try process.waitForPort(port)
        self.process = process
    }

    func kill() {
        process?.kill()
        process = nil
    }

    func channel(_ settings: GRPCSettings = GRPCSettings()) throws -> GRPCChannel {
        try GRPCChannel("127.0.0.1:\(port)", security: .plaintext, settings: settings)
    }
}

extension GRPCChannel {
    /// A call of the test server's methods.
    func call(
        _ name: String, _ request: [UInt8] = [], metadata: [(String, String)] = [], deadline: Duration = .seconds(300)
    ) throws(GRPCError) -> [UInt8] {
        try unary("/nightjar.Test/\(name)", request, metadata: metadata, deadline: deadline)
    }

    func open(_ name: String, deadline: Duration? = .seconds(300)) throws(GRPCError) -> GRPCStream {
        try stream("/nightjar.Test/\(name)", deadline: deadline)
    }
}

extension GRPCStream {
    /// The next message, waited for.
    func next() throws(GRPCError) -> GRPCReceived { try receive(timeout: .seconds(300)) }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
