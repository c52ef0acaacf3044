import Testing

@testable import Web

@Suite struct RequestTargetTests {
    @Test(
        "a path and a query are decoded once",
        arguments: [
            ("/api/v1/objects/a%2Fb", ["api", "v1", "objects", "a/b"]), ("/", []), ("/a/", ["a"]),
            ("/%2e%2e/x", ["..", "x"]),
            ("//a", ["", "a"]), ("/a+b%252e", ["a+b%2e"]),
        ])
    func path(text: String, parts: [String]) throws { #expect(try RequestTarget(text).parts == parts) }

    @Test("plus is a space in a query alone") func query() throws {
        #expect(try RequestTarget("/a?q=x+y%2B&b").query() == ["q": "x y+", "b": ""])
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "a", "/%", "/%4", "/%zz", "/%ff", "/%00", "/a?x=1&x=2",
            "/a?" + (0..<17).map { "p\($0)=1" }.joined(separator: "&"),
        ])
    func refused(text: String) { #expect(throws: Problem.self) { try RequestTarget(text).query() } }
}
