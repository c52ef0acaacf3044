import Dispatch
import Foundation
import HTTP
import HTTPServer
import Synchronization
import Testing

/// Asked over loopback by the project's own client, which is libcurl.
@Suite struct HTTPServerTests {
    private let client = HTTPClient()
    private var settings: HTTPServerSettings = {
        var settings = HTTPServerSettings(port: 0)
        settings.address = "127.0.0.1"
        return settings
    }()

    private func ask(
        _ server: HTTPServer, _ method: HTTPMethod, _ path: String, body: [UInt8] = [],
        headers: [HTTPHeader] = [], deadline: Duration = .seconds(20)
    ) throws -> HTTPResponse {
        try client.send(
            HTTPRequest(method, "http://127.0.0.1:\(server.port)\(path)", headers: headers, body: body),
            limit: 64 << 20, deadline: deadline)
    }

    /// Answers with what came.
    private static let echo: @Sendable (HTTPRequest) -> HTTPResponse = { request in
        HTTPResponse(
            status: 201,
            headers: [
                HTTPHeader("X-Method", request.method.rawValue), HTTPHeader("X-Url", request.url),
                HTTPHeader("X-Had", request.headers.first { $0.name == "X-Test" }?.value ?? "none"),
            ], body: request.body)
    }

    @Test(
        "gives the handler what came",
        arguments: [HTTPMethod.get, .post, .put, .patch, .delete], [0, 1, 100_000])
    func echoes(method: HTTPMethod, count: Int) throws {
        if method == .get && count > 0 { return }
        let server = try HTTPServer(settings, handler: Self.echo)
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 5) }
        let response = try ask(server, method, "/push?a=b%2F&c", body: body, headers: [HTTPHeader("X-Test", "ü 1")])
        #expect(response.status == 201)
        #expect(response.header("X-Method") == method.rawValue)
        #expect(response.header("X-Url") == "/push?a=b%2F&c")
        #expect(response.header("X-Had") == "ü 1")
        #expect(response.body == body)
        #expect(try ask(server, method, "/", body: body).body == body)  // over the same connection
        #expect(server.stop(within: .seconds(300)))
    }

    /// 10 MB as base64, and some attributes.
    @Test func takesPubSubsLongestPush() throws {
        let server = try HTTPServer(settings, handler: Self.echo)
        let body = [UInt8](repeating: UInt8(ascii: "A"), count: 13_500_000)
        #expect(try ask(server, .post, "/", body: body).body == body)
    }

    @Test func answersHealthItself() throws {
        let ready = Mutex(false)
        let server = try HTTPServer(settings, isReady: { ready.withLock { $0 } }, handler: Self.echo)
        #expect(try ask(server, .get, "/healthz").status == 200)
        #expect(try ask(server, .head, "/healthz").body.isEmpty)
        #expect(try ask(server, .get, "/readyz").status == 503)
        ready.withLock { $0 = true }
        #expect(try ask(server, .get, "/readyz?verbose").status == 200)
        #expect(try ask(server, .post, "/healthz").status == 201)  // no question of ours: the handler's
    }

    /// Holds requests until they are let go.
    private final class Gate: Sendable {
        let entered = DispatchSemaphore(value: 0)
        let opened = DispatchSemaphore(value: 0)

        /// For a test that ends early: the server's end waits for its handlers.
        func open() { for _ in 0..<10 { opened.signal() } }

        var handler: @Sendable (HTTPRequest) -> HTTPResponse {
            { [self] request in
                entered.signal()
                opened.wait()
                return HTTPResponse(status: 204, headers: [], body: [])
            }
        }
    }

    private func inBackground(_ work: @escaping @Sendable () -> Int?) -> () -> Int? {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Int?>(nil)
        DispatchQueue.global().async {
            let status = work()
            result.withLock { $0 = status }
            done.signal()
        }
        return {
            done.wait()
            return result.withLock { $0 }
        }
    }

    @Test func refusesWhatIsTooMuchAndStaysHealthy() throws {
        let gate = Gate()
        var settings = settings
        settings.requests = 2
        let server = try HTTPServer(settings, handler: gate.handler)
        defer { gate.open() }
        let first = inBackground { try? ask(server, .post, "/", body: [1]).status }
        let second = inBackground { try? ask(server, .post, "/", body: [2]).status }
        gate.entered.wait()
        gate.entered.wait()
        let third = try ask(server, .post, "/", body: [3])
        #expect(third.status == 503)
        #expect(third.header("Retry-After") == "1")
        #expect(try ask(server, .get, "/healthz").status == 200)
        gate.opened.signal()
        gate.opened.signal()
        #expect(first() == 204)
        #expect(second() == 204)
        gate.opened.signal()
        #expect(try ask(server, .post, "/", body: [4]).status == 204)
    }

    @Test func refusesWhatIsTooLong() throws {
        var settings = settings
        settings.bodyLimit = 100_000
        let calls = Mutex(0)
        let server = try HTTPServer(settings) { request in
            calls.withLock { $0 += 1 }
            return Self.echo(request)
        }
        let long = [UInt8](repeating: 1, count: 100_001)
        #expect(try ask(server, .post, "/", body: long).status == 413)
        // Without a length nothing can be said before it has come.
        let chunked = [HTTPHeader("Transfer-Encoding", "chunked")]
        #expect(throws: HTTPError.self) { try ask(server, .post, "/", body: long, headers: chunked) }
        #expect(calls.withLock { $0 } == 0)
        #expect(try ask(server, .post, "/", body: Array(long.dropLast()), headers: chunked).body.count == 100_000)
    }

    @Test func answersALongWorkEvenWhereConnectionsMayNotIdle() throws {
        var settings = settings
        settings.idleSeconds = 1
        let gate = Gate()
        let server = try HTTPServer(settings, handler: gate.handler)
        defer { gate.open() }
        let answer = inBackground { try? ask(server, .post, "/", body: [1]).status }
        gate.entered.wait()
        DispatchQueue.global().asyncAfter(deadline: .now() + 2.5) { gate.opened.signal() }
        #expect(answer() == 204)
    }

    @Test func drains() throws {
        let gate = Gate()
        let server = try HTTPServer(settings, handler: gate.handler)
        defer { gate.open() }
        let ready = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/readyz")
        let work = HTTPRequest(.post, "http://127.0.0.1:\(server.port)/", body: [1])
        #expect(try client.send(ready, limit: 100, deadline: .seconds(20)).status == 200)
        let working = inBackground { try? client.send(work, limit: 100, deadline: .seconds(20)).status }
        gate.entered.wait()
        #expect(!server.stop(within: .milliseconds(50)))  // one is not done
        // No more is taken: over an old connection it is refused, a new one is not made.
        #expect((try? client.send(ready, limit: 100, deadline: .seconds(20)).status) ?? 503 == 503)
        #expect((try? client.send(work, limit: 100, deadline: .seconds(20)).status) ?? 503 == 503)
        #expect(throws: HTTPError.self) { try HTTPClient().send(ready, limit: 100, deadline: .seconds(20)) }
        let stopped = inBackground { server.stop(within: .seconds(20)) ? 1 : 0 }
        gate.opened.signal()
        #expect(working() == 204)
        #expect(stopped() == 1)
        #expect(throws: HTTPError.self) { try client.send(ready, limit: 100, deadline: .seconds(20)) }
    }

    @Test func saysWhyItCannotListen() throws {
        let server = try HTTPServer(settings, handler: Self.echo)
        var same = settings
        same.port = server.port
        let taken = #expect(throws: HTTPServerError.self) { try HTTPServer(same, handler: Self.echo) }
        #expect(taken?.description == "cannot listen at 127.0.0.1:\(server.port): Address already in use")
        same.address = "localhost"
        let unknown = #expect(throws: HTTPServerError.self) { try HTTPServer(same, handler: Self.echo) }
        #expect(
            unknown?.description
                == "cannot listen at localhost:\(server.port): this is no IPv4 or IPv6 address of this machine")
        same.address = "2001:db8::1"
        let foreign = #expect(throws: HTTPServerError.self) { try HTTPServer(same, handler: Self.echo) }
        #expect(foreign?.address == "[2001:db8::1]:\(server.port)")
    }

    private static let hasIPv6 =
        (try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8))
        .map { $0.contains("00000000000000000000000000000001 ") } ?? false

    @Test(
        "IPv6: one address, or all of both families",
        .enabled(if: hasIPv6, "skipped: this machine has no IPv6"),
        arguments: [("::1", ["[::1]"]), ("::", ["[::1]", "127.0.0.1"])], [false, true])
    func sixth(place: (address: String, hosts: [String]), isEventDriven: Bool) throws {
        var six = settings
        (six.port, six.address, six.isEventDriven) = (0, place.address, isEventDriven)
        let server = try HTTPServer(six, handler: Self.echo)
        for host in place.hosts {
            let request = HTTPRequest(.get, "http://\(host):\(server.port)/healthz")
            #expect(try HTTPClient().send(request, limit: 100, deadline: .seconds(20)).status == 200)
        }
        #expect(server.stop(within: .seconds(20)))
    }
}
