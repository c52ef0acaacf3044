internal import Kafka
internal import SQLite

/// How far this data folder has accounted for each partition.
///
/// Used by the thread that reads.
final class StoredPositions {
    private let find: Statement

    init(folder: String) throws(BrokerError) {
        do {
            let database = try DataFolder.openForReading(folder)
            find = try database.prepare(
                "SELECT position FROM positions WHERE source = ? AND fingerprint = ? AND partition = ?")
        } catch let error as SQLiteError {
            throw BrokerError(error)
        } catch let error as BrokerError {
            throw error
        } catch {
            throw BrokerError(.cannotRead, path: folder, detail: "\(error)")
        }
    }

    /// The offset after the last one that is durable; `nil` where nothing of the partition is.
    func position(of source: SourceKey) throws(BrokerError) -> Int64? {
        find.bind(0, source.name)
        find.bind(1, source.fingerprint)
        find.bind(2, source.partition)
        defer { find.reset() }
        do { return try find.step() ? find.integer(0) : nil } catch { throw BrokerError(error) }
    }
}
