import Foundation
import HTTP
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// Senders that take their time, as raw sockets of loopback; each test waits for what must happen, not for a time.
@Suite struct SlowSenderTests {
    /// A connection that sends what it is told, and no more.
    private final class Sender {
        private let descriptor: Int32

        init(_ port: UInt16) throws {
            descriptor = try LoopbackSocket.connected(port)
        }

        deinit { close(descriptor) }

        /// - Returns: Whether the connection still took it.
        @discardableResult
        func send(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            return Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
        }

        /// Whether the server has closed the connection; what it has answered is read over.
        var isClosed: Bool {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            return count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)
        }

        /// What the server answers; waits for it.
        var answer: String {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(descriptor, &buffer, buffer.count, 0)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }
    }

    private let client = HTTPClient()
    private var settings = HTTPServerSettings(port: 0)

    private func status(_ server: HTTPServer, _ method: HTTPMethod = .post, _ path: String = "/") throws -> Int {
        let request = HTTPRequest(
            method, "http://127.0.0.1:\(server.port)\(path)", body: method == .post ? [1] : [])
        return try client.send(request, limit: 1_000, deadline: .seconds(60)).status
    }

    private func waits(_ seconds: Double = 300, until holds: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !holds() {
            guard ContinuousClock.now < deadline else { return false }
            usleep(20_000)
        }
        return true
    }

    private static let done: @Sendable (HTTPRequest) -> HTTPResponse = { _ in
        HTTPResponse(status: 204, headers: [], body: [])
    }

    private static let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"

    @Test("sixteen senders of incomplete bodies occupy no slot") func places() throws {
        let server = try HTTPServer(settings, handler: Self.done)
        let senders = try (0..<20).map { _ in try Sender(server.port) }
        for sender in senders { #expect(sender.send(Self.head + "0123456789")) }
        for _ in 0..<20 { #expect(try status(server) == 204) }
        #expect(try status(server, .get, "/healthz") == 200)
        #expect(senders.allSatisfy { !$0.isClosed })
        // One that was slow and comes to its end is answered.
        senders[0].send(String(repeating: "x", count: 990))
        #expect(senders[0].answer.hasPrefix("HTTP/1.1 204"))
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("a connection is closed whose body is not complete in time, also if it sends slowly") func lateBody() throws {
        var settings = settings
        settings.bodySeconds = 1
        let server = try HTTPServer(settings, handler: Self.done)
        let sender = try Sender(server.port)
        sender.send(Self.head)
        #expect(waits { !sender.send("x") || sender.isClosed })
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("and one whose headers are not", arguments: ["", "POST / HTTP/1.1\r\nX: "]) func lateHead(start: String)
        throws
    {
        var settings = settings
        settings.idleSeconds = 1
        let server = try HTTPServer(settings, handler: Self.done)
        let sender = try Sender(server.port)
        sender.send(start)
        #expect(waits { (!start.isEmpty && !sender.send("x")) || sender.isClosed })
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("idle connections do not block others") func connections() throws {
        var settings = settings
        settings.connections = 16
        let server = try HTTPServer(settings, handler: Self.done)
        let senders = try (0..<100).map { _ in try Sender(server.port) }
        // Those who come in the same moment wait for the closing of others.
        #expect(waits { (try? status(server)) == 204 })
        #expect(waits { (try? status(server, .get, "/healthz")) == 200 })
        #expect(waits { senders.count { $0.isClosed } >= 84 })
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("all incomplete bodies together are bounded") func bodies() throws {
        var settings = settings
        settings.bodiesLimit = 50_000
        let server = try HTTPServer(settings, handler: Self.done)
        let senders = try (0..<20).map { _ in try Sender(server.port) }
        for sender in senders {
            sender.send(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 10_000))
        }
        #expect(waits { senders.count { $0.isClosed } >= 15 })
        #expect(senders.contains { !$0.isClosed })
        #expect(try status(server) == 204)
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("a request that is refused by its headers is not read, and not handled") func refusal() throws {
        let worked = Mutex(0)
        let server = try HTTPServer(
            settings,
            refusal: { $0.url == "/" ? nil : HTTPResponse(status: 401, headers: [HTTPHeader("X-Why", "a")], body: []) },
            handler: { request in
                worked.withLock { $0 += 1 }
                return Self.done(request)
            })
        // Its body never comes, and it is answered all the same.
        let sender = try Sender(server.port)
        sender.send("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n")
        let answer = sender.answer
        #expect(answer.hasPrefix("HTTP/1.1 401") && answer.contains("X-Why: a"), "\(answer)")
        #expect(try status(server, .post, "/other") == 401)
        #expect(worked.withLock { $0 } == 0)
        #expect(try status(server, .get, "/healthz") == 200)
        #expect(try status(server) == 204)
        #expect(worked.withLock { $0 } == 1)
        #expect(server.stop(within: .seconds(20)))
    }

    @Test("headers have a bound") func longHead() throws {
        let server = try HTTPServer(settings, handler: Self.done)
        let sender = try Sender(server.port)
        sender.send("POST / HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000))
        #expect(waits { sender.isClosed })
        #expect(try status(server) == 204)
        #expect(server.stop(within: .seconds(20)))
    }
}
