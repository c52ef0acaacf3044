internal import Foundation
internal import Query

/// The data folders that a command reads as one.
struct DataFolders: Sendable {
    /// One that is read or written.
    static let one = Option<String>.text("data", "DIR", "the data folder", key: "data").required
    /// One or several that are read.
    static let several = Option<String>.text("data", "DIR", "a data folder", key: "data").required.repeatable

    let paths: [String]

    init(_ arguments: Arguments) throws(UsageError) {
        paths = try arguments.values(Self.several)
        guard !paths.isEmpty else { throw UsageError("--data DIR, the data folder, is missing") }
        let resolved = paths.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        guard Set(resolved).count == resolved.count else { throw UsageError("a folder is given twice") }
    }

    func open() throws -> DataReader { try DataReader(paths) }

    /// The only one.
    ///
    /// - Parameter purpose: What is done with one at a time.
    /// - Returns: Its path.
    /// - Throws: ``UsageError`` where there are several.
    func sole(_ purpose: String) throws(UsageError) -> String {
        guard paths.count == 1 else { throw UsageError("one data folder at a time is \(purpose)") }
        return paths[0]
    }
}
