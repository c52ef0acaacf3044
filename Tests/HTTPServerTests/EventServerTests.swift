import Foundation
import HTTP
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// A server with one thread for all connections.
@Suite struct EventServerTests {
    private let client = HTTPClient()
    private var settings: HTTPServerSettings = {
        var settings = HTTPServerSettings(port: 0)
        (settings.isEventDriven, settings.requests, settings.queue) = (true, 2, 4)
        return settings
    }()

    private func ask(_ server: HTTPServer, _ method: HTTPMethod, _ path: String, _ body: [UInt8] = []) throws
        -> HTTPResponse
    {
        try client.send(
            HTTPRequest(method, "http://127.0.0.1:\(server.port)\(path)", body: body), limit: 64 << 20,
            deadline: .seconds(120))
    }

    /// Holds requests until they are let go.
    private final class Gate: Sendable {
        let entered = DispatchSemaphore(value: 0)
        let opened = DispatchSemaphore(value: 0)
        let calls = Mutex(0)

        func handle(_ request: HTTPRequest) -> HTTPResponse {
            calls.withLock { $0 += 1 }
            entered.signal()
            opened.wait()
            return HTTPResponse(status: 200, headers: [], body: request.body)
        }
    }

    @Test("answers what came, long and short, over one connection", arguments: [0, 1, 3_000_000]) func echo(count: Int)
        throws
    {
        let server = try HTTPServer(settings) { HTTPResponse(status: 201, headers: [], body: $0.body) }
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 7) }
        for _ in 0..<3 {
            let response = try ask(server, .post, "/", body)
            #expect(response.status == 201 && response.body == body)
        }
        #expect(try ask(server, .get, "/healthz").status == 200)
        #expect(server.stop(within: .seconds(300)))
    }

    @Test("requests wait for a thread up to a bound; health is answered meanwhile") func queue() throws {
        let gate = Gate()
        let server = try HTTPServer(settings, handler: gate.handle)
        let statuses = Mutex<[Int]>([])
        let group = DispatchGroup()
        func askInBackground() {
            DispatchQueue.global().async(group: group) {
                let status = (try? ask(server, .get, "/").status) ?? 0
                statuses.withLock { $0.append(status) }
            }
        }
        for _ in 0..<2 { askInBackground() }
        for _ in 0..<2 { gate.entered.wait() }
        // Four may wait; of more, some are told to come again.
        for _ in 0..<6 { askInBackground() }
        let deadline = ContinuousClock.now + .seconds(300)
        while statuses.withLock({ $0.count }) < 2, ContinuousClock.now < deadline { usleep(10_000) }
        #expect(statuses.withLock { $0 } == [503, 503])
        #expect(try ask(server, .get, "/healthz").status == 200)
        #expect(gate.calls.withLock { $0 } == 2)
        for _ in 0..<6 { gate.opened.signal() }
        group.wait()
        #expect(statuses.withLock { $0.sorted() } == [200, 200, 200, 200, 200, 200, 503, 503])
        #expect(server.stop(within: .seconds(300)))
    }

    @Test("a request that is handled is answered before it stops, and none is begun after that") func drains() throws {
        let gate = Gate()
        let server = try HTTPServer(settings, handler: gate.handle)
        let answered = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            if (try? ask(server, .post, "/", [1]).body) == [1] { answered.signal() }
        }
        gate.entered.wait()
        #expect(!server.stop(within: .milliseconds(50)))
        gate.opened.signal()
        answered.wait()
        #expect(server.stop(within: .seconds(300)))
        #expect(throws: HTTPError.self) { try ask(server, .get, "/healthz") }
    }

    @Test("a refusal comes before the body, with the server's own headers") func refusal() throws {
        var settings = settings
        settings.headers = [HTTPHeader("X-Own", "1")]
        let server = try HTTPServer(
            settings, refusal: { _ in HTTPResponse(status: 405, headers: [], body: []) },
            handler: { _ in HTTPResponse(status: 200, headers: [], body: []) })
        #expect(try ask(server, .put, "/", [1, 2]).status == 405)
        #expect(try ask(server, .get, "/healthz").header("x-own") == "1")
        #expect(server.stop(within: .seconds(300)))
    }

    @Test("idle connections cost a descriptor each, and no thread") func idle() throws {
        var settings = settings
        settings.connections = 400
        let server = try HTTPServer(settings) { _ in HTTPResponse(status: 204, headers: [], body: []) }
        let threads = try threadCount()
        var idle: [Int32] = []
        defer { for descriptor in idle { close(descriptor) } }
        for _ in 0..<250 { idle.append(try LoopbackSocket.connected(server.port)) }
        for descriptor in idle.prefix(100) { _ = send(descriptor, "GET / HTTP/1.1\r\nX: ", 19, Int32(MSG_NOSIGNAL)) }
        for _ in 0..<20 { #expect(try ask(server, .get, "/").status == 204) }
        // Others' tests run in this process too.
        #expect(try threadCount() < threads + 100)
        #expect(server.stop(within: .seconds(300)))
    }

    @Test("who does not read an answer is closed where all answers together are too long") func slowReaders() throws {
        var settings = settings
        settings.bodiesLimit = 20 << 20
        let calls = Mutex(0)
        let server = try HTTPServer(settings) { _ in
            calls.withLock { $0 += 1 }
            return HTTPResponse(status: 200, headers: [], body: [UInt8](repeating: 7, count: 8 << 20))
        }
        let readers = try (0..<5).map { _ in try LoopbackSocket.connected(server.port) }
        defer { for reader in readers { close(reader) } }
        let deadline = ContinuousClock.now + .seconds(300)
        for (number, reader) in readers.enumerated() {
            _ = send(reader, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27, Int32(MSG_NOSIGNAL))
            while calls.withLock({ $0 }) <= number, ContinuousClock.now < deadline { usleep(10_000) }
        }
        // One more is answered, and so what was too long is closed by then.
        #expect(try ask(server, .get, "/").body.count == 8 << 20)
        let whole = readers.count { reader in
            var (bytes, buffer) = (0, [UInt8](repeating: 0, count: 1 << 16))
            while true {
                let count = recv(reader, &buffer, buffer.count, 0)
                if count > 0 { bytes += count }
                if count <= 0 || bytes > 8 << 20 { return bytes > 8 << 20 }
            }
        }
        // Two answers of 8 MB are less than 20 MB, three are more.
        #expect(whole <= 2)
        #expect(server.stop(within: .seconds(300)))
    }

    private func threadCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
    }
}
