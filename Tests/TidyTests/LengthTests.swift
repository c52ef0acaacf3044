import Testing

/// What is short can be read whole.
@Suite struct LengthTests {
    private static let longestFile = 365
    private static let longestFunction = 70

    /// Interpreters: one case an instruction in one loop, which would be slower in pieces.
    private static let interpreters = ["ProjectionWalk.swift", "TranscodingWalk.swift"]

    @Test("no file is longer than 365 lines") func files() throws {
        for file in try Repository.sources.get() where !Self.interpreters.contains(file.name) {
            // The text ends with a line break, behind which there is no line.
            #expect(file.lines.count - 1 <= Self.longestFile, "\(file)")
        }
    }

    @Test("no function is longer than 70 lines") func functions() throws {
        var longest = 0
        for file in try Repository.sources.get() {
            for function in Self.functions(in: file.lines) {
                if Self.interpreters.contains(file.name) {
                    longest = max(longest, function.count)
                } else {
                    #expect(function.count <= Self.longestFunction, "\(file), line \(function.lowerBound + 1)")
                }
            }
        }
        // The exceptions are needed, and functions are found.
        #expect(longest > Self.longestFunction)
    }

    /// The lines of each function, initializer and subscript, from its first to its closing brace at the same indentation.
    static func functions(in lines: [Substring]) -> [Range<Int>] {
        lines.indices.compactMap { start in
            guard ["func ", "init", "subscript", "deinit"].contains(where: lines[start].contains),
                lines[start].contains(/^\s*(@?[\w()]+ )*(func |init[?(<]|subscript[(<]|deinit\b)/)
            else { return nil }
            // The signature ends where its body begins; a requirement of a protocol has none.
            let rest = lines[start...]
            guard let open = rest.firstIndex(where: { $0.hasSuffix("{") || $0.hasSuffix("}") || $0.isEmpty }),
                lines[open].hasSuffix("{")
            else { return nil }
            let close = lines[start].prefix { $0 == " " } + "}"
            guard let end = lines[open...].firstIndex(of: close) else { return nil }
            return start..<end + 1
        }
    }

    @Test func findsFunctions() {
        let text = """
            struct A {
                init(
                    x: Int
                ) {
                    y = x
                }

                func one() -> Int { 1 }

                private static func two() {
                    if true {
                    }
                }
            }
            protocol B {
                func three()
            }
            """
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(Self.functions(in: lines) == [1..<6, 9..<13])
    }
}
