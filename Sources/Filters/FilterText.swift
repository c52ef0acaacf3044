package import Alerts
internal import Hashing

/// A filter as its author wrote it: one SELECT over one alert, whose columns are cuts.
package struct FilterText: Sendable, Hashable {
    /// The filter's name, `[a-z][a-z0-9_]{0,30}`.
    package let name: String
    /// The survey whose alerts it judges.
    package let survey: Survey
    /// The statement.
    package let sql: String
    /// Where it was read from, as errors name it.
    package let path: String

    /// A filter's text.
    ///
    /// - Throws: ``FilterError`` for a name that no filter may have.
    package init(name: String, survey: Survey, sql: String, path: String) throws(FilterError) {
        guard Self.isName(name) else {
            throw FilterError(
                path: path,
                reason: "'\(name)' cannot be a filter's name: a small letter, then at most 30 of a-z, 0-9 and _")
        }
        guard !sql.utf8.contains(0) else { throw FilterError(path: path, reason: "the text has a zero byte") }
        (self.name, self.survey, self.sql, self.path) = (name, survey, sql, path)
    }

    /// The SHA-256 of the statement, in hexadecimal digits: what tells one version from another.
    package var version: String { Digest.hexadecimal(Digest.sha256(Array(sql.utf8)[...])) }

    /// Whether a filter or a cut may be named so.
    package static func isName(_ name: String) -> Bool {
        let letters = name.utf8
        return (1...31).contains(letters.count) && letters.first.map { isLetter($0) } == true
            && letters.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
