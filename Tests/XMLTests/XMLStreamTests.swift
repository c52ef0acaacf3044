import Testing
import XML

/// Expected: what the text says by XML 1.0.
@Suite struct XMLStreamTests {
    /// What a text has, read in pieces of some bytes.
    private func events(_ text: String, piece: Int = 3) throws(XMLError) -> [String] {
        var found: [String] = []
        let stream = XMLStream { event in
            switch event {
            case .begin(let name, let attributes):
                found.append(
                    "<\(name) \(attributes.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ","))")
            case .text(let text): found.append(String(decoding: text, as: UTF8.self))
            case .end(let name): found.append(">\(name)")
            }
            return found.last == "<bad " ? "it is bad" : nil
        }
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let failure: XMLError? = bytes[start..<min(start + piece, bytes.count)].withUnsafeBytes { bytes in
                do throws(XMLError) { try stream.parse(bytes, isLast: false) } catch { return error }
                return nil
            }
            if let failure { throw failure }
        }
        try stream.parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
        return found
    }

    @Test("elements, attributes and text come in order, in whatever pieces", arguments: [1, 7, 1_000]) func order(
        piece: Int
    ) throws {
        let text = #"<?xml version="1.0"?><v:A x="1" y="&lt;"><B/>a&amp;b</v:A>"#
        let found = try events(text, piece: piece)
        #expect(found.filter { $0.hasPrefix("<") || $0.hasPrefix(">") } == ["<A x=1,y=<", "<B ", ">B", ">A"])
        #expect(found.filter { !$0.hasPrefix("<") && !$0.hasPrefix(">") }.joined() == "a&b")
    }

    @Test(
        "what is wrong is said with its line",
        arguments: [
            ("<a>\n</b>", "line 2: no XML: mismatched tag"), ("<a>\n<bad/>\n</a>", "line 2: it is bad"),
            ("<a>\n", "line 2: no XML: no element found"),
            ("", "line 1: no XML: no element found"),
            ("<!DOCTYPE a [\n<!ENTITY b 'x'>]><a>&b;</a>", "line 2: it declares entities of its own"),
            (String(repeating: "<a>", count: 65), "line 1: elements lie more than 64 deep"),
            ("<a b='" + String(repeating: "x", count: 1 << 21), "line 1: a tag has more than 1048576 bytes"),
        ])
    func mistakes(text: String, reason: String) throws {
        let error = #expect(throws: XMLError.self) { try events(text, piece: 1 << 16) }
        #expect("\(try #require(error))" == reason)
    }
}
