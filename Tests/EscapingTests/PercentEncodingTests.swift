import Escaping
import Testing

@Suite struct PercentEncodingTests {
    /// RFC 3986, 2.1 and 2.3; UTF-8 by byte.
    @Test(
        "escapes all but unreserved characters",
        arguments: [("aZ09-._~", "aZ09-._~"), ("a b/c?d=e&f", "a%20b%2Fc%3Fd%3De%26f"), ("å%", "%C3%A5%25"), ("", "")])
    func escape(text: String, expected: String) { #expect(PercentEncoding.escape(text) == expected) }

    @Test("a name keeps the marks that it may have, and no others") func names() {
        #expect(PercentEncoding.escape("../é~".utf8, keeping: "-_") == "%2E%2E%2F%C3%A9%7E")
        #expect(PercentEncoding.escape("a_b-\n".utf8, keeping: "-_", digits: .lowercase) == "a_b-%0a")
        #expect(PercentEncoding.escape("é".utf8.prefix(1), keeping: "", digits: .lowercase) == "%c3")
        #expect(PercentEncoding.escape("/a b?#%".utf8, keeping: "/") == "/a%20b%3F%23%25")
    }
}
