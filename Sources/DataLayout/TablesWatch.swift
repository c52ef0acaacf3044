internal import Glibc
internal import SQLite
internal import Synchronization

/// The state of all folders' tables, equal while nobody has changed any.
package struct TablesState: Hashable, Sendable {
    /// Counts the times that the folders were opened anew.
    private let opening: Int
    private let versions: [Int64]

    /// A state, by SQLite's number of each folder.
    package init(opening: Int, versions: [Int64]) { (self.opening, self.versions) = (opening, versions) }
}

/// Which file a path names now: another one of the same name is another database.
package struct DatabaseFile: Hashable, Sendable {
    private let device, number: UInt64

    /// The database of a data folder; `nil` where there is none.
    package init?(folder: String) {
        var status = stat()
        guard stat("\(folder)/nightjar.db", &status) == 0 else { return nil }
        (device, number) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
}

/// Watches the tables of data folders.
///
/// SQLite's `data_version` tells a connection whether others have changed the database since; its numbers mean nothing to another
/// connection, so that each folder has one here for as long as it is the same file.
package final class TablesWatch: Sendable {
    /// `@unchecked Sendable` because its statements are used under the lock alone.
    private struct Watched: @unchecked Sendable {
        let paths: [String]
        let files: [DatabaseFile?]
        let databases: [Statement]
    }

    private struct State {
        var watched: Watched?
        var openings = 0
    }

    private let state = Mutex(State())

    /// Watches what it is asked of.
    package init() {}

    /// The state of folders' tables; `nil` where one cannot be read.
    package func now(_ paths: [String]) -> TablesState? {
        state.withLock { state in
            let files = paths.map { DatabaseFile(folder: $0) }
            if state.watched.map({ $0.paths != paths || $0.files != files }) ?? true {
                state.watched = Self.open(paths, files)
                state.openings += 1
            }
            guard let watched = state.watched else { return nil }
            do throws(SQLiteError) {
                var versions: [Int64] = []
                for version in watched.databases {
                    guard try version.step() else { return nil }
                    versions.append(version.integer(0))
                    version.reset()
                }
                return TablesState(opening: state.openings, versions: versions)
            } catch {
                state.watched = nil
                return nil
            }
        }
    }

    private static func open(_ paths: [String], _ files: [DatabaseFile?]) -> Watched? {
        guard !files.contains(nil) else { return nil }
        var statements: [Statement] = []
        for path in paths {
            guard let database = try? FolderDatabase.open(path),
                let version = try? database.prepare("PRAGMA data_version")
            else { return nil }
            statements.append(version)
        }
        return Watched(paths: paths, files: files, databases: statements)
    }
}
