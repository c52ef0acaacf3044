import Foundation
import HTTP
import LoopbackServer
import Synchronization
import Testing

/// Requests of every kind against the server on loopback, which tells what reached it.
@Suite struct ClientTests {
    private static let shared = Result { try LoopbackServer() }
    private let server: LoopbackServer
    private let client = HTTPClient()

    init() throws { server = try Self.shared.get() }

    /// What the server says that it was asked.
    private struct Told: Decodable {
        let method: String
        let path: String
        let headers: [String: String]
        let bytes: Int
        let sha256: String
        let port: Int
    }

    private func told(_ response: HTTPResponse) throws -> Told {
        try JSONDecoder().decode(Told.self, from: Data(response.body))
    }

    private func send(_ request: HTTPRequest, limit: Int = 100_000) throws -> HTTPResponse {
        try client.send(request, limit: limit, deadline: .seconds(60))
    }

    private func fault(_ call: () throws -> Void) -> HTTPError? {
        do {
            try call()
            return nil
        } catch { return error as? HTTPError }
    }

    // The sums are those of `sha256sum` for no bytes and for 100,000 bytes of "n".
    private static let none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let many = "f9e92b5dbe7220661d8b7507e248f18fa3d379ba834a585d0ae57768bfa74c31"

    @Test("sends", arguments: [HTTPMethod.get, .post, .put, .patch, .delete], [0, 100_000])
    func sends(method: HTTPMethod, count: Int) throws {
        if method == .get && count > 0 { return }
        let body = [UInt8](repeating: UInt8(ascii: "n"), count: count)
        let headers = [HTTPHeader("X-One", "1 ü"), HTTPHeader("X-Empty", "")]
        let response = try send(HTTPRequest(method, "\(server.plain)/request?a=b%2Fc", headers: headers, body: body))
        #expect(response.status == 200)
        #expect(response.header("content-length") == String(response.body.count))
        let told = try told(response)
        #expect(told.method == method.rawValue)
        #expect(told.path == "/request?a=b%2Fc")
        #expect(told.bytes == count)
        #expect(told.sha256 == (count == 0 ? Self.none : Self.many))
        #expect(told.headers["X-Empty"] == "")
        #expect(told.headers["Expect"] == nil && told.headers["Transfer-Encoding"] == nil)
        #expect(
            told.headers["Content-Length"] == (method == .get || method == .delete && count == 0 ? nil : "\(count)"))
    }

    @Test func asksForTheHeadOnly() throws {
        let response = try send(HTTPRequest(.head, "\(server.plain)/request"))
        #expect(response.status == 200 && response.body.isEmpty)
        #expect(response.header("Server") != nil)
    }

    @Test("takes any status as an answer", arguments: [204, 308, 400, 404, 412, 429, 503])
    func status(code: Int) throws {
        #expect(try send(HTTPRequest(.post, "\(server.plain)/request?status=\(code)")).status == code)
    }

    @Test func keepsTheConnection() throws {
        let ports = try (0..<5).map { _ in try told(send(HTTPRequest(.get, "\(server.plain)/request"))).port }
        #expect(Set(ports).count == 1)
        let other = try told(
            HTTPClient().send(
                HTTPRequest(.get, "\(server.plain)/request"), limit: 10_000, deadline: .seconds(60))
        ).port
        #expect(other != ports[0])
    }

    @Test func sendsAgainWhereTheConnectionWasClosedMeanwhile() throws {
        let body = [UInt8](repeating: UInt8(ascii: "n"), count: 100_000)
        let watcher = HTTPClient()
        for _ in 0..<5 {
            let told = try told(send(HTTPRequest(.post, "\(server.plain)/once", body: body)))
            #expect(told.sha256 == Self.many)
            let closed = HTTPRequest(.get, "\(server.plain)/closed/\(told.port)")
            while try watcher.send(closed, limit: 10, deadline: .seconds(60)).body == Array("no".utf8) {}
        }
    }

    @Test func servesManyThreadsEachOverItsOwnConnection() throws {
        let url = "\(server.plain)/request"
        let ports = Ports()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<10 {
                if let response = try? client.send(
                    HTTPRequest(.put, url, body: [1, 2, 3]), limit: 10_000, deadline: .seconds(60)),
                    let told = try? told(response), told.bytes == 3
                {
                    ports.add(told.port)
                }
            }
        }
        #expect(ports.count == 80)
        #expect((1...8).contains(ports.different))
    }

    private final class Ports: Sendable {
        private let seen = Mutex<[Int]>([])
        func add(_ port: Int) { seen.withLock { $0.append(port) } }
        var count: Int { seen.withLock(\.count) }
        var different: Int { seen.withLock { Set($0).count } }
    }

    @Test func keepsTheLimitAndGoesOn() throws {
        let long = HTTPRequest(.get, "\(server.plain)/whole?size=300000")
        #expect(fault { _ = try send(long, limit: 299_999) }?.code == .tooLong)
        #expect(try send(long, limit: 300_000).body.count == 300_000)
    }

    @Test("keeps the deadline", arguments: ["slow", "stall"])
    func deadline(path: String) throws {
        // The server itself would end this after 20 s, and the error would be another.
        let request = HTTPRequest(.get, "\(server.plain)/\(path)?token=hidden")
        let error = try #require(
            fault { _ = try client.send(request, limit: 1 << 20, deadline: .milliseconds(300)) })
        #expect(error.code == .timedOut)
        #expect(!error.description.contains("hidden"))
    }

    @Test func followsARedirectOnlyWhereAsked() throws {
        var request = HTTPRequest(.get, "\(server.plain)/redirect/2")
        let first = try send(request)
        #expect(first.status == 302)
        #expect(first.header("Location") == "/redirect/1")
        request.followsRedirects = true
        #expect(try send(request).body.count == 10)
    }

    @Test func trustsOnlyKnownCertificates() throws {
        let request = HTTPRequest(.post, "\(server.secure)/request", body: [1])
        #expect(fault { _ = try send(request) }?.code == .untrusted)
        var settings = HTTPSettings()
        settings.certificateFile = server.certificate
        let trusting = HTTPClient(settings)
        #expect(try told(trusting.send(request, limit: 10_000, deadline: .seconds(60))).bytes == 1)
    }

    @Test(
        "refuses headers that would be more than one",
        arguments: [
            HTTPHeader("X", "a\r\nY: b"), HTTPHeader("X\n", "a"), HTTPHeader("", "a"), HTTPHeader("X: a", "b"),
            HTTPHeader("X", "a\0b"),
        ])
    func headers(header: HTTPHeader) {
        let request = HTTPRequest(.get, "\(server.plain)/request", headers: [header])
        #expect(fault { _ = try send(request) }?.code == .refused)
    }

    @Test func saysWhatFailedWithoutSecrets() throws {
        let headers = [HTTPHeader("Authorization", "Bearer secret1")]
        let request = HTTPRequest(.post, "http://me:secret2@127.0.0.1:1/a?key=secret3", headers: headers)
        let error = try #require(fault { _ = try send(request) })
        #expect(error.code == .unreachable)
        #expect(error.description.hasPrefix("http://127.0.0.1:1/a: "))
        #expect(!String(reflecting: error).contains("secret"))
    }

    @Test func breaksOffWhereTheServerHangsUp() {
        let request = HTTPRequest(.get, "\(server.plain)/drop")
        #expect(fault { _ = try send(request) }?.code == .interrupted)
    }
}
