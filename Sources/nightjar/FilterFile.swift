internal import Alerts
internal import Configuration
internal import Filters
internal import Foundation
internal import Query

/// A filter that a command names: one that Nightjar has, or a file.
enum FilterFile {
    static let survey = Option<Survey>(
        OptionDeclaration(
            name: "survey", valueName: "SURVEY",
            help: "whose alerts the filter is for: \(Survey.names); without it the name of the file's folder",
            kind: .text)
    ) { (text) throws(UsageError) in
        guard let survey = Survey.named(text) else { throw UsageError("not \(Survey.names)") }
        return survey
    }

    /// Reads a filter of a survey: `NAME` of one that Nightjar has, the file `PATH/NAME.sql`, or `NAME` or `NAME@VERSION` of one that
    /// has judged alerts of data folders, of which the first letters of the version are enough and without it the last is meant.
    ///
    /// - Throws: ``FilterError``, and ``FileError`` for a word that names no filter.
    static func read(_ word: String, of survey: Survey, in data: DataFolders? = nil) throws -> FilterText {
        if let sql = survey.filters[word] {
            return try FilterText(name: word, survey: survey, sql: sql, path: "\(survey.name)/\(word).sql")
        }
        if word.hasSuffix(".sql") { return try FilterFolder.read(word, of: survey) }
        let uses = try data.map { try $0.open().filterUses() }?.filter { $0.survey == survey.name } ?? []
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        let found = uses.filter { $0.filter == parts[0] && (parts.count == 1 || $0.version.hasPrefix(parts[1])) }
        guard let use = found.last else {
            let names = Set(survey.filters.keys).union(uses.map(\.filter)).sorted().joined(separator: ", ")
            throw FileError(
                path: word, detail: "neither a file that ends in .sql nor one of \(survey.title)'s filters: \(names)")
        }
        if parts.count > 1, found.count > 1 {
            throw FileError(
                path: word, detail: "several versions begin so: \(found.map(\.version).joined(separator: ", "))")
        }
        return try FilterText(
            name: use.filter, survey: survey, sql: use.sql, path: "\(use.filter)@\(use.version.prefix(12))")
    }

    /// The other filters of a survey: those that Nightjar has, and the last version of each that has judged alerts.
    static func others(than filter: FilterText, in data: DataFolders) throws -> [FilterText] {
        let uses = try data.open().filterUses().filter { $0.survey == filter.survey.name }
        let names = Set(filter.survey.filters.keys).union(uses.map(\.filter)).subtracting([filter.name])
        return try names.sorted().map { try read($0, of: filter.survey, in: data) }
    }

    /// The survey that a filter is for: that of the option, or of the folder in which the file lies.
    ///
    /// - Throws: ``UsageError`` where neither says it, ``FileError`` where there is no file to ask for.
    static func survey(of path: String, given: Survey?) throws -> Survey {
        guard FileManager.default.fileExists(atPath: path) else {
            throw FileError(path: path, detail: "there is no such file")
        }
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
}
