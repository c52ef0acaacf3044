import Testing

/// What other targets may use says what it is.
@Suite struct DocumentationTests {
    /// Package and public declarations without a doc comment, by line. What a protocol asks for (`description`, `==`, `<`, `hash`,
    /// and the reading and writing of a `ProtobufMessage`) is documented there.
    static func undocumented(in lines: [Substring]) -> [Int] {
        lines.indices.filter { index in
            guard lines[index].contains("package ") || lines[index].contains("public "),
                lines[index].contains(/^\s*(@\w+(\([^)]*\))? )*(package|public) (?!import\b|extension\b)/),
                !lines[index].contains(
                    /\b(var (debugD|d)escription: String|static func (==|<|\+=?|-) |func hash\(into)/),
                !lines[index].contains(/\b(init\(_ reader: inout Proto|func write\(to writer: inout Proto)/)
            else { return false }
            let before = lines[..<index].last { !$0.contains(/^\s*@\w+(\([^)]*\))?$/) }
            return before?.contains(/^\s*\/\/\//) != true
        }
    }

    @Test("every package and public declaration has a doc comment") func declarations() throws {
        var lacking: [String: [String]] = [:]
        for file in try Repository.sources.get() {
            let found = Self.undocumented(in: file.lines)
            if !found.isEmpty { lacking[file.target, default: []] += found.map { "\(file):\($0 + 1)" } }
        }
        for (target, lines) in lacking {
            Issue.record("\(lines.count) declarations of \(target) have no doc comment: \(lines.prefix(10))")
        }
    }

    @Test func findsDeclarations() {
        let text = """
            package import Foundation

            /// A thing.
            package struct Thing {
                package let one: Int
                /// Two.
                @inlinable
                package func two() {}
                package var description: String { "" }
                private let three = 3
            }
            """
        #expect(Self.undocumented(in: text.split(separator: "\n", omittingEmptySubsequences: false)) == [4])
    }
}
