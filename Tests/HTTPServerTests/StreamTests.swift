import Foundation
import Glibc
import HTTP
import HTTPServer
import Testing

/// Bodies that come piece by piece, over real connections.
@Suite struct StreamTests {
    private let feed = EventFeed(most: 64)

    private func server() throws -> HTTPServer {
        var settings = HTTPServerSettings(port: 0)
        (settings.isEventDriven, settings.requests, settings.queue) = (true, 2, 64)
        return try HTTPServer(settings) { [feed] request in
            guard request.url == "/events" else { return HTTPResponse(status: 200, headers: [], body: [1]) }
            var response = HTTPResponse(
                status: 200, headers: [HTTPHeader("Content-Type", "text/event-stream")], body: [])
            response.stream = feed.follow(first: nil)
            return response
        }
    }

    /// A connection that has asked for events.
    private func follower(_ server: HTTPServer) throws -> Int32 {
        let socket = try LoopbackSocket.connected(server.port)
        let request = Array("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        #expect(write(socket, request, request.count) == request.count)
        return socket
    }

    /// Reads until the text has come; `false` where the connection ends before.
    private func reads(_ text: String, _ socket: Int32) -> Bool {
        var (seen, buffer) = ("", [UInt8](repeating: 0, count: 4_096))
        while !seen.contains(text) {
            let count = read(socket, &buffer, buffer.count)
            guard count > 0 else { return false }
            seen += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        return true
    }

    @Test("events reach all who follow while other requests are answered, and clients that go are forgotten")
    func events() throws {
        let server = try server()
        var sockets = try (0..<40).map { _ in try follower(server) }
        for socket in sockets { #expect(reads("retry: 2000", socket)) }
        feed.publish(EventFeed.event("night", data: Array("one".utf8)))
        for socket in sockets { #expect(reads("data: one", socket)) }
        let response = try HTTPClient().send(
            HTTPRequest(.get, "http://127.0.0.1:\(server.port)/", body: []), limit: 10, deadline: .seconds(120))
        #expect(response.body == [1])
        for socket in sockets.prefix(30) { close(socket) }
        sockets.removeFirst(30)
        // A client that is gone is found by what cannot be sent to it.
        let deadline = ContinuousClock.now + .seconds(120)
        while feed.count > 10, ContinuousClock.now < deadline {
            feed.publish(EventFeed.beat)
            usleep(10_000)
        }
        #expect(feed.count == 10)
        feed.publish(EventFeed.event("night", data: Array("two".utf8)))
        for socket in sockets { #expect(reads("data: two", socket)) }
        feed.close()
        #expect(server.stop(within: .seconds(120)), "an ended feed holds up no stop")
        sockets.forEach { close($0) }
    }
}
