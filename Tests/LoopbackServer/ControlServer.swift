internal import Foundation
package import HTTP

/// Compute Engine, Cloud Run, Cloud Monitoring, Pub/Sub's permissions and a metadata server, by `control.py`, which holds each
/// request to Google's own descriptions of the interfaces.
package struct ControlServer: Sendable {
    private static let client = HTTPClient()

    private let server: LoopbackServer

    /// Starts a server.
    ///
    /// - Parameter packages: The folder of Python packages that has `googleapiclient`.
    /// - Throws: ``LoopbackServer/NotStarted``.
    package init(packages: String) throws {
        server = try LoopbackServer("control.py", environment: ["DISCOVERY": packages])
    }

    /// Where it listens, as `http://HOST:PORT`.
    package var address: String { server.plain }

    /// What a process has in its environment to ask this instead of Google, and no other.
    package var environment: [String: String] {
        [
            "COMPUTE_EMULATOR_HOST": address, "CLOUD_RUN_EMULATOR_HOST": address, "MONITORING_EMULATOR_HOST": address,
            "PUBSUB_POLICY_EMULATOR_HOST": address, "GCE_METADATA_HOST": String(address.dropFirst("http://".count)),
        ]
    }

    /// Changes what it has; see `control.py`.
    package func set(_ fields: [String: Any]) throws {
        _ = try ask(.post, "set", [UInt8](try JSONSerialization.data(withJSONObject: fields)))
    }

    /// The calls that changed something, as far as they were described right.
    package var told: [String] {
        get throws { try JSONSerialization.jsonObject(with: ask(.get, "told")) as? [String] ?? [] }
    }

    /// What it has now.
    package var state: [String: Any] {
        get throws { try JSONSerialization.jsonObject(with: ask(.get, "state")) as? [String: Any] ?? [:] }
    }

    /// Sends a request as it is, and gives the status and the text of the answer.
    package func raw(_ method: HTTPMethod, _ path: String, _ body: String? = nil) throws -> (status: Int, text: String)
    {
        let headers = body == nil ? [] : [HTTPHeader("Content-Type", "application/json")]
        let response = try Self.client.send(
            HTTPRequest(method, "\(address)/\(path)", headers: headers, body: Array((body ?? "").utf8)),
            limit: 1 << 20, deadline: .seconds(60))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    private func ask(_ method: HTTPMethod, _ path: String, _ body: [UInt8] = []) throws -> Data {
        let request = HTTPRequest(method, "\(address)/\(path)", body: body)
        return Data(try Self.client.send(request, limit: 1 << 20, deadline: .seconds(60)).body)
    }
}
