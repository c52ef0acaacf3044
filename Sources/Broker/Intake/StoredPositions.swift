package import DataLayout
internal import SQLite

/// Reads how far a data folder has accounted for each partition, as committed at the time of the call.
///
/// Used by one thread at a time.
package final class StoredPositions {
    private let find: Statement

    /// Opens the folder's database for reading.
    ///
    /// - Throws: ``BrokerError`` where the folder cannot be read.
    package init(folder: String) throws(BrokerError) {
        let database = try FolderDatabase.open(folder)
        do {
            find = try database.prepare(
                "SELECT position FROM positions WHERE source = ? AND fingerprint = ? AND partition = ?")
        } catch { throw BrokerError(error) }
    }

    /// The offset after the last committed one; `nil` where nothing of the partition is committed.
    ///
    /// - Throws: ``BrokerError`` where it cannot be read.
    package func position(of source: SourceKey) throws(BrokerError) -> Int64? {
        find.bind(0, source.name)
        find.bind(1, source.fingerprint)
        find.bind(2, source.partition)
        defer { find.reset() }
        do { return try find.step() ? find.integer(0) : nil } catch { throw BrokerError(error) }
    }
}
