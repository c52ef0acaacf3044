import CloudBroker
import Foundation
import GoogleAuth
import HTTP
import HTTPServer
import LoopbackServer
import Testing

@Suite struct PushGateTests {
    private let said = Gathered<String>()

    private func gate(_ signer: TokenSigner?) throws -> PushGate {
        let said = said
        let identity = try signer.map {
            IdentityCheck(
                audience: TokenSigner.audience, account: TokenSigner.account, keys: try SigningKeys(at: $0.address))
        }
        return PushGate(identity) { said.add($0) }
    }

    private func push(_ url: String = "/", _ headers: [HTTPHeader] = [], method: HTTPMethod = .post) -> HTTPRequest {
        HTTPRequest(method, url, headers: headers)
    }

    @Test("one path and one method are accepted", arguments: [true, false]) func places(isOpen: Bool) throws {
        let signer = try TokenSigner()
        let gate = try gate(isOpen ? nil : signer)
        let bearer = [HTTPHeader("authorization", "Bearer \(try signer.token())")]
        // Eventarc adds a query.
        for url in ["/", "/?__GCP_CloudEventsMode=CUSTOM_PUBSUB_projects%2Fp"] {
            #expect(gate.refusal(of: push(url, bearer)) == nil)
        }
        for url in ["/x", "//", "/healthz", "", "*", "/%2F", "http://a/"] {
            #expect(gate.refusal(of: push(url, bearer))?.status == 404, "\(url)")
        }
        for method in [HTTPMethod.get, .head, .put, .patch, .delete] {
            let response = try #require(gate.refusal(of: push("/", bearer, method: method)))
            #expect(response.status == 405 && response.header("Allow") == "POST")
        }
        #expect(said.values.isEmpty)
    }

    @Test("a token that is missing, wrong or there twice is refused, and told in one line") func tokens() throws {
        let signer = try TokenSigner()
        let gate = try gate(signer)
        let right = HTTPHeader("Authorization", "Bearer \(try signer.token())")
        let wrong = HTTPHeader("Authorization", "Bearer \(try signer.token(claims: ["aud": "https://other/"]))")
        for headers in [[], [wrong], [right, wrong], [wrong, right], [HTTPHeader("X-Authorization", right.value)]] {
            let response = try #require(gate.refusal(of: push("/", headers)))
            #expect(response.status == 401 && response.header("WWW-Authenticate") == "Bearer")
        }
        #expect(gate.refusal(of: push("/", [right])) == nil)
        #expect(said.values == ["refused a push: no token"])
    }

    @Test("503 while keys are unavailable, so that the push is retried") func withoutKeys() throws {
        let signer = try TokenSigner()
        try signer.serve(["keys": [String](), "status": 500])
        let response = try gate(signer).refusal(
            of: push("/", [HTTPHeader("Authorization", "Bearer \(try signer.token())")]))
        #expect(response?.status == 503 && response?.header("Retry-After") != nil)
        #expect(said.values.count == 1 && said.values[0].contains("status 500"), "\(said.values)")
    }

    @Test("over HTTP the handler gets accepted requests only") func served() throws {
        let signer = try TokenSigner()
        let gate = try gate(signer)
        let bodies = Gathered<[UInt8]>()
        let server = try HTTPServer(HTTPServerSettings(port: 0), refusal: gate.refusal) { request in
            bodies.add(request.body)
            return HTTPResponse(status: 204, headers: [], body: [])
        }
        func post(_ token: String?, _ path: String, _ body: [UInt8]) throws -> Int {
            let headers = token.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []
            let url = "http://127.0.0.1:\(server.port)\(path)"
            return try HTTPClient().send(
                HTTPRequest(.post, url, headers: headers, body: body), limit: 1_000, deadline: .seconds(60)
            ).status
        }
        let token = try signer.token()
        #expect(try post(token, "/", [1]) == 204)
        #expect(try post(nil, "/", [2]) == 401)
        #expect(try post("wrong", "/", [3]) == 401)
        #expect(try post(token, "/other", [4]) == 404)
        #expect(try post(token, "/", [5]) == 204)
        #expect(bodies.values == [[1], [5]])
        #expect(server.stop(within: .seconds(20)))
    }
}
