package import SQLite

/// The tables that say what was removed from a folder, so that what is left still adds up. The first removal makes them.
package enum PruneTables {
    /// Makes the tables.
    package static let definitions = [
        // Rows of the ledger whose alerts were removed, and when (UTC). A row that gets alerts again is not marked any more.
        """
        CREATE TABLE IF NOT EXISTS pruned (
            night INTEGER NOT NULL, source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            date TEXT NOT NULL, PRIMARY KEY (night, source, fingerprint, partition)
        ) WITHOUT ROWID
        """,
        // The offsets of removed messages; no message gets one of them again.
        """
        CREATE TABLE IF NOT EXISTS removed_messages (
            topic TEXT NOT NULL, firstOffset INTEGER NOT NULL, lastOffset INTEGER NOT NULL,
            PRIMARY KEY (topic, firstOffset)
        ) WITHOUT ROWID
        """,
        // Messages of filtered streams whose alerts were removed, in segments that hold others too.
        "CREATE TABLE IF NOT EXISTS stale_messages (topic TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID",
        // Files that nothing names any more, to be deleted.
        "CREATE TABLE IF NOT EXISTS doomed_files (path TEXT PRIMARY KEY) WITHOUT ROWID",
    ]

    /// The removed messages of a topic.
    ///
    /// - Parameters:
    ///   - topic: The topic's name.
    ///   - database: The folder's database.
    /// - Returns: Their number, and the offset after the last of them; 0 for no messages.
    /// - Throws: ``SQLite/SQLiteError`` where the table cannot be read.
    package static func removed(
        of topic: String, in database: Database
    ) throws(SQLiteError) -> (count: Int64, end: Int64) {
        guard try database.hasTable("removed_messages") else { return (0, 0) }
        let query = try database.prepare(
            """
            SELECT coalesce(sum(lastOffset - firstOffset + 1), 0), coalesce(max(lastOffset) + 1, 0)
            FROM removed_messages WHERE topic = ?
            """)
        query.bind(0, topic)
        return try query.step() ? (query.integer(0), query.integer(1)) : (0, 0)
    }

    /// The topics of which messages were removed.
    package static func topics(in database: Database) throws(SQLiteError) -> Set<String> {
        guard try database.hasTable("removed_messages") else { return [] }
        let query = try database.prepare("SELECT DISTINCT topic FROM removed_messages")
        var topics: Set<String> = []
        while try query.step() { topics.insert(query.text(0) ?? "") }
        return topics
    }

    /// The number of messages of filtered streams whose alerts were removed.
    package static func stale(in database: Database) throws(SQLiteError) -> Int64 {
        guard try database.hasTable("stale_messages") else { return 0 }
        return try database.integer("SELECT coalesce(sum(count), 0) FROM stale_messages") ?? 0
    }

    /// The paths of files that are about to be deleted, below the folder.
    package static func doomed(in database: Database) throws(SQLiteError) -> Set<String> {
        guard try database.hasTable("doomed_files") else { return [] }
        let query = try database.prepare("SELECT path FROM doomed_files")
        var paths: Set<String> = []
        while try query.step() { paths.insert(query.text(0) ?? "") }
        return paths
    }

    /// The rows with the dates on which their alerts were removed.
    package static func mark(_ rows: [LedgerRow], in database: Database) throws(SQLiteError) -> [LedgerRow] {
        guard try database.hasTable("pruned") else { return rows }
        let find = try database.prepare(
            "SELECT date FROM pruned WHERE (night, source, fingerprint, partition) = (?, ?, ?, ?)")
        var marked: [LedgerRow] = []
        for var row in rows {
            find.bind(0, row.night)
            find.bind(1, row.source)
            find.bind(2, row.fingerprint)
            find.bind(3, row.partition)
            row.pruned = try find.step() ? find.text(0) : nil
            find.reset()
            marked.append(row)
        }
        return marked
    }
}
