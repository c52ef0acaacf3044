internal import Foundation
internal import HTTP
internal import HTTPServer
internal import Synchronization

/// A schema registry of the drill's own, which can be away.
final class DrillRegistry: Sendable {
    private let server: HTTPServer
    private let shared: Shared

    private struct State {
        var schema = ""
        var isAway = false
        var asked = 0
    }

    /// One that knows a schema under the number 1.
    init(schema: String) throws {
        let body = try JSONSerialization.data(withJSONObject: ["schema": schema])
        let shared = Shared(State(schema: String(decoding: body, as: UTF8.self)))
        self.shared = shared
        server = try HTTPServer(HTTPServerSettings(port: 0)) { request in
            shared.value.withLock { state in
                state.asked += 1
                if state.isAway { return HTTPResponse(status: 503, headers: [], body: []) }
                let isKnown = request.url == "/schemas/ids/1"
                return HTTPResponse(
                    status: isKnown ? 200 : 404, headers: [], body: Array((isKnown ? state.schema : "{}").utf8))
            }
        }
    }

    private final class Shared: Sendable {
        let value: Mutex<State>
        init(_ state: State) { value = Mutex(state) }
    }

    /// Its address.
    var address: String { "http://127.0.0.1:\(server.port)" }

    /// Whether it answers nothing but 503.
    func setAway(_ isAway: Bool) { shared.value.withLock { $0.isAway = isAway } }

    /// How often it was asked.
    var asked: Int { shared.value.withLock { $0.asked } }

    func stop() { _ = server.stop(within: .seconds(1)) }
}
