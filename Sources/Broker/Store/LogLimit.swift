internal import DataLayout
internal import Glibc
internal import SQLite

/// Keeps a database's write-ahead log short beside readers.
///
/// SQLite restarts the log when nobody reads it. Readers that overlap without a pause never let it, each for a short time:
/// the log would grow as long as they come. Above a size everything is therefore written back, which waits for the readers that
/// there are, and not for those that come meanwhile.
struct LogLimit {
    /// Bytes above which the log is written back.
    static let standard: Int64 = 256 << 20
    /// Milliseconds for which a run stands still for readers. A web server's read for 2 s at most, and are gone at a later attempt.
    private static let patience = 500
    /// Where a reader stays for longer, the next attempt is made when the log has grown by this share of the limit.
    private static let share: Int64 = 16

    private let limit: Int64
    /// The size at which the next attempt is made.
    private var next: Int64

    init(_ limit: Int64 = Self.standard) { (self.limit, next) = (limit, limit) }

    /// Writes the log of a database back where it is too long, between two transactions.
    ///
    /// - Returns: Bytes of the log.
    /// - Throws: ``SQLiteError`` where the database cannot be written.
    @discardableResult
    mutating func enforce(on database: Database) throws(SQLiteError) -> Int64 {
        let bytes = Self.bytes(of: database)
        guard bytes > next else { return bytes }
        try database.execute("PRAGMA busy_timeout = \(Self.patience)")
        defer { try? database.execute("PRAGMA busy_timeout = \(Database.standardBusyTimeout)") }
        // Its first column says whether a reader was in the way.
        _ = try database.integer("PRAGMA wal_checkpoint(TRUNCATE)")
        let left = Self.bytes(of: database)
        next = left > limit ? left + limit / Self.share : limit
        return left
    }

    private static func bytes(of database: Database) -> Int64 {
        var status = stat()
        return stat(database.path + "-wal", &status) == 0 ? Int64(status.st_size) : 0
    }
}
