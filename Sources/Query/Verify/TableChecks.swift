internal import Alerts
internal import DataLayout
internal import Filters
internal import Foundation
internal import Hashing
internal import Pipeline
internal import SQLite

/// Compares the tables of one folder's database with each other.
struct TableChecks {
    private static let database = "nightjar.db"

    private let folder: OpenFolder

    init(_ folder: OpenFolder) { self.folder = folder }

    /// The pages and indexes of the database itself, as SQLite checks them.
    func database() throws(BrokerError) -> [FolderDamage] {
        var damages: [FolderDamage] = []
        do {
            let check = try folder.database.prepare("PRAGMA integrity_check")
            while try check.step() {
                if let text = check.text(0), text != "ok" { damages.append(damage(.database, text)) }
            }
        } catch { throw BrokerError(error) }
        return damages
    }

    /// The index of messages and archived alerts.
    func index() throws(BrokerError) -> [FolderDamage] {
        var damages = try folder.damagedSchemas().map { damage(.index, "the schema \($0) is not as it was stored") }
        do {
            damages += try offsets()
            for survey in Survey.all { damages += try archive(of: survey) }
            damages += try counted(
                .index, "archived alerts are without the header that they came in",
                "SELECT count(*), min(id) FROM archive WHERE envelope NOT IN (SELECT envelope FROM envelopes)")
            if try folder.database.hasTable("sources") {
                damages += try counted(
                    .index, "archived alerts have a source that is missing",
                    "SELECT count(*), min(id) FROM archive WHERE source NOT IN (SELECT source FROM sources)")
            }
            damages += try positions()
            damages += try envelopes()
        } catch { throw BrokerError(error) }
        return damages
    }

    /// Each topic has the offsets from 0 on, but for those of removed messages.
    private func offsets() throws(SQLiteError) -> [FolderDamage] {
        var damages: [FolderDamage] = []
        let removed = try PruneTables.topics(in: folder.database)
        let topics = try folder.database.prepare(
            "SELECT topic, count(*), min(offset), max(offset) FROM messages GROUP BY topic")
        let isRemoved =
            removed.isEmpty
            ? nil
            : try folder.database.prepare(
                """
                SELECT count(*) FROM removed_messages JOIN messages USING (topic)
                WHERE topic = ? AND offset BETWEEN firstOffset AND lastOffset
                """)
        while try topics.step() {
            let (topic, count, first, last) = (
                topics.text(0) ?? "", topics.integer(1), topics.integer(2), topics.integer(3)
            )
            let gone = removed.contains(topic) ? try PruneTables.removed(of: topic, in: folder.database) : (0, 0)
            guard count &+ gone.0 != max(last &+ 1, gone.1) || first < 0 else { continue }
            let without = gone.0 == 0 ? "" : ", and \(gone.0) were removed"
            damages.append(
                damage(.index, "\(topic) has \(count) messages with offsets from \(first) to \(last)" + without))
        }
        for topic in removed.sorted() {
            isRemoved?.bind(0, topic)
            defer { isRemoved?.reset() }
            guard let isRemoved, try isRemoved.step(), isRemoved.integer(0) > 0 else { continue }
            damages.append(damage(.index, "\(topic) has \(isRemoved.integer(0)) messages that were removed"))
        }
        return damages
    }

    /// Where alerts came from, against how far the sources were accounted for; layout 4 and older did not say.
    private func positions() throws(SQLiteError) -> [FolderDamage] {
        guard try hasColumn("position", in: "archive"), try folder.database.hasTable("duplicates") else { return [] }
        var damages = try counted(
            .index, "repeated alerts have a source that is missing",
            "SELECT count(*), min(id) FROM duplicates WHERE source NOT IN (SELECT source FROM sources)")
        for (table, what) in [("archive", "archived"), ("duplicates", "repeated")] {
            damages += try counted(
                .index, "\(what) alerts come from packets that their source is not accounted for yet",
                """
                SELECT count(*), min(id) FROM sources AS s LEFT JOIN positions AS p
                ON p.source = s.name AND p.fingerprint = s.fingerprint AND p.partition = s.partition
                JOIN \(table) AS t ON t.source = s.source AND t.position >= coalesce(p.position, 0)
                """)
        }
        return damages
    }

    private func archive(of survey: Survey) throws(SQLiteError) -> [FolderDamage] {
        let (name, topic) = (survey.name, Topic(survey, .alertData).name)
        return try counted(
            .index, "archived alerts of \(survey.title) are without a message",
            """
            SELECT count(*), min(id) FROM archive LEFT JOIN messages ON topic = '\(topic)'
            AND messages.offset = archive.offset WHERE survey = '\(name)' AND topic IS NULL
            """)
            + counted(
                .index, "archived alerts of \(survey.title) share a message",
                "SELECT count(*) - count(DISTINCT offset), min(id) FROM archive WHERE survey = '\(name)'")
            + counted(
                .index, "messages of \(topic) are no archived alert's",
                """
                SELECT (SELECT count(*) FROM messages WHERE topic = '\(topic)')
                - (SELECT count(*) FROM archive WHERE survey = '\(name)'), NULL
                """)
    }

    private func envelopes() throws(SQLiteError) -> [FolderDamage] {
        var damages: [FolderDamage] = []
        let query = try folder.database.prepare("SELECT envelope, digest, header FROM envelopes")
        while try query.step() {
            guard Digest.sha256((query.blob(2) ?? [])[...]) != query.blob(1) ?? [] else { continue }
            damages.append(damage(.index, "header \(query.integer(0)) of received packets is not as it was stored"))
        }
        return damages
    }

    /// The rows of alerts and of products.
    func tables() throws(BrokerError) -> [FolderDamage] {
        var damages: [FolderDamage] = []
        do {
            for survey in Survey.all where try folder.database.hasTable(survey.tables.alerts) {
                damages += try rows(of: survey)
            }
        } catch { throw BrokerError(error) }
        return damages
    }

    private func rows(of survey: Survey) throws(SQLiteError) -> [FolderDamage] {
        let tables = survey.tables
        let archived = "SELECT id FROM archive WHERE survey = '\(survey.name)'"
        let (alerts, id) = (tables.alerts, tables.idColumn)
        var damages = try counted(
            .table, "archived alerts have no row in \(alerts)",
            "SELECT count(*), min(id) FROM (\(archived)) WHERE id NOT IN (SELECT \(id) FROM \(alerts))")
        damages += try counted(
            .table, "rows of \(alerts) are no archived alert's",
            "SELECT count(*), min(\(id)) FROM \(alerts) WHERE \(id) NOT IN (\(archived))")
        // Those of an older Nightjar do not say which alert a point came with, or are not there.
        for table in tables.history where try hasColumn("alert_\(id)", in: table.name) {
            damages += try counted(
                .table, "points of \(table.name) come from an alert that is not archived",
                "SELECT count(*), min(alert_\(id)) FROM \(table.name) WHERE alert_\(id) NOT IN (\(archived))")
        }
        for product in ProductTable.ofFolder {
            let name = "\(survey.name)_\(product.name)"
            guard try folder.database.hasTable(name) else { continue }
            damages += try counted(
                .table, "rows of \(name) are no archived alert's",
                "SELECT count(*), min(\(product.key)) FROM \(name) WHERE \(product.key) NOT IN (\(archived))")
        }
        return damages
    }

    /// The ledger against the archive, the dead letters, and how far the sources were accounted for.
    func account() throws(BrokerError) -> [FolderDamage] {
        do {
            let rows = try LedgerTable.rows(in: folder.database)
            var damages = rows.filter { !$0.addsUp }.map {
                damage(
                    .ledger,
                    "\($0.source), partition \($0.partition), night \($0.night): received is not duplicates + "
                        + "stored + dead-lettered")
            }
            damages += try AccountCheck(folder.database).damages(rows).map { damage(.ledger, $0) }
            for survey in Survey.all { damages += try passes(of: survey) }
            return damages
        } catch { throw BrokerError(error) }
    }

    /// What filters passed by their ledger, against the rows of the alerts that passed. Those of a pruned night are gone.
    private func passes(of survey: Survey) throws(SQLiteError) -> [FolderDamage] {
        let table = "\(survey.name)_\(PassRow.table.name)"
        guard try folder.database.hasTable("filter_ledger"), try folder.database.hasTable(table) else { return [] }
        let pruned = try folder.database.hasTable("pruned") ? "AND night NOT IN (SELECT night FROM pruned)" : ""
        let query = try folder.database.prepare(
            """
            SELECT filter, night, sum(passed) AS all_passed, ifnull(max(there), 0) AS all_there FROM filter_ledger
            LEFT JOIN (SELECT filter, version, night, count(*) AS there FROM \(table) GROUP BY 1, 2, 3)
                USING (filter, version, night)
            WHERE survey = ? \(pruned) GROUP BY filter, version, night HAVING all_passed <> all_there
            """)
        query.bind(0, survey.name)
        var damages = try versions(of: survey) + (pruned.isEmpty ? try messages(of: survey, table) : [])
        while try query.step() {
            damages.append(
                damage(
                    .ledger,
                    "filter \(query.text(0) ?? ""), night \(query.integer(1)): by the ledger \(query.integer(2)) alerts of "
                        + "\(survey.title) passed, and \(table) has \(query.integer(3))"))
        }
        return damages
    }

    /// The texts of filters against the versions that they are kept by.
    private func versions(of survey: Survey) throws(SQLiteError) -> [FolderDamage] {
        let query = try folder.database.prepare("SELECT filter, version, sql FROM filter_versions WHERE survey = ?")
        query.bind(0, survey.name)
        var damages: [FolderDamage] = []
        while try query.step() {
            let (name, version) = (query.text(0) ?? "", query.text(1) ?? "")
            let text = try? FilterText(name: name, survey: survey, sql: query.text(2) ?? "", path: name)
            guard text?.version != version else { continue }
            damages.append(
                damage(.table, "filter_versions: the text of \(survey.name)_\(name) is not that of \(version)"))
        }
        return damages
    }

    /// The messages of filters' streams against the rows of the alerts that passed. A folder of which nights were removed has both
    /// only as far as whole segments go.
    private func messages(of survey: Survey, _ table: String) throws(SQLiteError) -> [FolderDamage] {
        let query = try folder.database.prepare(
            """
            SELECT topic, messages, there FROM
                (SELECT topic, count(*) AS messages FROM messages WHERE topic IN
                    (SELECT '\(survey.name)_' || filter FROM filter_versions WHERE survey = ?1) GROUP BY topic)
                FULL JOIN (SELECT '\(survey.name)_' || filter AS topic, count(*) AS there FROM \(table) GROUP BY filter)
                USING (topic)
            WHERE ifnull(messages, 0) <> ifnull(there, 0)
            """)
        query.bind(0, survey.name)
        var damages: [FolderDamage] = []
        while try query.step() {
            damages.append(
                damage(
                    .ledger,
                    "the stream \(query.text(0) ?? "") has \(query.integer(1)) messages, and \(table) \(query.integer(2)) rows"
                ))
        }
        return damages
    }

    /// The plots that the tables of products name.
    func plots() throws(BrokerError) -> [FolderDamage] {
        var damages: [FolderDamage] = []
        do {
            for survey in Survey.all where try folder.database.hasTable("\(survey.name)_\(Salt2Row.table.name)") {
                let query = try folder.database.prepare(
                    """
                    SELECT plot_lc_path, \(Salt2Row.table.key) FROM \(survey.name)_\(Salt2Row.table.name)
                    WHERE plot_lc_path IS NOT NULL
                    """)
                while try query.step() {
                    let path = query.text(0) ?? ""
                    guard !FileManager.default.fileExists(atPath: "\(folder.path)/\(path)") else { continue }
                    damages.append(
                        FolderDamage(
                            .missingFile, path: path,
                            detail:
                                "the plot of alert \(query.integer(1)) is missing; 'nightjar salt2 plot' draws it again"
                        ))
                }
            }
        } catch { throw BrokerError(error) }
        return damages
    }

    // MARK: - Helpers

    /// Damage where a statement counts any: it gives how many there are, and the id of one.
    private func counted(_ kind: FolderDamage.Kind, _ what: String, _ sql: String) throws(SQLiteError) -> [FolderDamage]
    {
        let query = try folder.database.prepare(sql)
        guard try query.step(), query.integer(0) != 0 else { return [] }
        let example = query.isNull(1) ? "" : ", \(query.integer(1)) for one"
        return [damage(kind, "\(query.integer(0)) \(what)\(example)")]
    }

    private func damage(_ kind: FolderDamage.Kind, _ detail: String) -> FolderDamage {
        FolderDamage(kind, path: Self.database, detail: detail)
    }

    private func hasColumn(_ column: String, in table: String) throws(SQLiteError) -> Bool {
        let query = try folder.database.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?")
        query.bind(0, table)
        query.bind(1, column)
        return try query.step()
    }
}
