import Alerts
import DataLayout
import Query
import SQLite
import TestSupport
import Testing

/// What is asked of whole nights, and in SQL, of two folders that have one alert in common.
@Suite struct NightTests {
    private let folders: DataFolders

    init() throws {
        folders = try DataFolders()
        try folders.run([Self.packet(3), Self.packet(1, day: 1)], into: "a")
        try folders.run([Self.packet(3), Self.packet(2, isPositive: false)], into: "b")
    }

    private static func packet(_ candid: Int64, day: Double = 0, isPositive: Bool = true) throws -> [UInt8] {
        var packet = SmallPacket(candid: candid)
        packet.jd += day
        packet.past = [SmallPacket.Past(jd: packet.jd - 3, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t")]
        packet.isdiffpos = isPositive ? "t" : "f"
        return try packet.container()
    }

    @Test("a night's alerts come by time and id, each from the first folder that has it") func night() throws {
        let both = try folders.reader("b", "a")
        let alerts = try both.alerts(ofNight: 20_240_915, passedOnly: false)
        #expect(alerts.map(\.row.id) == [2, 3] && alerts.allSatisfy { $0.row.folder == folders.path("b") })
        #expect(
            alerts.map(\.row.passed) == [false, true] && alerts.map(\.objectName) == ["ZTF24aaaaaaa", "ZTF24aaaaaaa"])
        #expect(alerts[1].survey.name == "ztf" && alerts[1].row.ra == 150 && alerts[1].row.dec == 2)
        // JD 2460568.75 is MJD 60568.25.
        #expect(alerts[1].row.epoch.mjd == 60_568.25)
        #expect(try both.alerts(ofNight: 20_240_915, passedOnly: true).map(\.row.id) == [3])
        #expect(try both.alerts(ofNight: 20_240_916, passedOnly: true).map(\.row.id) == [1])
        #expect(try both.alerts(ofNight: 20_240_914, passedOnly: false).isEmpty)
    }

    private func rows(_ sql: String, _ names: String...) throws -> [[FolderQuery.Value]] {
        let query = try FolderQuery(sql, folders: names.map { folders.path($0) })
        var rows: [[FolderQuery.Value]] = []
        while let row = try query.next() { rows.append(row) }
        return rows
    }

    @Test(
        "a statement from outside joins the folders' tables as the owner's does",
        arguments: [
            "SELECT a.candid, count(*) FROM ztf_alerts a JOIN ztf_alerts b ON a.candid = b.candid GROUP BY 1 ORDER BY 1",
            "SELECT ztf_alerts.candid, count(*) FROM ztf_alerts JOIN ztf_detections USING (objectId) GROUP BY 1 ORDER BY 1",
            "SELECT count(*) FROM ztf_alerts NATURAL JOIN (SELECT candid FROM ztf_alerts)",
            "SELECT (SELECT count(*) FROM ztf_alerts), * FROM ztf_alerts ORDER BY candid, night",
            "WITH x AS (SELECT * FROM ztf_detections) SELECT max(x.magpsf), count(*) FROM x JOIN ztf_alerts a ON a.fid = 1",
        ])
    func joins(sql: String) throws {
        let paths = [folders.path("a"), folders.path("b")]
        let query = try FolderQuery(sql, folders: paths, until: .now + .seconds(100))
        var found: [[FolderQuery.Value]] = []
        while let row = try query.next() { found.append(row) }
        let expected = try rows(sql, "a", "b")
        #expect(found == expected && !found.isEmpty)
    }

    @Test("a join of folders keeps the columns that it reads alone") func narrowJoin() throws {
        for name in ["a", "b"] {
            let database = try Database(path: "\(folders.path(name))/nightjar.db", mode: .readWrite)
            try database.execute(
                """
                CREATE TABLE wide AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 40000)
                    SELECT i, hex(zeroblob(1000)) AS text FROM n
                """)
        }
        let sql = "SELECT count(DISTINCT a.i), count(*) FROM wide a JOIN wide b ON a.i = b.i"
        let query = try FolderQuery(
            sql, folders: [folders.path("a"), folders.path("b")], until: .now + .seconds(100))
        let row = try query.next()
        #expect(row == [.integer(40_000), .integer(160_000)])
    }

    @Test("a table's name means the rows of all folders, and each folder's own can be named") func sql() throws {
        #expect(try rows("SELECT candid FROM ztf_alerts ORDER BY candid", "a") == [[.integer(1)], [.integer(3)]])
        let all = try rows("SELECT candid FROM ztf_alerts ORDER BY candid", "a", "b")
        #expect(all == [[.integer(1)], [.integer(2)], [.integer(3)], [.integer(3)]])
        let own = "SELECT (SELECT min(candid) FROM main.ztf_alerts), (SELECT min(candid) FROM folder2.ztf_alerts)"
        #expect(try rows(own, "a", "b") == [[.integer(1), .integer(2)]])
        #expect(try rows("SELECT NULL, 0.5, 'x', x'01'", "a", "b") == [[.null, .real(0.5), .text("x"), .blob([1])]])
        #expect(try FolderQuery("SELECT 1 AS one, 2 AS two", folders: [folders.path("a")]).columns == ["one", "two"])
    }

    @Test("a column that a folder's table lacks is null there, and a table that one folder has is whole") func lacking()
        throws
    {
        try folders.change("a", "ALTER TABLE ztf_alerts ADD COLUMN more INTEGER; UPDATE ztf_alerts SET more = 7")
        try folders.change("b", "CREATE TABLE \"an odd name\" (x); INSERT INTO \"an odd name\" VALUES (5)")
        let found = try rows("SELECT candid, more FROM ztf_alerts ORDER BY more DESC, candid", "b", "a")
        #expect(
            found == [
                [.integer(1), .integer(7)], [.integer(3), .integer(7)], [.integer(2), .null], [.integer(3), .null],
            ])
        #expect(try rows("SELECT x FROM \"an odd name\"", "a", "b") == [[.integer(5)]])
    }

    @Test("nothing is written", arguments: [["a"], ["a", "b"]]) func readOnly(names: [String]) throws {
        for table in ["ztf_alerts", "main.ztf_alerts"] + (names.count > 1 ? ["folder2.ztf_alerts"] : []) {
            #expect(throws: BrokerError.self, "\(table)") {
                let query = try FolderQuery("DELETE FROM \(table)", folders: names.map { folders.path($0) })
                _ = try query.next()
            }
        }
        #expect(try rows("SELECT count(*) FROM ztf_alerts", "a", "b") == [[.integer(4)]])
        let missing = #expect(throws: BrokerError.self) {
            try FolderQuery("SELECT 1", folders: [folders.path("a"), folders.path("none")])
        }
        #expect(missing?.code == .notADataFolder)
    }
}
