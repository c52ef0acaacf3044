/// What was removed from a folder.
package struct PruneReport: Sendable, Encodable {
    /// One night.
    package struct Night: Sendable, Encodable {
        /// YYYYMMDD.
        package let night: Int
        /// Archived alerts.
        package let alerts: Int64
        /// Bytes of the archive's segments.
        package let bytes: Int64
    }

    /// The nights, in their order.
    package internal(set) var nights: [Night] = []
    /// Segments of other streams in which nothing else was.
    package internal(set) var streamSegments = 0
    /// Bytes of all deleted files, plots among them.
    package internal(set) var bytes: Int64 = 0
    /// Bytes of the database that are free for later alerts.
    package internal(set) var freeInDatabase: Int64 = 0
    /// Whether nothing was removed, since only a list was asked for.
    package internal(set) var isDryRun = false

    private enum CodingKeys: String, CodingKey {
        case nights, streamSegments, bytes, freeInDatabase
        case isDryRun = "dryRun"
    }
}
