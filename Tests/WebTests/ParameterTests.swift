import Query
import Testing

@testable import Web

@Suite struct ParameterTests {
    private let parameters: [Parameter] = [
        .path("id", .id, "an id"), .required("ra", .number(0...360), "degrees"),
        .optional("limit", .whole(1...10), "how many", standard: "5"), .optional("flag", .flag, "whether"),
        .optional("night", .night, "the night"), .optional("word", .choice(["a", "b"]), "a word"),
        .optional("text", .text(longest: 4), "a text"),
    ]

    @Test("values and what holds without them") func values() throws {
        let values = try ParameterValues(
            parameters, path: ["id": "-9223372036854775808"],
            query: ["ra": "1.5e2", "flag": "true", "night": "20240915"])
        #expect(values.id("id") == .min && values.number("ra") == 150 && values.whole("limit") == 5)
        #expect(values.flag("flag") && values["night"] == "20240915" && values["word"] == nil)
    }

    @Test(
        "what is no value is refused, with the name",
        arguments: [
            ("ra", "nan"), ("ra", "inf"), ("ra", "0x1p3"), ("ra", "361"), ("ra", "-1"), ("ra", ""), ("ra", "1e999"),
            ("limit", "0"), ("limit", "11"), ("limit", "x"), ("flag", "yes"), ("night", "20241315"),
            ("night", "2024-09-15"),
            ("word", "c"), ("text", "12345"), ("text", ""), ("other", "1"), ("id", "3"),
        ])
    func refused(name: String, text: String) throws {
        var query = ["ra": "1"]
        query[name] = text
        let problem = #expect(throws: Problem.self) {
            try ParameterValues(parameters, path: ["id": "1"], query: query)
        }
        #expect(
            problem?.kind == .badRequest && problem?.detail.contains("'\(name)'") == true, "\(problem?.detail ?? "")")
    }

    @Test("a path's and a needed one may not be missing") func missing() {
        #expect(throws: Problem.self) { try ParameterValues(parameters, path: ["id": "1"], query: [:]) }
        #expect(throws: Problem.self) {
            try ParameterValues(parameters, path: ["id": "9223372036854775808"], query: ["ra": "1"])
        }
    }

    @Test("a cursor gives back its place, and no other text does") func cursors() throws {
        let place = AlertPlace(time: 2_460_568.7512345, id: -1_215_182_915_715_015_001, filter: "a\u{1}é")
        #expect(try Cursor.place(Cursor.text(place)) == place)
        #expect(try Cursor.place(nil) == nil)
        for text in ["", "x", "====", Cursor.text(["1"]), Cursor.text(["nan", "1", ""]), Cursor.text(["1", "x", ""])] {
            #expect(throws: Problem.self) { try Cursor.place(text) }
        }
        #expect(throws: Problem.self) { try Cursor.letter(Cursor.text(["1000", "1"])) }
    }
}
