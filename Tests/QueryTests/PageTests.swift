import Alerts
import DataLayout
import Query
import SQLite
import TestSupport
import Testing

/// Lists in pages, rows with their origin, and what bounds a reader.
@Suite struct PageTests {
    private let folders: DataFolders

    /// Two folders with one alert in common, an alert in the same moment as another, and a dead letter in each.
    init() throws {
        folders = try DataFolders()
        try folders.run([Self.packet(3), Self.packet(7), Self.packet(1, day: 1), [1, 2, 3]], into: "a")
        try folders.run([Self.packet(3), Self.packet(5, day: 0.01), Self.packet(4, day: -0.1), [4, 5]], into: "b")
    }

    private static func packet(_ candid: Int64, day: Double = 0) throws -> [UInt8] {
        var packet = SmallPacket(candid: candid)
        packet.jd += day
        return try packet.container()
    }

    @Test("pages of any length have each alert of the night once, by time and id", arguments: [1, 2, 3, 10])
    func night(limit: Int) throws {
        let both = try folders.reader("b", "a")
        let survey = try #require(Survey.named("ztf"))
        var (ids, place): ([Int64], AlertPlace?) = ([], nil)
        repeat {
            let page = try both.alerts(
                ofNight: 20_240_915, of: survey, passedOnly: false, after: place, limit: limit)
            #expect(page.alerts.count <= limit)
            ids += page.alerts.map(\.row.id)
            place = page.alerts.count == limit ? page.last : nil
        } while place != nil
        #expect(ids == [4, 3, 7, 5])
        #expect(ids == (try both.alerts(ofNight: 20_240_915, passedOnly: false).map(\.row.id)))
        let none = try both.alerts(ofNight: 20_240_999, of: survey, passedOnly: false, after: nil, limit: 5)
        #expect(none.alerts.isEmpty && none.last == nil)
        #expect(try both.surveys(ofNight: 20_240_916).map(\.name) == ["ztf"])
        #expect(try both.surveys(ofNight: 20_240_917).isEmpty)
    }

    @Test("dead letters go on from folder to folder", arguments: [1, 2, 5]) func letters(limit: Int) throws {
        let both = try folders.reader("a", "b")
        var (sizes, place): ([Int], (folder: Int, id: Int64)?) = ([], nil)
        repeat {
            let page = try both.deadLetters(after: place, limit: limit)
            sizes += page.letters.map(\.letter.size)
            place = page.letters.count == limit ? page.last : nil
        } while place != nil
        #expect(sizes == [3, 2])
    }

    @Test("an alert's row has all columns, and its origin is where it came from") func origin() throws {
        let both = try folders.reader("a", "b")
        let alert = try both.alert(5)
        let row = try #require(try both.row(ofAlert: 5, of: alert.survey))
        let value = row.columns.firstIndex(of: "magpsf").map { row.values[$0] }
        #expect(value == .real(18.5) && row.columns.contains("is_extragalactic_transient"))
        #expect(try both.row(ofAlert: 99, of: alert.survey) == nil)
        let origin = try both.origin(of: alert)
        // The second packet of its source, from 0.
        #expect(origin.position == 1 && origin.source?.partition == 0)
        #expect(origin.source?.name.hasSuffix("source of b") == true, "\(origin)")
        #expect(origin.segment.hasPrefix("archive/ztf/20240915/") && origin.length > 0)
        #expect(try both.passes(ofAlert: 5, of: alert.survey).isEmpty)
    }

    @Test("a reader whose time is up is interrupted, and reads again with more") func deadline() throws {
        let reader = try folders.reader("a")
        reader.setDeadline(.now + .milliseconds(50))
        let database = reader.folders[0].database
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let error = #expect(throws: SQLiteError.self) { try database.integer(endless) }
        #expect(error.map { BrokerError($0).code } == .interrupted)
        reader.setDeadline(.now + .seconds(1_000))
        #expect(try reader.ledger().entries.isEmpty == false)
    }

    private func refusal(_ sql: String, _ names: String...) -> BrokerError? {
        #expect(throws: BrokerError.self) {
            let query = try FolderQuery(
                sql, folders: names.map { folders.path($0) }, until: .now + .seconds(100))
            while try query.next() != nil {}
        }
    }

    @Test("statements from outside read tables of several folders, and do nothing else") func statements() throws {
        let paths = [folders.path("a"), folders.path("b")]
        let query = try FolderQuery("SELECT count(*) FROM ztf_alerts;", folders: paths, until: .now + .seconds(100))
        let count = try query.next()
        #expect(count == [.integer(6)])
        for sql in [
            "DELETE FROM main.ztf_alerts", "ATTACH 'x' AS y", "SELECT 1; DELETE FROM ztf_alerts", "SELECT x", "--",
        ] {
            #expect(refusal(sql, "a", "b")?.code == .refused, "\(sql)")
        }
        let late = #expect(throws: BrokerError.self) {
            let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            let query = try FolderQuery(endless, folders: paths, until: .now + .milliseconds(50))
            _ = try query.next()
        }
        #expect(late?.code == .interrupted)
    }
}
