import Compression
import HTTP
import Testing

@testable import Web

@Suite struct WebAnswerTests {
    private let long = WebAnswer([UInt8](repeating: 65, count: 5_000), "application/json")

    private func response(_ headers: [(String, String)], _ answer: WebAnswer? = nil) -> HTTPResponse {
        (answer ?? long).response(
            to: HTTPRequest(.get, "/", headers: headers.map { HTTPHeader($0, $1) }), origin: nil)
    }

    @Test(
        "gzip where it is taken",
        arguments: [
            ("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("gzip;q=0", false), ("gzip; q=0.000", false),
            ("identity", false), ("", false), ("x-gzip", false),
        ])
    func gzip(accepted: String, isPacked: Bool) throws {
        let response = response([("Accept-Encoding", accepted)])
        #expect((response.header("Content-Encoding") == "gzip") == isPacked)
        let body = isPacked ? try Gzip.decompress(response.body[...], limit: 10_000) : response.body
        #expect(body == long.body)
    }

    @Test("what is short, and pictures, stay as they are") func plain() {
        let gzip = [("Accept-Encoding", "gzip")]
        #expect(response(gzip, WebAnswer([1, 2], "text/plain")).header("Content-Encoding") == nil)
        #expect(response(gzip, WebAnswer(long.body, "image/png")).header("Content-Encoding") == nil)
    }

    @Test("what has not changed is not sent again") func conditional() throws {
        let tag = try #require(response([]).header("ETag"))
        for given in [tag, "\"x\", \(tag) ", "*", String(tag.dropFirst(2))] {
            let second = response([("If-None-Match", given)])
            #expect(second.status == 304 && second.body.isEmpty && second.header("ETag") == tag, "\(given)")
        }
        #expect(response([("If-None-Match", "W/\"x\"")]).status == 200)
        let problem = Problem(.notFound, "x").answer
        #expect(response([("If-None-Match", "*")], problem).status == 404)
    }

    @Test("each answer keeps browsers out of trouble") func safety() {
        for answer in [long, Problem(.failed, "x").answer, LoginForm.page(isWrong: true)] {
            let response = response([], answer)
            #expect(
                response.header("X-Content-Type-Options") == "nosniff" && response.header("X-Frame-Options") == "DENY")
            #expect(response.header("Content-Security-Policy")?.contains("default-src 'none'") == true)
            #expect(response.header("Referrer-Policy") == "no-referrer")
            #expect(response.header("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test("another site may read only where it was named") func cors() {
        let response = long.response(to: HTTPRequest(.get, "/"), origin: "https://a.example")
        #expect(response.header("Access-Control-Allow-Origin") == "https://a.example")
        #expect(response.header("Access-Control-Allow-Credentials") == nil)
        #expect(response.header("Access-Control-Expose-Headers")?.contains("ETag") == true)
    }
}
