import Foundation
import Testing

@testable import Configuration

/// The parser beside Foundation's decoder, which reads JSON5 too but tells no lines.
@Suite struct JSON5ParserTests {
    /// What Foundation makes of a document.
    private indirect enum Decoded: Decodable, Equatable {
        case null
        case boolean(Bool)
        case number(Double)
        case string(String)
        case array([Decoded])
        case object([String: Decoded])

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let boolean = try? value.decode(Bool.self) {
                self = .boolean(boolean)
            } else if let number = try? value.decode(Double.self) {
                self = .number(number)
            } else if let string = try? value.decode(String.self) {
                self = .string(string)
            } else if let array = try? value.decode([Decoded].self) {
                self = .array(array)
            } else {
                self = .object(try value.decode([String: Decoded].self))
            }
        }

        init(_ value: JSON5Value) {
            switch value.content {
            case .null: self = .null
            case .boolean(let boolean): self = .boolean(boolean)
            case .number(let number): self = .number(number)
            case .string(let string): self = .string(string)
            case .array(let elements): self = .array(elements.map { Decoded($0) })
            case .object(let members):
                self = .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, Decoded($0.value)) }))
            }
        }
    }

    @Test(
        "reads what Foundation reads",
        arguments: [
            "null", " true // yes", "{}", "[]", "[1, 2,]",
            "{a: 1, 'b': .5, \"c\": 0x1F, d: +2, e: -3., f: 1e3, $_g9: 1E-2}",
            "/* before */ {a /* in */ : /**/ [ // end\n1, [[]], {b: {c: 'd'}},],} // after", "\u{FEFF}{a: 1}",
            "{é: 'ü', 名: '\u{1F52D}'}", #"'say \'x\', "y", \x41 \u00e9 \uD83D\uDD2D \n\t\b\f\r \/ \\ '"#,
            "[0, -0, 0.0, 0e0, 12345678901234567890, -1e-300]",
        ])
    func agrees(text: String) throws {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let expected = try? decoder.decode(Decoded.self, from: Data(text.utf8))
        #expect(Decoded(try JSON5Parser.parse(text)) == expected)
    }

    /// Each by the specification's grammar, https://spec.json5.org, but for the last two, which are ours.
    @Test(
        "says where the text goes wrong",
        arguments: [
            ("", "1:1: the text ends where a value should be"), ("{a: 1,\n b 2}", "2:4: ':' should be here, not \"2\""),
            ("{a: 1,\r\n", "2:1: the text ends where a name or '}' should be"),
            ("[1\r2]", "2:1: ',' or ']' should be here, not \"2\""),
            ("{a: 1,,}", "1:7: a name or '}' should be here, not \",\""),
            ("{'a': 'x\ny'}", "1:7: this string does not end on its line"),
            ("{a: 1 /* x\n\n", "1:7: this comment does not end"),
            ("1 2", "1:3: nothing more should be here, not \"2\""),
            ("[01]", "1:2: '01' is not a number"), ("[1.2.3]", "1:2: '1.2.3' is not a number"),
            ("[0x]", "1:2: '0x' is not a number"),
            ("[tru]", "1:2: a value should be here, not \"t\""), ("[nullx]", "1:2: a value should be here, not \"n\""),
            (#"'\uD83D x'"#, "1:2: half a surrogate pair is not a character"),
            (#"'\u12G4'"#, "1:6: a hexadecimal digit should be here, not \"G\""),
            (#"'\1'"#, "1:2: a digit cannot follow '\\'"), ("{1a: 2}", "1:2: a name should be here, not \"1\""),
            ("{a: 1, b: 2,\n 'a': 3}", "2:2: 'a' is set on line 1 already"),
            (String(repeating: "[", count: 17), "1:17: nested deeper than 16"),
        ])
    func refuses(text: String, problem: String) {
        let error = #expect(throws: ConfigurationError.Problem.self) { try JSON5Parser.parse(text) }
        #expect(error?.description == problem)
    }

    /// By sections 3 (names), 5.2 (lines that go on), 6 (numbers) and 8 (space) of the specification.
    @Test(
        "follows the specification where Foundation does not",
        arguments: [
            (#"{a\u0062c: 1}"#, Decoded.object(["abc": .number(1)])), (#"'a\vb\0'"#, .string("a\u{B}b\0")),
            ("'goes \\\non'", .string("goes on")), ("'goes \\\r\non'", .string("goes on")),
            ("[1e400, 1e-400, -Infinity]", .array([.number(.infinity), .number(0), .number(-.infinity)])),
            ("\u{A0}\u{2028}1", .number(1)),
        ])
    private func specification(text: String, expected: Decoded) throws {
        #expect(Decoded(try JSON5Parser.parse(text)) == expected)
    }

    @Test("knows each value's line, whatever ends the lines", arguments: ["\n", "\r\n", "\r"])
    func lines(end: String) throws {
        let text = ["{", "  // one", "  a: [1, ", "  'x\\", "y', 2],", " /*", "*/ b: 3 }"].joined(separator: end)
        guard case .object(let members) = try JSON5Parser.parse(text).content,
            case .array(let elements) = members.first?.value.content
        else {
            Issue.record("no object with a list")
            return
        }
        #expect(members.map(\.line) == [3, 7])
        #expect(elements.map(\.line) == [3, 4, 5])
    }

    @Test("ends on any text that is cut or changed somewhere")
    func damaged() {
        let text =
            #"{a: [1, .5e-3, 0x1f, 'b\u0041\x42\n', "c"], d: {e: null, 'f': {g: true}}, /* h */ i: -Infinity} // j"#
        var generator = SystemRandomNumberGenerator()
        for cut in text.indices { _ = try? JSON5Parser.parse(String(text[..<cut])) }
        for _ in 0..<5_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = Array(#"{}[]:,'"\/*xu0eE+-.aN"#.utf8).randomElement(using: &generator) ?? 0
            }
            // What it makes of it does not matter; that it comes back does.
            do { _ = try JSON5Parser.parse(String(decoding: bytes, as: UTF8.self)) } catch {
                #expect(error.line == 1 && (error.column ?? 0) >= 1 && (error.column ?? 0) <= bytes.count + 1)
            }
        }
    }
}
