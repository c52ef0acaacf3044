package import Alerts
internal import Foundation

/// A folder of filters: `DIR/<survey>/NAME.sql` each.
package struct FilterFolder: Sendable {
    /// Bytes of a filter at most.
    package static let longest = 1 << 16
    /// Filters of one survey at most.
    package static let most = 1_000

    /// The folder.
    package let path: String

    /// A folder, which is not looked at yet.
    package init(_ path: String) { self.path = path }

    /// What tells whether the folder has changed: each file's name, length and time.
    package struct State: Hashable, Sendable {
        fileprivate var files: [String: Stamp] = [:]

        fileprivate struct Stamp: Hashable, Sendable { let inode, size, seconds, nanoseconds: Int }
    }

    /// The folder's state now.
    ///
    /// - Throws: ``FilterError`` for a folder that cannot be read, or has something that is no survey's.
    package func state() throws(FilterError) -> State {
        var state = State()
        for (survey, name) in try names() {
            let file = path(of: survey, name)
            var status = stat()
            // A file that is gone by now is not there.
            guard stat(file, &status) == 0 else { continue }
            state.files[file] = State.Stamp(
                inode: Int(status.st_ino), size: Int(status.st_size), seconds: status.st_mtim.tv_sec,
                nanoseconds: status.st_mtim.tv_nsec)
        }
        return state
    }

    /// The filters, by survey and name.
    ///
    /// - Parameter chosen: Whose filters; `nil` for all surveys'.
    /// - Returns: Their texts, which nobody has checked yet.
    /// - Throws: ``FilterError`` for the first that cannot be read.
    package func filters(of chosen: Survey? = nil) throws(FilterError) -> [FilterText] {
        var filters: [FilterText] = []
        for (survey, name) in try names() where chosen == nil || survey == chosen {
            filters.append(try Self.read(path(of: survey, name), of: survey))
        }
        return filters
    }

    /// Reads a filter from a file `NAME.sql`.
    ///
    /// - Throws: ``FilterError`` for a file that cannot be read, is too long, or has no name for a filter.
    package static func read(_ path: String, of survey: Survey) throws(FilterError) -> FilterText {
        // A pipe would be waited for.
        var status = stat()
        guard stat(path, &status) == 0 else { throw FilterError(path: path, reason: "there is no such file") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FilterError(path: path, reason: "it is no file") }
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw FilterError(path: path, reason: "it cannot be read")
        }
        defer { try? file.close() }
        let bytes: Data
        do { bytes = try file.read(upToCount: longest + 1) ?? Data() } catch {
            throw FilterError(path: path, reason: "it cannot be read")
        }
        guard bytes.count <= longest else {
            throw FilterError(path: path, reason: "a filter has \(longest) bytes at most")
        }
        guard let sql = String(validating: bytes, as: UTF8.self) else {
            throw FilterError(path: path, reason: "the text is not UTF-8")
        }
        return try FilterText(
            name: String(URL(filePath: path).lastPathComponent.dropLast(suffix.count)), survey: survey, sql: sql,
            path: path)
    }

    private static let suffix = ".sql"

    private func path(of survey: Survey, _ name: String) -> String { "\(path)/\(survey.name)/\(name)" }

    private func names() throws(FilterError) -> [(survey: Survey, file: String)] {
        var names: [(survey: Survey, file: String)] = []
        for entry in try Self.visible(path) {
            let folder = "\(path)/\(entry)"
            guard let survey = Survey.named(entry) else {
                // A note beside the folders is nobody's mistake.
                if entry.lowercased().contains(Self.suffix) {
                    throw FilterError(
                        path: folder, reason: "filters lie in folders of their surveys: \(path)/SURVEY/\(entry)")
                }
                if Self.isFolder(folder) {
                    throw FilterError(path: folder, reason: "no survey has this name; there are \(Survey.names)")
                }
                continue
            }
            guard Self.isFolder(folder) else { continue }
            let files = try Self.visible(folder)
            for file in files where !file.hasSuffix(Self.suffix) {
                guard file.lowercased().contains(Self.suffix) || Self.isFolder("\(folder)/\(file)") else { continue }
                throw FilterError(
                    path: "\(folder)/\(file)", reason: "a filter is a file NAME.sql in its survey's folder")
            }
            let filters = files.filter { $0.hasSuffix(Self.suffix) }
            guard filters.count <= Self.most else {
                throw FilterError(path: folder, reason: "it has more than \(Self.most) filters")
            }
            names += filters.map { (survey, $0) }
        }
        return names
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func visible(_ folder: String) throws(FilterError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
        } catch {
            throw FilterError(path: folder, reason: "there is no folder of filters that can be read")
        }
    }
}
