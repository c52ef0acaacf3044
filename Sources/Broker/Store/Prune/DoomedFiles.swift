internal import DataLayout
internal import Glibc
internal import SQLite

/// Deletes the files that a committed removal left to be deleted, also after a crash in between.
struct DoomedFiles {
    private let root: String
    private let database: Database

    init(_ root: String, _ database: Database) { (self.root, self.database) = (root, database) }

    /// Deletes all that are listed.
    ///
    /// - Returns: The bytes that they had.
    /// - Throws: ``BrokerError`` where one cannot be deleted; it stays listed.
    @discardableResult
    func delete() throws(BrokerError) -> Int64 {
        var bytes: Int64 = 0
        let paths: Set<String>
        do { paths = try PruneTables.doomed(in: database) } catch { throw BrokerError(error) }
        guard !paths.isEmpty else { return 0 }
        for path in paths where Self.isOurs(path) {
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            guard unlink("\(root)/\(path)") == 0 || errno == ENOENT else {
                throw .system(.cannotWrite, path: "\(root)/\(path)")
            }
            bytes += Int64(status.st_size)
            // The folder of a night, or of an object's plots; one that still has files stays, and so do the upper ones.
            let parts = path.split(separator: "/")
            if parts.count > 2 { rmdir("\(root)/\(parts.dropLast().joined(separator: "/"))") }
        }
        // After a crash before this they are listed, and gone.
        do { try database.execute("DELETE FROM doomed_files") } catch { throw BrokerError(error) }
        return bytes
    }

    /// Whether a path is of the kind that is deleted: what a damaged table says leads nowhere else.
    private static func isOurs(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 2 && (Topic.topFolders + ["plots"]).contains(String(parts[0]))
            && !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
    }
}
