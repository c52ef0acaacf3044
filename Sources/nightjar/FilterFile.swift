internal import Alerts
internal import Configuration
internal import Filters
internal import Foundation

/// A filter that a command names: one that Nightjar has, or a file.
enum FilterFile {
    /// Bytes of a filter at most.
    private static let longest = 1 << 16

    static let survey = Option<Survey>(
        OptionDeclaration(
            name: "survey", valueName: "SURVEY",
            help: "whose alerts the filter is for: \(Survey.names); without it the name of the file's folder",
            kind: .text)
    ) { (text) throws(UsageError) in
        guard let survey = Survey.named(text) else { throw UsageError("not \(Survey.names)") }
        return survey
    }

    /// Reads a filter of a survey: `NAME` of one that Nightjar has, else the file `PATH/NAME.sql`.
    ///
    /// - Throws: ``FilterError``, and ``FileError`` for a file that cannot be read.
    static func read(_ word: String, of survey: Survey) throws -> FilterText {
        if let sql = survey.filters[word] {
            return try FilterText(name: word, survey: survey, sql: sql, path: "\(survey.name)/\(word).sql")
        }
        let names = survey.filters.keys.sorted().joined(separator: ", ")
        guard word.hasSuffix(".sql") else {
            throw FileError(
                path: word, detail: "neither a file that ends in .sql nor one of \(survey.title)'s filters: \(names)")
        }
        return try FilterText(
            name: String(URL(filePath: word).lastPathComponent.dropLast(4)), survey: survey, sql: text(word), path: word
        )
    }

    /// The survey that a filter is for: that of the option, or of the folder in which the file lies.
    ///
    /// - Throws: ``UsageError`` where neither says it.
    static func survey(of path: String, given: Survey?) throws -> Survey {
        guard let survey = given ?? surveyOfFolder(path) else {
            throw UsageError(
                "\(path): say --survey, or put the file into a folder of the survey's name: \(Survey.names)")
        }
        return survey
    }

    /// The survey whose name the folder of a file has; `nil` for another.
    static func surveyOfFolder(_ path: String) -> Survey? {
        guard path.hasSuffix(".sql") else { return nil }
        return Survey.named(URL(filePath: path).standardizedFileURL.deletingLastPathComponent().lastPathComponent)
    }

    private static func text(_ path: String) throws -> String {
        let bytes: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: longest + 1) ?? Data()
        } catch let error as CocoaError { throw FileError(path: path, detail: error.plain) }
        guard bytes.count <= longest else { throw FileError(path: path, detail: "a filter has 65536 bytes at most") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw FileError(path: path, detail: "the text is not UTF-8")
        }
        return text
    }
}
