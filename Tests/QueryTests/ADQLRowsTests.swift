import ADQL
import DataLayout
import Foundation
import SQLite
import TestSupport
import Testing

@testable import Query

/// ADQL over a real folder. Expected: by hand, as ADQL 2.1 means each function.
@Suite struct ADQLRowsTests {
    private let folders: DataFolders

    /// Twelve alerts: number N is at ra 10 N, dec N - 6, of object `ZTFa` (odd) or `ZTFB_x` (even), with magnitude 15 + N / 2.
    init() throws {
        folders = try DataFolders()
        try folders.run([SmallPacket(candid: 1).container()], into: "night")
        let database = try Database(path: folders.path("night") + "/nightjar.db", mode: .readWrite)
        try database.execute("CREATE TEMP TABLE one AS SELECT * FROM ztf_alerts; DELETE FROM ztf_alerts; BEGIN")
        for number in 1...12 {
            let name = number.isMultiple(of: 2) ? "ZTFB_x" : "ZTFa"
            try database.execute(
                """
                UPDATE one SET candid = \(number), ra = \(10 * number), dec = \(number - 6), objectId = '\(name)',
                    magpsf = 15 + \(number) / 2.0, fid = 1 + \(number) % 2, drb = \(number == 7 ? "NULL" : "0.5");
                INSERT INTO ztf_alerts SELECT * FROM one;
                """)
        }
        try database.execute("COMMIT")
    }

    private func rows(_ adql: String, limit: Int = 1_000) throws -> [[FolderQuery.Value]] {
        let access = try TableAccess(DataReader([folders.path("night")]))
        let query = try ADQLQuery(adql, tables: access.tables, limit: limit)
        let found = try access.rows(of: query, folders: [folders.path("night")], until: .now + .seconds(60))
        var rows: [[FolderQuery.Value]] = []
        while let row = try found.next() { rows.append(row) }
        return rows
    }

    /// The first column as whole numbers.
    private func numbers(_ adql: String) throws -> [Int64] {
        try rows(adql).map { row in
            guard case .integer(let number) = row[0] else { return -1 }
            return number
        }
    }

    @Test(
        "rows are those that ADQL means",
        arguments: [
            ("SELECT candid FROM ztf_alerts WHERE candid BETWEEN 3 AND 5 ORDER BY candid", [3, 4, 5]),
            ("SELECT TOP 2 candid FROM nightjar.ztf_alerts ORDER BY candid DESC OFFSET 1", [11, 10]),
            ("SELECT candid AS n FROM ztf_alerts WHERE candid NOT IN (1,2,3,4,5,6,7,8,9) ORDER BY n", [10, 11, 12]),
            ("SELECT candid FROM ztf_alerts WHERE objectId LIKE 'ZTFa%' AND candid < 4 ORDER BY 1", [1, 3]),
            ("SELECT candid FROM ztf_alerts WHERE objectId LIKE 'ztfA%'", []),
            ("SELECT candid FROM ztf_alerts WHERE objectId ILIKE 'ztfA' AND candid < 4 ORDER BY 1", [1, 3]),
            ("SELECT candid FROM ztf_alerts WHERE drb IS NULL", [7]),
            ("SELECT count(*) FROM ztf_alerts WHERE NOT drb IS NOT NULL", [1]),
            ("SELECT DISTINCT fid FROM ztf_alerts ORDER BY fid", [1, 2]),
            ("SELECT count(DISTINCT objectId) FROM ztf_alerts", [2]),
            ("SELECT max(candid) FROM ztf_alerts GROUP BY objectId HAVING count(*) = 6 ORDER BY 1", [11, 12]),
            ("SELECT count(*) AS n FROM ztf_alerts GROUP BY fid ORDER BY n", [6, 6]),
            ("SELECT candid FROM ztf_alerts WHERE candid = (SELECT max(b.candid) FROM ztf_alerts AS b)", [12]),
            (
                "SELECT a.candid FROM ztf_alerts a WHERE EXISTS (SELECT 1 FROM ztf_alerts b WHERE b.candid = a.candid + 10) ORDER BY 1",
                [1, 2]
            ),
            ("SELECT candid FROM ztf_alerts WHERE candid IN (SELECT fid FROM ztf_alerts) ORDER BY candid", [1, 2]),
            ("SELECT a.candid FROM ztf_alerts a JOIN ztf_alerts b ON a.candid = b.candid - 11", [1]),
            ("SELECT count(*) FROM ztf_alerts a JOIN ztf_alerts b USING (candid)", [12]),
            (
                "SELECT count(*) FROM ztf_alerts a LEFT OUTER JOIN ztf_salt2 s ON s.candid = a.candid WHERE s.z IS NULL",
                [12]
            ),
            ("SELECT count(*) FROM ztf_alerts a, ztf_alerts b", [144]),
            ("SELECT b.candid FROM ztf_alerts a, ztf_alerts b WHERE b.candid = a.candid + 11", [12]),
            (
                "SELECT c.candid FROM ztf_alerts a, ztf_alerts b JOIN ztf_alerts c USING (candid) WHERE c.candid = a.candid + 11",
                [12]
            ),
            (
                "SELECT q.candid FROM (SELECT * FROM ztf_alerts a, ztf_alerts b) q WHERE q.candid_2 = 3 AND q.candid = 4",
                [4]
            ),
            ("SELECT count(*) FROM ztf_passes a NATURAL JOIN ztf_passes b", [0]),
            (
                "SELECT count(*) FROM (SELECT candid, ra, dec, magpsf, fid FROM ztf_alerts) a NATURAL JOIN ztf_alerts b",
                [12]
            ),
            ("SELECT n FROM (SELECT candid + 1 AS n FROM ztf_alerts) AS q WHERE n > 12", [13]),
            (
                "WITH q (n) AS (SELECT candid FROM ztf_alerts WHERE candid < 3) SELECT a.n FROM q AS a JOIN q AS b ON a.n > b.n",
                [2]
            ),
            (
                "SELECT candid FROM ztf_alerts WHERE candid < 3 UNION SELECT fid + 1 FROM ztf_alerts ORDER BY candid",
                [1, 2, 3]
            ),
            ("SELECT candid FROM ztf_alerts EXCEPT SELECT candid FROM ztf_alerts WHERE candid > 2 ORDER BY 1", [1, 2]),
            ("SELECT fid FROM ztf_alerts INTERSECT SELECT candid FROM ztf_alerts WHERE candid > 1", [2]),
            (
                "SELECT CASE WHEN candid > 11 THEN 1 ELSE 0 END FROM ztf_alerts WHERE candid > 10 ORDER BY candid",
                [0, 1]
            ),
            (
                "SELECT CASE fid WHEN 1 THEN 10 WHEN 2 THEN 20 END FROM ztf_alerts WHERE candid < 3 ORDER BY candid",
                [20, 10]
            ),
            ("SELECT COALESCE(NULL, candid) FROM ztf_alerts WHERE candid = 4", [4]),
            ("SELECT 7 / 2 FROM ztf_alerts WHERE candid = 1", [3]),
            ("SELECT MOD(-7, 3) FROM ztf_alerts WHERE candid = 1", [-1]),
            ("SELECT 0xFF FROM ztf_alerts WHERE candid = 1", [255]),
            ("SELECT CAST('12' AS INTEGER) FROM ztf_alerts WHERE candid = 1", [12]),
            // The sky.
            (
                "SELECT candid FROM ztf_alerts WHERE 1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 50, -1, 0.001))",
                [5]
            ),
            ("SELECT candid FROM ztf_alerts WHERE CONTAINS(POINT(ra, dec), CIRCLE(45, 0, 7)) = 1 ORDER BY 1", [4, 5]),
            (
                "SELECT candid FROM ztf_alerts WHERE 0 = CONTAINS(POINT(ra, dec), CIRCLE(70, 1, 45)) ORDER BY 1",
                [1, 2, 12]
            ),
            ("SELECT candid FROM ztf_alerts WHERE DISTANCE(POINT(ra, dec), POINT(60, 0)) < 0.1", [6]),
            ("SELECT candid FROM ztf_alerts WHERE DISTANCE(ra, dec, 60, 0) <= 10.1 ORDER BY candid", [5, 6, 7]),
            (
                "SELECT candid FROM ztf_alerts WHERE 1 = CONTAINS(POINT(ra, dec), BOX(40, 0, 21, 10)) ORDER BY 1",
                [3, 4, 5]
            ),
            (
                "SELECT candid FROM ztf_alerts WHERE 1 = INTERSECTS(POINT(ra, dec), POLYGON(25, -9, 55, -9, 55, 9, 25, 9)) ORDER BY 1",
                [3, 4, 5]
            ),
            (
                "SELECT count(*) FROM ztf_alerts a JOIN ztf_alerts b ON 1 = CONTAINS(POINT(a.ra, a.dec), CIRCLE(b.ra, b.dec, 0.01))",
                [12]
            ),
            ("SELECT CONTAINS(POINT(1, 2), CIRCLE(1, 2, 3)) FROM ztf_alerts WHERE candid = 1", [1]),
            ("SELECT INTERSECTS(CIRCLE(0, 0, 1), CIRCLE(2.1, 0, 1)) FROM ztf_alerts WHERE candid = 1", [0]),
            // What tables there are.
            ("SELECT count(*) FROM TAP_SCHEMA.schemas", [2]),
            ("SELECT count(*) FROM TAP_SCHEMA.tables WHERE table_name = 'ztf_alerts'", [1]),
            (
                "SELECT count(*) FROM tap_schema.columns WHERE table_name = 'ztf_alerts' AND column_name = 'dec' AND unit = 'deg'",
                [1]
            ),
            (
                "SELECT count(*) FROM TAP_SCHEMA.columns c JOIN TAP_SCHEMA.tables t ON t.table_name = c.table_name WHERE t.schema_name = 'TAP_SCHEMA'",
                [32]
            ),
            (
                "SELECT count(*) FROM TAP_SCHEMA.keys k JOIN TAP_SCHEMA.key_columns USING (key_id) WHERE k.target_table = 'ztf_alerts'",
                [3]
            ),
        ])
    func sound(adql: String, expected: [Int64]) throws { #expect(try numbers(adql) == expected) }

    @Test(
        "functions are ADQL's and not SQLite's",
        arguments: [
            ("LOG(EXP(2))", 2.0), ("LOG10(1000)", 3), ("ROUND(2.5)", 3), ("ROUND(-2.5)", -3),
            ("ROUND(1234.567, 2)", 1234.57),
            ("ROUND(1234.567, -2)", 1200), ("TRUNCATE(-1.99)", -1), ("TRUNCATE(1.999, 2)", 1.99),
            ("TRUNCATE(1999, -2)", 1900),
            ("MOD(7.5, 2)", 1.5), ("POWER(2, 10)", 1024), ("ABS(-3.5)", 3.5), ("CEILING(1.1)", 2), ("FLOOR(-1.1)", -2),
            ("DEGREES(PI())", 180), ("RADIANS(180) / PI()", 1), ("COS(0)", 1), ("ATAN2(1, 1) * 4 / PI()", 1),
            ("COT(PI() / 4)", 1),
            ("SQRT(2) * SQRT(2)", 2), ("ACOS(0) * 2 / PI()", 1), ("TAN(ATAN(0.5))", 0.5), ("ASIN(SIN(0.3))", 0.3),
            ("DISTANCE(POINT(0, 0), POINT(0, 90))", 90), ("DISTANCE(10, 80, 190, 80)", 20),
            ("COORD1(POINT(12.5, 3))", 12.5),
            ("COORD2(CENTROID(CIRCLE(12.5, 3, 1)))", 3), ("AREA(CIRCLE(0, 0, 180)) * PI() / 129600", 1),
            ("1e3 + .5", 1000.5),
            ("avg(candid)", 1), ("sum(magpsf)", 15.5), ("RAND() * 0", 0), ("-(-2.0)", 2), ("1 - -1.0", 2),
        ])
    func function(adql: String, expected: Double) throws {
        let row = try #require(try rows("SELECT \(adql) FROM ztf_alerts WHERE candid = 1").first)
        let value: Double =
            switch row[0] {
            case .real(let number): number
            case .integer(let number): Double(number)
            default: .nan
            }
        #expect(abs(value - expected) < 1e-9, "\(adql)")
    }

    @Test("the index of the sky is used") func index() throws {
        let access = try TableAccess(DataReader([folders.path("night")]))
        for (adql, isFast) in [
            ("SELECT candid FROM ztf_alerts WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(50, -1, 0.1))", true),
            ("SELECT candid FROM ztf_alerts WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(0, -1, 0.1))", true),
            (
                "SELECT candid FROM ztf_alerts a WHERE DISTANCE(POINT(50, -1), POINT(a.ra, a.dec)) < 0.1 AND magpsf < 20",
                true
            ),
            (
                "SELECT b.candid FROM ztf_salt2 s JOIN ztf_alerts b ON 1 = CONTAINS(POINT(b.ra, b.dec), CIRCLE(s.z, s.c, 0.1))",
                true
            ),
            ("SELECT candid FROM ztf_alerts WHERE 0 = CONTAINS(POINT(ra, dec), CIRCLE(50, -1, 0.1))", false),
        ] {
            let sql = try ADQLQuery(adql, tables: access.tables, limit: 10).sql
            let database = try Database(path: folders.path("night") + "/nightjar.db", mode: .readWrite)
            try ADQLFunctions.add(to: database)
            let plan = try database.prepare("EXPLAIN QUERY PLAN " + sql)
            var lines: [String] = []
            while try plan.step() { lines.append(plan.text(3) ?? "") }
            #expect(lines.contains { $0.contains("ztf_alerts_zone") } == isFast, "\(lines)")
        }
    }

    @Test("polygons are those of the sphere") func polygons() {
        let square = SphericalPolygon([350, -10, 10, -10, 10, 10, 350, 10])
        #expect(square.contains(ra: 0, dec: 0) && square.contains(ra: 359, dec: 9) && square.contains(ra: 10, dec: 10))
        #expect(
            !square.contains(ra: 180, dec: 0) && !square.contains(ra: 11, dec: 0) && !square.contains(ra: 0, dec: -11))
        let pole = SphericalPolygon([0, 80, 90, 80, 180, 80, 270, 80])
        #expect(pole.contains(ra: 45, dec: 90) && pole.contains(ra: 10, dec: 85) && !pole.contains(ra: 45, dec: 80))
        // The other way around is the same region.
        #expect(SphericalPolygon([350, 10, 10, 10, 10, -10, 350, -10]).contains(ra: 0, dec: 0))
    }

    @Test("a statement cannot change anything, and ends in time") func bounded() throws {
        let folder = folders.path("night")
        let access = try TableAccess(DataReader([folder]))
        let query = try ADQLQuery(
            "SELECT count(*) FROM ztf_alerts a, ztf_alerts b, ztf_alerts c, ztf_alerts d, ztf_alerts e, ztf_alerts f, ztf_alerts g",
            tables: access.tables, limit: 10)
        let rows = try access.rows(of: query, folders: [folder], until: .now + .milliseconds(50))
        #expect(throws: BrokerError.self) { try rows.next() }
    }

    @Test("every column of the survey's tables has a meaning, and none is there for nothing") func described() throws {
        let tables = try DataReader([folders.path("night")]).tables()
        #expect(tables.first { $0.name == "messages" }?.description == nil)
        for table in tables where table.description != nil {
            let without = table.columns.filter { $0.description == nil }.map(\.name)
            // The small packet's own fields are no survey's.
            #expect(without == [], "\(table.name)")
        }
        let alerts = try #require(tables.first { $0.name == "ztf_alerts" })
        #expect(alerts.columns.first { $0.name == "ra" }?.ucd == "pos.eq.ra;meta.main")
        #expect(alerts.columns.first { $0.name == "candid" }?.isIndexed == true)
    }
}
