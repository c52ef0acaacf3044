internal import Glibc
internal import SQLite

/// The state of a backup that is copied to again: what of its segments is known to be the source's.
struct EarlierCopy {
    /// Committed bytes of each segment, by its path.
    private var bytes: [String: Int64] = [:]

    /// Reads a backup's state, and compares the last record of each of its segments with the source.
    ///
    /// A backup that was broken off before it had a database, or whose database is damaged, says nothing of its segments.
    ///
    /// - Throws: ``BrokerError`` for the backup of another folder: it would be lost, and the copy would be a mixture.
    init(_ target: String, of source: OpenFolder) throws(BrokerError) {
        guard access("\(target)/nightjar.db", F_OK) == 0 else { return }
        do throws(BrokerError) { try read(FolderDatabase.open(target), target, source) } catch {
            guard error.code == .table, error.path.hasPrefix(target) else { throw error }
            bytes = [:]
        }
    }

    /// How many of a segment's first bytes are as they were in the source.
    func known(_ path: String) -> Int64 { bytes[path] ?? 0 }

    private mutating func read(_ database: Database, _ target: String, _ source: OpenFolder) throws(BrokerError) {
        var isSame = true
        do {
            let query = try database.prepare(
                """
                SELECT s.path, s.bytes, s.segment, s.fingerprint, s.topic, s.lastOffset, m.position, m.length, m.checksum
                FROM segments AS s JOIN messages AS m ON m.topic = s.topic AND m.offset = s.lastOffset
                """)
            let find = try source.database.prepare(
                """
                SELECT 1 FROM segments AS s JOIN messages AS m USING (segment) WHERE s.path = ? AND s.bytes >= ?
                AND s.segment = ? AND s.fingerprint = ? AND m.topic = ? AND m.offset = ? AND m.position = ?
                AND m.length = ? AND m.checksum IS ?
                """)
            while isSame, try query.step() {
                for column in 0..<9 {
                    switch column {
                    case 0, 3, 4: find.bind(column, query.text(column) ?? "")
                    case 8 where query.isNull(column): find.bindNull(column)
                    default: find.bind(column, query.integer(column))
                    }
                }
                if try find.step() {
                    bytes[query.text(0) ?? ""] = query.integer(1)
                } else {
                    isSame = try isRemoved(query.text(4) ?? "", query.integer(5), path: query.text(0) ?? "", source)
                }
                find.reset()
            }
        } catch { throw BrokerError(error) }
        guard isSame else {
            throw BrokerError(
                .cannotCreate, path: target,
                detail:
                    "this is the backup of another folder, or of a later state of '\(source.path)', or nights that it has were "
                    + "removed there and have come back; name a new one")
        }
    }

    /// Whether a segment's last message was removed from the source (``PruneTables``), and the segment with it. Where another one
    /// has its name by now, the two cannot both be in the copy.
    private func isRemoved(
        _ topic: String, _ offset: Int64, path: String, _ source: OpenFolder
    ) throws(SQLiteError) -> Bool {
        guard try source.database.hasTable("removed_messages") else { return false }
        let query = try source.database.prepare(
            """
            SELECT 1 FROM removed_messages WHERE topic = ?1 AND ?2 BETWEEN firstOffset AND lastOffset
            AND NOT EXISTS (SELECT 1 FROM segments WHERE path = ?3)
            """)
        query.bind(0, topic)
        query.bind(1, offset)
        query.bind(2, path)
        return try query.step()
    }
}
