internal import Alerts
internal import DataLayout
internal import Pipeline
internal import SQLite

/// Removes one night's rows, in the caller's transaction, and lists its files for deletion.
struct NightRemoval {
    private let night: Int
    private let database: Database
    private let date: String

    /// - Parameters:
    ///   - night: YYYYMMDD.
    ///   - database: The folder's database, with ``PruneTables``.
    ///   - date: The date in the ledger's mark.
    init(_ night: Int, _ database: Database, date: String) {
        (self.night, self.database, self.date) = (night, database, date)
    }

    /// Removes the night of all surveys.
    func run() throws(SQLiteError) {
        for survey in Survey.all where try database.hasTable(survey.tables.alerts) { try remove(survey) }
        // Before the rows are marked: what was marked before is counted already.
        let rows = "FROM ledger WHERE night = \(night) AND NOT EXISTS (SELECT 1 FROM pruned WHERE \(Self.sameRow))"
        let passed = try database.integer("SELECT total(passedFilter) \(rows)") ?? 0
        try database.execute(
            """
            INSERT INTO stale_messages VALUES ('\(StreamKind.exgalacTrans.rawValue)', \(passed))
            ON CONFLICT DO UPDATE SET count = count + excluded.count
            """)
        let mark = try database.prepare(
            """
            INSERT OR IGNORE INTO pruned SELECT night, source, fingerprint, partition, ? FROM ledger
            WHERE night = \(night) AND received > 0
            """)
        mark.bind(0, date)
        try mark.run()
    }

    private static let sameRow = """
        (pruned.night, pruned.source, pruned.fingerprint, pruned.partition)
        = (ledger.night, ledger.source, ledger.fingerprint, ledger.partition)
        """

    /// The night's alerts are those of its segments. The index of the archive is read once; the wide rows of alerts are not.
    private func remove(_ survey: Survey) throws(SQLiteError) {
        let (tables, topic) = (survey.tables, Topic(survey, .alertData).name)
        let segments = "SELECT segment FROM segments WHERE topic = '\(topic)' AND night = \(night)"
        let object = AlertTableColumns.object
        let type = tables.objectKind.definition("").trimmingPrefix { $0 == "\"" || $0 == " " }
        try database.execute(
            """
            DROP TABLE IF EXISTS temp.pruned_ids;
            CREATE TEMP TABLE pruned_ids (id INTEGER PRIMARY KEY);
            DROP TABLE IF EXISTS temp.pruned_offsets;
            CREATE TEMP TABLE pruned_offsets (offset INTEGER PRIMARY KEY);
            INSERT INTO pruned_offsets SELECT offset FROM messages
                WHERE topic = '\(topic)' AND segment IN (\(segments));
            INSERT INTO pruned_ids SELECT id FROM archive
                WHERE survey = '\(survey.name)' AND offset IN (SELECT offset FROM pruned_offsets);
            DROP TABLE IF EXISTS temp.pruned_objects;
            CREATE TEMP TABLE pruned_objects (object \(type), isGone INTEGER);
            INSERT INTO pruned_objects SELECT DISTINCT \(object), 0 FROM \(tables.alerts)
                WHERE \(tables.idColumn) IN (SELECT id FROM pruned_ids) AND \(object) IS NOT NULL;
            DELETE FROM \(tables.alerts) WHERE \(tables.idColumn) IN (SELECT id FROM pruned_ids);
            UPDATE pruned_objects SET isGone = NOT EXISTS
                (SELECT 1 FROM \(tables.alerts) AS alerts WHERE alerts.\(object) = pruned_objects.object);
            """)
        try removeProducts(survey)
        for table in tables.history { try removePoints(table.name, "alert_\(tables.idColumn)") }
        try database.execute(
            """
            INSERT OR IGNORE INTO doomed_files SELECT path FROM segments WHERE segment IN (\(segments));
            INSERT INTO removed_messages SELECT '\(topic)', min(offset), max(offset) FROM (
                SELECT offset, offset - row_number() OVER (ORDER BY offset) AS island FROM pruned_offsets)
                GROUP BY island;
            DELETE FROM messages WHERE topic = '\(topic)' AND offset IN (SELECT offset FROM pruned_offsets);
            DELETE FROM segments WHERE topic = '\(topic)' AND night = \(night);
            DELETE FROM archive WHERE survey = '\(survey.name)' AND id IN (SELECT id FROM pruned_ids);
            """)
        for table in ["duplicates", "alert_times"] where try database.hasTable(table) {
            try database.execute(
                "DELETE FROM \(table) WHERE survey = '\(survey.name)' AND id IN (SELECT id FROM pruned_ids)")
        }
        try MessageRanges.join(topic, in: database)
        try database.execute(
            "DROP TABLE temp.pruned_ids; DROP TABLE temp.pruned_offsets; DROP TABLE temp.pruned_objects")
    }

    private func removeProducts(_ survey: Survey) throws(SQLiteError) {
        for table in ProductTable.ofFolder {
            let name = "\(survey.name)_\(table.name)"
            guard try database.hasTable(name) else { continue }
            let isMeant = "WHERE \(table.key) IN (SELECT id FROM pruned_ids)"
            if table.columns.contains(where: { $0.name == "plot_lc_path" }) {
                try database.execute(
                    """
                    INSERT OR IGNORE INTO doomed_files SELECT plot_lc_path FROM \(name) \(isMeant)
                    AND plot_lc_path IS NOT NULL
                    """)
            }
            try database.execute("DELETE FROM \(name) \(isMeant)")
        }
    }

    /// An object that has no alert any more loses its points. The light curve of any other stays whole; of its points those
    /// that came with the night's packets do not say any more which packet that was.
    private func removePoints(_ table: String, _ provenance: String) throws(SQLiteError) {
        let object = AlertTableColumns.object
        try database.execute(
            """
            DELETE FROM \(table) WHERE \(object) IN (SELECT object FROM pruned_objects WHERE isGone);
            UPDATE \(table) SET \(provenance) = NULL
            WHERE \(object) IN (SELECT object FROM pruned_objects WHERE NOT isGone)
                AND \(provenance) IN (SELECT id FROM pruned_ids);
            """)
    }
}
