/// The tables that say which version of a filter judged which alerts.
package enum FilterLedgerTables {
    /// `filter_versions`: the text of each version that has judged alerts. `filter_ledger`: what it said, by night, source and
    /// partition, with the first and the last packet. `filter_cuts`: the alerts that each cut did not let pass.
    package static let definitions = [
        """
        CREATE TABLE IF NOT EXISTS filter_versions (
            survey TEXT NOT NULL, filter TEXT NOT NULL, version TEXT NOT NULL, added TEXT NOT NULL,
            last TEXT NOT NULL, sql TEXT NOT NULL,
            PRIMARY KEY (survey, filter, version)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS filter_ledger (
            survey TEXT NOT NULL, filter TEXT NOT NULL, version TEXT NOT NULL, night INTEGER NOT NULL,
            source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            firstOffset INTEGER NOT NULL, lastOffset INTEGER NOT NULL,
            judged INTEGER NOT NULL, passed INTEGER NOT NULL, broken INTEGER NOT NULL,
            PRIMARY KEY (survey, filter, version, night, source, fingerprint, partition)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS filter_cuts (
            survey TEXT NOT NULL, filter TEXT NOT NULL, version TEXT NOT NULL, night INTEGER NOT NULL,
            source TEXT NOT NULL, fingerprint TEXT NOT NULL, partition INTEGER NOT NULL,
            cut TEXT NOT NULL, rejected INTEGER NOT NULL,
            PRIMARY KEY (survey, filter, version, night, source, fingerprint, partition, cut)
        ) WITHOUT ROWID
        """,
    ]

    /// Clears the counts of a night of a source; the parameters are the four of the ledger's key.
    package static let clearing = ["filter_ledger", "filter_cuts"].map {
        "DELETE FROM \($0) WHERE (night, source, fingerprint, partition) = (?, ?, ?, ?)"
    }
}
