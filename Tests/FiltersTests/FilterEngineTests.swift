import Alerts
import Filters
import TestSupport
import Testing

/// What filters see of an alert, and what they may not do. The packets' values are the expected ones.
@Suite struct FilterEngineTests {
    private let engine: FilterEngine

    init() throws { engine = try FilterEngine(.ztf) }

    private func text(_ sql: String) throws -> FilterText {
        try FilterText(name: "mine", survey: .ztf, sql: sql, path: "mine.sql")
    }

    private func decoded(_ change: (inout SmallPacket) -> Void = { _ in }) throws -> DecodedAlert {
        var packet = SmallPacket(candid: 7)
        packet.past = [
            SmallPacket.Past(jd: packet.jd - 3, candid: 2, magpsf: 19, isdiffpos: "t"),
            SmallPacket.Past(jd: packet.jd - 2),
            SmallPacket.Past(jd: packet.jd - 1, candid: 7, magpsf: 19.5, isdiffpos: "f"),
        ]
        change(&packet)
        var alerts: [DecodedAlert] = []
        var decoder = AlertDecoder()
        try decoder.decode(packet.container()[...]) { alerts.append($0) }
        return try #require(alerts.first)
    }

    private func verdicts(_ sql: String, of alert: DecodedAlert? = nil) throws -> [Bool?] {
        let (filter, alert) = (try engine.compile(text(sql)), try alert ?? decoded())
        let cuts = try engine.with(alert) { Result { () throws(FilterError) in try engine.verdict(of: filter) } }.get()
        return (0..<cuts.count).map { cuts[$0] }
    }

    private func rows(_ sql: String, of alert: DecodedAlert? = nil) throws -> [[AlertQuery.Value]] {
        let (query, alert) = (try engine.query(text(sql)), try alert ?? decoded())
        return try engine.with(alert) { Result { () throws(FilterError) in try query.rows(atMost: 100) } }.get()
    }

    private func refusal(_ sql: String) throws -> String {
        let text = try text(sql)
        let error = #expect(throws: FilterError.self) { try engine.compile(text) }
        return error.map { "\($0)" } ?? ""
    }

    // MARK: - Tables

    @Test("the alert is one row with the survey's columns, its id first") func alert() throws {
        #expect(
            try rows("SELECT candid, objectId, magpsf, fid, isdiffpos FROM alert")
                == [[.integer(7), .text("ZTF24aaaaaaa"), .real(18.5), .integer(1), .text("t")]])
        // The survey has it, and this packet does not.
        #expect(try rows("SELECT drb, programid FROM alert") == [[.null, .null]])
    }

    @Test("a flag is t or f, whatever the packet writes") func flags() throws {
        let alert = try decoded { $0.isdiffpos = "1" }
        #expect(try rows("SELECT isdiffpos FROM alert", of: alert) == [[.text("t")]])
    }

    @Test("detections are its own and the earlier ones, each id once; limits are a table of their own") func history()
        throws
    {
        let alert = try decoded()
        #expect(
            try rows("SELECT candid, magpsf, jd < (SELECT jd FROM alert) FROM detections ORDER BY jd", of: alert)
                == [[.integer(2), .real(19), .integer(1)], [.integer(7), .real(18.5), .integer(0)]])
        #expect(try rows("SELECT diffmaglim FROM limits", of: alert) == [[.real(20.5)]])
        #expect(try rows("SELECT count(*) FROM forced", of: alert) == [[.integer(0)]])
    }

    @Test("there is no row where no alert is seen") func nothing() throws {
        let query = try engine.query(text("SELECT candid FROM alert"))
        #expect(try query.rows(atMost: 5) == [])
    }

    // MARK: - Verdicts

    @Test("each column is a cut; null is none, and all have to be true") func cuts() throws {
        #expect(
            try verdicts("SELECT magpsf < 19 AS is_bright, drb > 0.5 AS is_real, fid = 2 AS is_red FROM alert") == [
                true, nil, false,
            ])
        let filter = try engine.compile(text("SELECT magpsf < 19 AS bright, isdiffpos = 't' AS positive FROM alert"))
        #expect(filter.cuts == ["bright", "positive"])
        #expect(try engine.with(decoded()) { try? engine.verdict(of: filter).pass } == true)
        #expect(try verdicts("SELECT 0.5 AS half, 'x' AS letter, NULL AS none FROM alert") == [true, false, nil])
    }

    @Test("exactly one row is a verdict") func oneRow() throws {
        #expect(throws: FilterError.self) { try verdicts("SELECT TRUE AS yes FROM detections") }
        #expect(throws: FilterError.self) { try verdicts("SELECT TRUE AS yes FROM alert WHERE magpsf > 30") }
        // The filter can be used again.
        #expect(try verdicts("SELECT TRUE AS yes FROM alert") == [true])
    }

    // MARK: - Mistakes

    @Test(
        "a mistake names its place and the nearest name",
        arguments: [
            ("SELECT magpfs < 19 AS bright FROM alert", "mine.sql:1:8: no such column: magpfs (did you mean magpsf?)"),
            ("SELECT\n  magpsf < 19 AS bright\nFROM alrt", "mine.sql:3:6: no such table: alrt (did you mean alert?)"),
            ("SELECT\n  sqtr(2) > 1 AS a FROM alert", "mine.sql:2:3: no such function: sqtr (did you mean sqrt?)"),
            ("SELECT magpsf < AS bright FROM alert", #"mine.sql:1:17: near "AS": syntax error"#),
            (
                "SELECT TRUE AS a FROM alert; SELECT 1 AS b",
                "mine.sql:1:29: a filter is one statement; this begins another"
            ),
            (
                "SELECT TRUE FROM alert",
                "mine.sql: cut 1 is called 'TRUE': it needs ... AS is_something, a small letter and then at most 30 of a-z, 0-9 and _"
            ),
            ("SELECT TRUE AS a, FALSE AS a FROM alert", "mine.sql: two cuts are named a"),
            ("", "mine.sql: there is no statement"), ("-- nothing", "mine.sql: there is no statement"),
            ("SELECT ? AS a FROM alert", "mine.sql:1:8: too many SQL variables"),
        ])
    func mistakes(sql: String, reason: String) throws { #expect(try refusal(sql) == reason) }

    @Test("comments and blanks may follow") func comments() throws {
        #expect(try verdicts("SELECT TRUE AS a FROM alert; -- done\n") == [true])
    }

    @Test("names", arguments: [("a", true), ("A", false), ("9a", false), ("a_9", true), ("", false), ("é", false)])
    func names(name: String, isOne: Bool) {
        #expect(isOne == ((try? FilterText(name: name, survey: .ztf, sql: "", path: "")) != nil))
    }

    // MARK: - Bounds

    @Test(
        "nothing but reading is allowed",
        arguments: [
            ("INSERT INTO alert VALUES (1)", nil), ("CREATE TABLE a (b)", "only SELECT is allowed here"),
            ("PRAGMA page_count", "PRAGMA is not allowed here"), ("ATTACH 'x' AS y", "ATTACH is not allowed here"),
            ("SELECT random() AS a FROM alert", "the function random is not allowed here"),
            ("SELECT julianday('now') AS a FROM alert", "the function julianday is not allowed here"),
            ("SELECT current_timestamp AS a FROM alert", "the function current_timestamp is not allowed here"),
            ("SELECT load_extension('x') AS a FROM alert", "the function load_extension is not allowed here"),
            ("SELECT printf('%d', 1) AS a FROM alert", "the function printf is not allowed here"),
            ("SELECT count(*) AS a FROM sqlite_schema", "there is no table sqlite_schema"),
            ("SELECT max(name) AS a FROM sqlite_schema", "there is no table sqlite_master"),
            ("SELECT count(*) AS a FROM dbstat", nil),
            ("SELECT count(*) AS a FROM pragma_page_count", nil),
            ("SELECT count(*) AS a FROM json_each('[1]')", nil),
            (
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS a FROM n",
                "WITH RECURSIVE is not allowed here"
            ),
        ] as [(String, String?)])
    func reading(sql: String, reason: String?) throws {
        let said = try refusal(sql)
        #expect(!said.isEmpty)
        if let reason { #expect(said.hasSuffix(reason), "\(said)") }
    }

    /// 300 points: five of them joined are 2 million million rows.
    private func longHistory() throws -> DecodedAlert {
        try decoded { packet in
            packet.past = (0..<300).map {
                SmallPacket.Past(jd: packet.jd - 1 - Double($0), candid: Int64(100 + $0), magpsf: 19, isdiffpos: "t")
            }
        }
    }

    @Test(
        "what only an alert would show is a mistake before",
        arguments: [
            (#"SELECT "magpfs" < 18 AS is_bright FROM alert"#, "no such column: magpfs (did you mean magpsf?)"),
            (
                "SELECT covers('gaiaa') AS has_sky FROM alert",
                "covers: there is no catalogue 'gaiaa' (did you mean gaia?)"
            ),
            ("EXPLAIN SELECT 1 AS is_there FROM alert", "a filter is a SELECT"),
            ("VALUES (1)", "a filter is a SELECT"),
            ("SELECT isdiffpos = 't' AS is_positive", "no such column: isdiffpos"),
        ])
    func before(_ sql: String, _ reason: String) throws {
        let error = #expect(throws: FilterError.self) {
            try FilterEngine(.ztf).compile(FilterText(name: "mine", survey: .ztf, sql: sql, path: "mine.sql"))
        }
        #expect(error?.reason == reason)
    }

    @Test("comments and texts are no words of a statement") func words() throws {
        let sql = """
            -- covers('no') EXPLAIN
            /* covers('none') */ SELECT 'covers(''never'')' <> '' AS is_text, covers('gaia') IS NOT NULL AS is_there FROM alert
            """
        let filter = try FilterText(name: "mine", survey: .ztf, sql: sql, path: "mine.sql")
        #expect(try FilterEngine(.ztf).compile(filter).cuts == ["is_text", "is_there"])
    }

    @Test("tables that SQLite would write out without end are refused before it does") func writtenOut() throws {
        var tables = ["a0 AS (SELECT 1 AS x)"]
        for number in 1...26 { tables.append("a\(number) AS (SELECT p.x FROM a\(number - 1) p, a\(number - 1) q)") }
        let sql = "WITH \(tables.joined(separator: ", ")) SELECT (SELECT x FROM a26) = 1 AS is_one FROM alert"
        let filter = try FilterText(name: "mine", survey: .ztf, sql: sql, path: "mine.sql")
        let error = #expect(throws: FilterError.self) { try FilterEngine(.ztf).compile(filter) }
        #expect(error?.reason == "its WITH tables would be written out more than 1000 times")
        // As people write them.
        let fair = """
            WITH good AS (SELECT jd, magpsf FROM detections WHERE isdiffpos = 't'), last(jd) AS (SELECT max(jd) FROM good)
            SELECT (SELECT count(*) FROM good) >= 1 AS is_seen, (SELECT jd FROM last) > 0 AS is_dated FROM alert
            """
        #expect(try verdicts(fair, of: longHistory()) == [true, true])
    }

    @Test("letters that LIKE compares are steps, and an error of values breaks no bound") func charged() throws {
        let alert = try longHistory()
        let letters = String(repeating: "a", count: 30_000)
        let pattern = String(repeating: "a", count: 200)
        let long = #expect(throws: FilterError.self) {
            try verdicts(
                """
                SELECT (SELECT count(*) FROM detections a, detections b
                    WHERE ('\(letters)' || a.jd || b.jd) LIKE '%\(pattern)b') = 0 AS is_none FROM alert
                """, of: alert)
        }
        #expect(long?.reason == "it took more than 1000000 steps on one alert" && long?.breaksBounds == true)
        let overflow = #expect(throws: FilterError.self) {
            try verdicts("SELECT abs(-9223372036854775808 + 0 * candid) > 0 AS is_some FROM alert", of: alert)
        }
        #expect(overflow?.reason == "integer overflow" && overflow?.breaksBounds == false)
    }

    @Test("steps are bounded") func steps() throws {
        let alert = try longHistory()
        let from = "FROM detections a, detections b, detections c, detections d, detections e"
        let error = #expect(throws: FilterError.self) {
            try verdicts("SELECT (SELECT count(*) \(from)) > 0 AS many FROM alert", of: alert)
        }
        #expect(error?.reason == "it took more than 1000000 steps on one alert")
    }

    /// Tables `t1`, `t2` and so on with a text that is twice as long in each.
    private static func doubled(_ times: Int) -> String {
        let first = "t0(t) AS MATERIALIZED (SELECT objectId FROM alert)"
        return ([first] + (1...times).map { "t\($0)(t) AS MATERIALIZED (SELECT t || t FROM t\($0 - 1))" })
            .joined(separator: ", ")
    }

    @Test("memory is bounded") func memory() throws {
        let alert = try longHistory()
        let sql = """
            WITH \(Self.doubled(9)) SELECT (SELECT count(*) FROM (SELECT DISTINCT t || a.jd || b.jd AS u
            FROM t9, detections a, detections b ORDER BY u)) > 0 AS many FROM alert
            """
        let error = #expect(throws: FilterError.self) { try verdicts(sql, of: alert) }
        #expect(error?.reason == "it needs more memory on one alert than a filter may have")
    }

    @Test("texts are bounded") func texts() throws {
        let sql = "WITH \(Self.doubled(14)) SELECT length(t) > 0 AS long FROM t14"
        let error = #expect(throws: FilterError.self) { try verdicts(sql) }
        #expect(error?.reason == "it makes a text of more than 65536 bytes")
    }

    @Test("a pattern of many wildcards takes no longer than it is long") func patterns() throws {
        let text = (0..<10).reduce("'aaaaaaaaaaa'") { text, _ in "(\(text) || \(text))" }
        let pattern = String(repeating: "%a", count: 200) + "b"
        #expect(try verdicts("SELECT \(text) LIKE '\(pattern)' AS found FROM alert") == [false])
        #expect(
            try verdicts("SELECT 'ZTF24é' LIKE 'ztf%_' AS a, 'abc' LIKE 'a_c' AS b, 'é' LIKE '_' AS c FROM alert") == [
                true, true, true,
            ])
    }

    @Test(
        "functions that take long in one step are refused",
        arguments: ["objectId LIKE 'Z%' ESCAPE '!'", "trim(objectId, 'Z') > ''", "rtrim(objectId, 'a') > ''"])
    func oneStep(cut: String) throws {
        #expect(throws: FilterError.self) { try verdicts("SELECT \(cut) AS cut FROM alert") }
        #expect(try verdicts("SELECT trim(objectId) = objectId AS blanks FROM alert") == [true])
    }

    // MARK: - Why

    @Test("an explanation has the values that each cut looked at, and no others") func why() throws {
        let sql = """
            -- Three cuts.
            SELECT magpsf < 19 AND fid = 1 AS is_bright, drb > 0.5 AS is_real,
              (SELECT max(jd) FROM detections) > jd + 1 AS is_late
            FROM alert; -- done
            """
        let cuts = try engine.explanation(of: text(sql), for: decoded())
        #expect(cuts.map(\.cut) == ["is_bright", "is_real", "is_late"])
        #expect(cuts.map(\.verdict) == [true, nil, false])
        #expect(cuts[0].values.map(\.table) == ["alert"] && cuts[0].values[0].columns.sorted() == ["fid", "magpsf"])
        #expect(cuts[1].values.first?.rows == [[.null]])
        let history = try #require(cuts[2].values.last)
        #expect(history.table == "detections" && history.columns == ["jd"] && history.count == 2)
        #expect(history.rows.count == 2)
    }

    @Test("a version is the text's SHA-256") func version() throws {
        // sha256sum of "SELECT 1 AS a FROM alert".
        #expect(
            try text("SELECT 1 AS a FROM alert").version
                == "59292a72357c48688a133f7449628ae0335e03edc56f13862adf251114b3b5c9")
    }

    // MARK: - Functions

    @Test("functions of the sky and of light") func functions() throws {
        // astropy 6.1: the north galactic pole, the galactic centre, and the ecliptic's pole.
        let sky = try verdicts(
            """
            SELECT abs(galactic_latitude(192.85948, 27.12825) - 90) < 1e-4 AS pole,
              abs(galactic_longitude(266.40499, -28.93617)) < 1e-3 OR galactic_longitude(266.40499, -28.93617) > 359.999 AS centre,
              abs(ecliptic_latitude(270, 66.560709) - 90) < 1e-4 AS ecliptic,
              abs(separation(10, 89.9999, 190, 89.9999) - 0.72) < 1e-9 AS over_the_pole,
              abs(mag(3631e9)) < 1e-3 AS jansky, mag(-1) IS NULL AS negative, abs(flux(mag(5)) - 5) < 1e-9 AS back
            FROM alert
            """)
        #expect(sky == Array(repeating: true, count: 7))
        #expect(
            try verdicts("SELECT (SELECT slope(jd, magpsf) FROM detections) < -0.16 AS rising FROM alert") == [true])
        #expect(
            try verdicts(
                """
                SELECT (SELECT largest_gap(jd) FROM detections) BETWEEN 2.99 AND 3.01 AS gap,
                  (SELECT largest_gap(jd) FROM limits) IS NULL AS one, (SELECT largest_gap(jd) FROM forced) IS NULL AS none
                FROM alert
                """) == [true, true, true])
        #expect(try verdicts("SELECT (SELECT slope(jd, magpsf) FROM limits) IS NULL AS unknown FROM alert") == [true])
    }

    @Test("asking a catalogue that is not there is a mistake") func catalogues() throws {
        #expect(throws: FilterError.self) { try verdicts("SELECT covers('mine') AS here FROM alert") }
    }
}
