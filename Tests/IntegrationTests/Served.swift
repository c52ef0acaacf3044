import Foundation
import HTTP
import TestSupport

/// `nightjar serve` on a free port of loopback.
final class Served {
    struct NotListening: Error { let errors: String }

    let process: NightjarProcess
    /// `http://127.0.0.1:PORT`.
    let address: String
    private let client = HTTPClient()

    /// Starts it, and waits until it says where it listens.
    init(_ folders: [String], _ words: [String] = [], environment: [String: String] = [:]) throws {
        let data = folders.flatMap { ["--data", $0] }
        let process = try NightjarProcess(
            ["serve"] + data + ["--listen", "127.0.0.1:0"] + words, environment: environment)
        self.process = process
        guard process.waits(until: { process.output.contains("/\n") }),
            let line = process.output.split(separator: "\n").first,
            let match = line.wholeMatch(of: /listening on (http:\/\/127\.0\.0\.1:[0-9]+)\//)
        else { throw NotListening(errors: process.errors) }
        address = String(match.1)
    }

    var port: UInt16 { UInt16(address.split(separator: ":").last ?? "") ?? 0 }

    func ask(
        _ path: String, _ method: HTTPMethod = .get, headers: [(String, String)] = [], body: String = ""
    ) throws -> HTTPResponse {
        try client.send(
            HTTPRequest(
                method, address + path, headers: headers.map { HTTPHeader($0, $1) }, body: Array(body.utf8)),
            limit: 64 << 20, deadline: .seconds(300))
    }

    /// The members of a JSON object that is answered.
    func json(_ path: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(ask(path).body)) as? [String: Any] ?? [:]
    }

    /// What an answer says is wrong: its status and its detail.
    func problem(_ path: String) throws -> (status: Int, detail: String) {
        let response = try ask(path)
        let body = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any]
        guard response.header("Content-Type") == "application/problem+json" else { return (response.status, "") }
        return (response.status, body?["detail"] as? String ?? "")
    }

    /// Ends it in order.
    func stop() throws -> Int32? {
        process.send(SIGTERM)
        return try process.outcome().status
    }
}
