internal import Query
internal import Synchronization

/// The tables of the data folders, read again where they have changed.
final class TableAccessCache: Sendable {
    private let kept = Mutex<(versions: [Int64], access: TableAccess)?>(nil)

    func access(_ reader: DataReader) throws -> TableAccess {
        let versions = try reader.schemaVersions()
        if let kept = kept.withLock({ $0 }), kept.versions == versions { return kept.access }
        let access = try TableAccess(reader)
        kept.withLock { $0 = (versions, access) }
        return access
    }
}
