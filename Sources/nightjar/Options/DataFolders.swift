internal import Foundation
internal import Query

/// The data folders that a command reads as one.
struct DataFolders: Sendable {
    /// One that is read or written.
    static let one = Option<String>.text("data", "DIR", "the data folder", key: "data").required
    /// One or several that are read.
    static let several = Option<String>.text("data", "DIR", "a data folder", key: "data").required.repeatable

    /// The folders, those of a night's workers in place of the folder that they lie in.
    let paths: [String]
    /// As they were given.
    let given: [String]

    init(_ arguments: Arguments) throws(UsageError) {
        given = try arguments.values(Self.several)
        paths = Self.paths(of: given)
        guard !paths.isEmpty else { throw UsageError("--data DIR, the data folder, is missing") }
        let resolved = paths.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
        guard Set(resolved).count == resolved.count else { throw UsageError("a folder is given twice") }
    }

    /// The data folders that given ones stand for, as they are now.
    static func paths(of given: [String]) -> [String] { given.flatMap(workers) }

    /// A folder, or those of the workers in it: `worker-1`, `worker-2` and so on, where it is no data folder itself.
    private static func workers(in folder: String) -> [String] {
        func isData(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/nightjar.db") }
        guard !isData(folder), let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            return [folder]
        }
        let workers = names.compactMap { name in
            name.hasPrefix("worker-") ? Int(name.dropFirst("worker-".count)) : nil
        }
        let paths = workers.sorted().map { "\(folder)/worker-\($0)" }.filter(isData)
        return paths.isEmpty ? [folder] : paths
    }

    /// Those that are made later, or have no data yet.
    var missing: [String] {
        Self.paths(of: given).filter { !FileManager.default.fileExists(atPath: "\($0)/nightjar.db") }
    }

    /// - Throws: ``FileError`` for what is given and is a file: no run makes it a folder.
    func expectFolders() throws(FileError) {
        for path in given {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            throw FileError(
                path: path, detail: "this is a file and no data folder; 'nightjar run \(path) --data DIR' makes one")
        }
    }

    func open() throws -> DataReader { try DataReader(paths) }

    /// The same for a night: a folder that has a conductor's files and no alerts yet has nothing to read.
    func openNight() throws -> DataReader {
        try DataReader(
            paths.filter { path in
                FileManager.default.fileExists(atPath: "\(path)/nightjar.db")
                    || !FileManager.default.fileExists(atPath: "\(path)/nights")
            })
    }

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
