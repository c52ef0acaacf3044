import HTTP
import Testing

@Suite struct PercentEncodingTests {
    /// RFC 3986, 2.1 and 2.3; UTF-8 by byte.
    @Test(
        "escapes all but unreserved characters",
        arguments: [("aZ09-._~", "aZ09-._~"), ("a b/c?d=e&f", "a%20b%2Fc%3Fd%3De%26f"), ("å%", "%C3%A5%25"), ("", "")])
    func escape(text: String, expected: String) { #expect(PercentEncoding.escape(text) == expected) }
}
