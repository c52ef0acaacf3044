/// The tables of `nightjar.db` that do not depend on a survey's schema.
///
/// `PRAGMA user_version` holds the number of this layout, so that an older Nightjar refuses a newer folder.
///
/// In layout 1 nothing had a checksum, and the schemas stood in the segments alone. Layout 2 had other keys for the points of
/// light curves (``HistoryUpgrade``). Layout 3 did not say which source an alert came from, layout 4 not which packet of it, nor
/// whether a source was read to its end. Up to layout 5 positions stood in an R*Tree beside the alerts (``SkyZones``).
package enum DatabaseSchema {
    /// The number of this layout.
    package static let version = 6

    /// Makes the tables of a new folder.
    package static let statements = [
        // An Avro container of a topic: 0 growing, 1 being closed, 2 closed and announced.
        """
        CREATE TABLE segments (
            segment INTEGER PRIMARY KEY, topic TEXT NOT NULL, survey TEXT NOT NULL, night INTEGER, path TEXT NOT NULL,
            fingerprint TEXT NOT NULL, state INTEGER NOT NULL, bytes INTEGER NOT NULL, records INTEGER NOT NULL,
            lastOffset INTEGER NOT NULL
        )
        """,
        "CREATE INDEX segments_open ON segments (topic, state) WHERE state < 2",
        schemas,
        // Where each message of each topic lies: one block of a segment. `checksum` is the CRC32C of the block's bytes.
        """
        CREATE TABLE messages (
            topic TEXT NOT NULL, offset INTEGER NOT NULL, segment INTEGER NOT NULL, position INTEGER NOT NULL,
            length INTEGER NOT NULL, checksum INTEGER, PRIMARY KEY (topic, offset)
        ) WITHOUT ROWID
        """,
        // What stood around a packet's record when it was received: the container's header without its sync marker.
        "CREATE TABLE envelopes (envelope INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, header BLOB NOT NULL)",
        // The archive's index by id. `form` says how the received bytes are given back (see ReceivedForm), `checksum` is
        // their CRC32C.
        """
        CREATE TABLE archive (
            survey TEXT NOT NULL, id INTEGER NOT NULL, offset INTEGER NOT NULL, envelope INTEGER NOT NULL,
            form INTEGER NOT NULL, extra BLOB, checksum INTEGER, source INTEGER, position INTEGER,
            PRIMARY KEY (survey, id)
        ) WITHOUT ROWID
        """,
        sources, archivePositions, duplicates,
        // How far each source has been accounted for: the number of the next packet. `isComplete` is 0 where it has an end that
        // was not reached, 1 where it was, and null where it has none, or an older Nightjar read it.
        """
        CREATE TABLE positions (
            source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
            isComplete INTEGER, PRIMARY KEY (source, fingerprint, partition)
        ) WITHOUT ROWID
        """,
        // received = duplicates + stored + deadLettered, in every row. Night 0 holds the packets whose night is unknown.
        LedgerTable.definition,
        // A packet that could not be used, kept whole in dead-letter/ (unless it was too large: then its beginning).
        """
        CREATE TABLE dead_letters (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            position INTEGER NOT NULL, member TEXT, code TEXT NOT NULL, reason TEXT NOT NULL, field TEXT NOT NULL,
            byte INTEGER NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, whole INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'replayed')),
            UNIQUE (source, fingerprint, partition, position, sha256)
        )
        """,
    ]

    /// The sources of archived alerts, as the ledger names them: `archive.source` is a number of this table, or null where an older
    /// Nightjar stored the alert.
    package static let sources = """
        CREATE TABLE IF NOT EXISTS sources (
            source INTEGER PRIMARY KEY, name TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            UNIQUE (name, fingerprint, partition)
        )
        """

    /// Finds the archived alerts of a part of a source: `archive.position` is the number of an alert's packet in its source, such
    /// as Kafka's offset, or null where an older Nightjar stored the alert.
    package static let archivePositions = """
        CREATE INDEX IF NOT EXISTS archive_positions ON archive (source, position) WHERE position IS NOT NULL
        """

    /// Which alerts a source repeated, and in which packet.
    package static let duplicates = """
        CREATE TABLE IF NOT EXISTS duplicates (
            source INTEGER NOT NULL, position INTEGER NOT NULL, survey TEXT NOT NULL, id INTEGER NOT NULL,
            PRIMARY KEY (source, position, survey, id)
        ) WITHOUT ROWID
        """

    /// The schemas of the segments' records, so that a segment can be read whose header is damaged.
    private static let schemas = "CREATE TABLE schemas (fingerprint TEXT PRIMARY KEY, json BLOB NOT NULL) WITHOUT ROWID"

    /// Makes a folder of layout 1 one of layout 2. What is in it stays without checksums.
    package static let fromVersion1 = [
        schemas,
        "ALTER TABLE messages ADD COLUMN checksum INTEGER",
        "ALTER TABLE archive ADD COLUMN checksum INTEGER",
    ]

    /// Shows a folder of layout 1 that is only read as if it were one of layout 2: names of the temporary schema come first.
    package static let viewsOfVersion1 = """
        PRAGMA temp_store = MEMORY;
        CREATE TEMP VIEW schemas AS SELECT NULL AS fingerprint, NULL AS json WHERE 0;
        CREATE TEMP VIEW messages AS
            SELECT topic, offset, segment, position, length, NULL AS checksum FROM main.messages;
        CREATE TEMP VIEW archive AS
            SELECT survey, id, offset, envelope, form, extra, NULL AS checksum FROM main.archive
        """
}
