package import SQLite

/// One data folder, open for reading beside a run that may write to it.
package final class OpenFolder {
    /// The folder's path.
    package let path: String
    /// Its database, read only.
    package let database: Database
    let segments: SegmentReader
    /// Segments whose headers are damaged; what is in them is given all the same.
    package var damagedHeaders: [BrokerError] { segments.damagedHeaders }

    /// - Throws: ``BrokerError`` where there is no data folder, or one that a newer Nightjar made.
    package init(_ path: String) throws(BrokerError) {
        self.path = path
        database = try FolderDatabase.open(path)
        segments = try SegmentReader(root: path, database: database)
    }

    /// Whether the folder has a table; one that an older Nightjar made may lack a survey's.
    package func hasTable(_ name: String) throws(BrokerError) -> Bool {
        do { return try database.hasTable(name) } catch { throw BrokerError(error) }
    }
}
