internal import Foundation
internal import HTTP
package import HTTPServer
package import Synchronization

/// A schema registry of loopback, which answers as Confluent's does, or not at all (Schema Registry API, GET /schemas/ids/ID).
package final class RegistryServer: Sendable {
    package struct Answer: Sendable {
        package var status = 200
        package var body: String

        package init(status: Int = 200, body: String) {
            self.status = status
            self.body = body
        }
    }

    package let answers = Mutex<[String: Answer]>([:])
    package let asked = Mutex<[String]>([])
    /// What it says of everything, as a proxy whose registry is away does.
    package let instead = Mutex<Answer?>(nil)

    package init() {}

    package func serve() throws -> HTTPServer {
        try HTTPServer(HTTPServerSettings(port: 0)) { [self] request in
            asked.withLock { $0.append(request.url) }
            let unknown = Answer(status: 404, body: #"{"error_code": 40403, "message": "Schema not found"}"#)
            let answer = instead.withLock { $0 } ?? answers.withLock { $0[request.url] } ?? unknown
            return HTTPResponse(status: answer.status, headers: [], body: Array(answer.body.utf8))
        }
    }

    /// A schema under a number, as the registry writes it.
    package func add(_ id: Int, schema: String) throws {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: ["schema": schema]), as: UTF8.self)
        answers.withLock { $0["/schemas/ids/\(id)"] = Answer(body: body) }
    }
}
