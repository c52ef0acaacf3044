internal import Configuration
internal import HTTP
internal import HTTPServer
internal import Metrics

/// Serves a program's metrics to Prometheus: `GET /metrics`, beside `/healthz` and `/readyz`.
final class MetricsServer: Sendable {
    /// Where it listens.
    static let option = Option<HTTPServerSettings>(
        OptionDeclaration(
            name: "metrics", valueName: "[HOST]:PORT",
            help: """
                answers GET /metrics for Prometheus, /healthz and /readyz; :PORT listens to this machine alone, 0.0.0.0:PORT \
                to all
                """, key: "metrics", kind: .text)
    ) { (text) throws(UsageError) in try PushOptions.address(text) }

    private let server: HTTPServer

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - settings: Where.
    ///   - isReady: Whether the program does its work: `/readyz`.
    ///   - add: Adds the program's own metrics to a page.
    /// - Throws: ``HTTPServerError`` where it cannot listen there.
    init(
        _ settings: HTTPServerSettings, isReady: @escaping @Sendable () -> Bool,
        add: @escaping @Sendable (inout MetricsPage) -> Void
    ) throws {
        _ = ProcessMetrics.start
        var settings = settings
        // A scrape is a few kilobytes; nothing else is received.
        (settings.requests, settings.connections, settings.bodyLimit) = (4, 32, 1 << 10)
        server = try HTTPServer(settings, isReady: isReady, refusal: Self.refusal) { _ in
            var page = MetricsPage()
            ProcessMetrics.add(to: &page)
            add(&page)
            return HTTPResponse(
                status: 200, headers: [HTTPHeader("Content-Type", MetricsPage.contentType)],
                body: Array(page.text.utf8))
        }
        Terminal.info("metrics on port \(server.port)", ["port": String(server.port)])
    }

    private static func refusal(_ request: HTTPRequest) -> HTTPResponse? {
        let path = request.url.prefix { $0 != "?" }
        guard path == "/metrics" else {
            return HTTPResponse(status: 404, headers: [], body: Array("GET /metrics\n".utf8))
        }
        guard request.method == .get else {
            return HTTPResponse(status: 405, headers: [HTTPHeader("Allow", "GET")], body: [])
        }
        return nil
    }

    /// Stops listening.
    func stop() { _ = server.stop(within: .seconds(1)) }
}
