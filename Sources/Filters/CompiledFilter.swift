internal import SQLite

/// A filter that an engine can evaluate.
package final class CompiledFilter {
    /// What was compiled.
    package let text: FilterText
    /// The names of its cuts, in their order.
    package let cuts: [String]
    /// The tables that it reads.
    package let tables: Set<String>
    /// The catalogues that it asks, by name.
    package let catalogues: [String]
    /// Those of them that are not there, and so cover no sky.
    package let absent: [String]
    let statement: Statement

    /// The catalogues that it asks without asking whether they have the sky around the alert: where one has not, it finds no
    /// source, and a cut on that passes.
    package var uncovered: [String] {
        let letters = text.sql.lowercased().filter { !$0.isWhitespace }
        return catalogues.filter { !letters.contains("covers('\($0)')") }
    }

    /// The statement without what ends it, so that it can stand within another.
    var statementText: String {
        let text = Array(text.sql.utf8.prefix(statement.end))
        let blanks = Array(" \t\r\n;".utf8)
        let length = text.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? 0
        return String(decoding: text[..<length], as: UTF8.self)
    }

    init(
        _ text: FilterText, cuts: [String], tables: Set<String>, catalogues: [String], absent: [String],
        statement: Statement
    ) {
        (self.text, self.cuts, self.tables) = (text, cuts, tables)
        (self.catalogues, self.absent, self.statement) = (catalogues, absent, statement)
    }
}

/// What the cuts of a filter say of one alert, in their order.
package struct CutVerdicts: Sendable, Hashable {
    /// Bits of the cuts that have a verdict, and of those that pass. 64 are more than a filter has.
    private var known: UInt64 = 0
    private var true_: UInt64 = 0
    /// How many cuts there are.
    package private(set) var count = 0

    /// The most cuts that a filter may have.
    package static let most = 64

    /// No cuts.
    package init() {}

    mutating func append(_ verdict: Bool?) {
        if let verdict {
            known |= 1 << UInt64(count)
            if verdict { true_ |= 1 << UInt64(count) }
        }
        count += 1
    }

    /// What a cut says; `nil` where it is null, and so does not pass.
    package subscript(cut: Int) -> Bool? {
        known >> UInt64(cut) & 1 == 0 ? nil : true_ >> UInt64(cut) & 1 == 1
    }

    /// Whether all cuts pass.
    package var pass: Bool { true_.nonzeroBitCount == count }
}
