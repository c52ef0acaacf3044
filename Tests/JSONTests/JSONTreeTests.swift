import JSON
import Testing

/// Each text by hand, after RFC 8259.
@Suite struct JSONTreeTests {
    private func text(_ value: JSONTree) -> String { String(decoding: value.bytes, as: UTF8.self) }

    @Test("members stand as they were given, and what is null is written") func order() {
        let value: JSONTree = ["z": [1, 2.5, true], "a": JSONTree(String?.none), "b": [:], "c": []]
        #expect(text(value) == #"{"z":[1,2.5,true],"a":null,"b":{},"c":[]}"#)
        #expect(text(JSONTree(id: .min)) == #""-9223372036854775808""#)
    }

    @Test("texts are quoted whatever is in them") func quotes() {
        #expect(text(.text("a\"\\\n\u{0}\u{1f}ü</script>")) == #""a\"\\\u000a\u0000\u001fü</script>""#)
        #expect(text(.object([(name: "\"", value: 1)])) == #"{"\"":1}"#)
    }

    @Test("numbers that JSON lacks are null", arguments: [Double.nan, .infinity, -.infinity])
    func numbers(number: Double) { #expect(text(.number(number)) == "null") }

    @Test("what is encoded keeps the order of its members") func encoded() throws {
        struct Pair: Encodable { let z = 1, a = "x" }
        #expect(text([try JSONTree(encoding: Pair()), .written(Array("7".utf8))]) == #"[{"z":1,"a":"x"},7]"#)
    }
}
