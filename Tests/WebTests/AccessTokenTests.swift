import Foundation
import HTTP
import Testing

@testable import Web

@Suite struct AccessTokenTests {
    private let token: AccessToken

    init() throws { token = try #require(AccessToken("correct-horse-battery")) }

    private func admits(_ name: String, _ value: String) -> Bool {
        token.admits(HTTPRequest(.get, "/", headers: [HTTPHeader(name, value)]))
    }

    private func basic(_ pair: String) -> String { "Basic " + Data(pair.utf8).base64EncodedString() }

    @Test("as Bearer, as Basic's password, and by the cookie") func admitted() {
        #expect(admits("Authorization", "Bearer correct-horse-battery"))
        #expect(admits("authorization", "bearer correct-horse-battery"))
        #expect(admits("Authorization", basic("anybody:correct-horse-battery")))
        #expect(admits("Cookie", "a=b; \(AccessToken.cookie)=\(token.session); c=d"))
    }

    @Test(
        "nothing else",
        arguments: [
            "Bearer", "Bearer ", "Bearer correct-horse-batter", "Bearer correct-horse-batteryx",
            "correct-horse-battery",
            "Digest correct-horse-battery", "Basic correct-horse-battery", "Basic ====",
            "Bearer  correct-horse-battery ",
        ])
    func refused(value: String) { #expect(!admits("Authorization", value)) }

    @Test("the cookie does not hold the token, and another's is none") func cookie() throws {
        #expect(!token.session.contains("correct"))
        #expect(!admits("Cookie", "\(AccessToken.cookie)=correct-horse-battery"))
        let other = try #require(AccessToken("another-token-as-long"))
        #expect(!admits("Cookie", "\(AccessToken.cookie)=\(other.session)"))
        #expect(!admits("Cookie", AccessToken.cookie))
    }

    @Test(
        "what can be guessed, or no header can carry, is no token",
        arguments: [
            "", "short", "with space in the middle", "ümlaut-ümlaut-ümlaut", String(repeating: "x", count: 1_025),
            "line\nline-line-line-line",
        ])
    func unusable(text: String) { #expect(AccessToken(text) == nil) }
}
