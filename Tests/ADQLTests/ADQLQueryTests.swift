import ADQL
import Testing
import VOTables

/// Expected: ADQL 2.1 (Mantelet et al. 2023). What the SQL gives is held against rows in QueryTests.
@Suite struct ADQLQueryTests {
    static let tables = [
        ADQLTable(
            schema: "nightjar", name: "alerts", sql: "\"alerts\"",
            fields: [
                TableField("id", .integer, ucd: "meta.id;meta.main"), TableField("name", .text, ucd: "meta.id"),
                TableField("ra", .real, unit: "deg", ucd: "pos.eq.ra"),
                TableField("dec", .real, unit: "deg", ucd: "pos.eq.dec"),
                TableField("mag", .real, unit: "mag", ucd: "phot.mag"), TableField("size", .integer),
            ],
            sky: ADQLTable.SkyIndex(ra: "ra", dec: "dec") { ra, dec, _, _, radius in
                radius < 10 ? "around(\(ra), \(dec))" : nil
            } near: { dec, center, radius in
                "near(\(dec), \(center), \(radius))"
            }),
        ADQLTable(
            schema: "nightjar", name: "fits", sql: "\"fits\"",
            fields: [TableField("id", .integer), TableField("z", .real)]),
        ADQLTable(
            schema: "TAP_SCHEMA", name: "tables", sql: "TAP_SCHEMA.tables",
            fields: [TableField("table_name", .text), TableField("table_index", .short)]),
    ]

    private func translate(_ text: String) throws(ADQLError) -> ADQLQuery {
        try ADQLQuery(text, tables: Self.tables, limit: 11)
    }

    @Test(
        "errors say where and what",
        arguments: [
            ("SELECT id FROM nothing", 1, 16, "no table 'nothing'"),
            ("SELECT id,\n  nam FROM alerts", 2, 3, "there is name"),
            ("SELECT id FROM alerts WHERE", 1, 28, "end of the query"),
            ("SELECT id FROM alerts WHERE mag", 1, 29, "condition"),
            ("SELECT mag < 3 FROM alerts", 1, 12, "value is expected"),
            ("SELECT id FROM alerts a JOIN fits f ON a.id = f.id", 1, 8, "several tables"),
            ("SELECT id FROM alerts, alerts", 1, 24, "twice"), ("DELETE FROM alerts", 1, 1, "SELECT"),
            ("SELECT id INTO x FROM alerts", 1, 11, "INTO"), ("SELECT 'a FROM alerts", 1, 8, "not closed"),
            ("SELECT id FROM alerts; DROP TABLE alerts", 1, 24, "end of the query"),
            ("SELECT frob(id) FROM alerts", 1, 8, "no function 'FROB'"),
            ("SELECT POWER(id) FROM alerts", 1, 8, "2 arguments"),
            ("SELECT POINT(ra, dec) FROM alerts", 1, 8, "no value"),
            ("SELECT id FROM alerts WHERE 1 = CONTAINS(POINT('GALACTIC', ra, dec), CIRCLE(1, 2, 3))", 1, 48, "ICRS"),
            ("SELECT id FROM alerts WHERE 1 = CONTAINS(id, CIRCLE(1, 2, 3))", 1, 42, "POINT"),
            ("SELECT id FROM alerts ORDER BY 3", 1, 32, "no column 3"),
            ("SELECT id FROM alerts UNION SELECT id, z FROM fits", 1, 29, "1 and 2 columns"),
            ("SELECT name + 1 FROM alerts", 1, 13, "text"), ("SELECT TOP x id FROM alerts", 1, 12, "whole number"),
            ("SELECT id FROM alerts WHERE id IN (SELECT id, z FROM fits)", 1, 29, "2 columns"),
            ("SELECT id # FROM alerts", 1, 11, "no meaning"), ("SELECT order FROM alerts", 1, 8, "double quotes"),
            ("SELECT CAST(id AS BLOB) FROM alerts", 1, 8, "BLOB"), ("SELECT 12abc FROM alerts", 1, 8, "ends with 'a'"),
        ])
    func errors(text: String, line: Int, column: Int, words: String) throws {
        do {
            let query = try translate(text)
            Issue.record("\(query.sql)")
        } catch {
            #expect(error.place.line == line && error.place.column == column, "\(error)")
            #expect(error.reason.contains(words), "\(error)")
        }
    }

    @Test("columns keep what they mean, and values have their kinds") func fields() throws {
        let query = try translate(
            """
            SELECT a.*, MAX(mag) AS brightest, count(*), id / 2, id / 2.0, UPPER(name), CASE WHEN mag > 3 THEN 1 ELSE 2.5 END,
            mag AS "Mag", mag, -mag, DISTANCE(POINT(ra, dec), POINT(1, 2)) FROM alerts AS a GROUP BY id
            """)
        let fields = query.fields
        #expect(fields.prefix(6).map(\.name) == ["id", "name", "ra", "dec", "mag", "size"])
        #expect(fields[2].unit == "deg" && fields[0].ucd == "meta.id;meta.main")
        #expect(fields[6].name == "brightest" && fields[6].unit == "mag" && fields[7].kind == .integer)
        #expect(fields[8...11].map(\.kind) == [.integer, .real, .text, .real])
        #expect(fields[12].name != fields[13].name && fields[12].ucd == "phot.mag" && fields[15].unit == "deg")
        #expect(query.origins[0]?.table == "alerts" && query.origins[0]?.column == "id" && query.origins[6] == nil)
        #expect(query.tables == ["nightjar.alerts"])
    }

    @Test(
        "the index of the sky serves what it can",
        arguments: [
            ("1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 10, -5, 0.1))", "around("),
            ("CONTAINS(POINT(ra, dec), CIRCLE(10, -5, 1/3600.)) = 1 AND mag < 3", "around("),
            ("INTERSECTS(CIRCLE(10, -5, 1), POINT(a.ra, a.dec)) = 1", "around("),
            ("DISTANCE(POINT(ra, dec), POINT(10, -5)) < 1", "around("), ("0.5 >= DISTANCE(ra, dec, 10, -5)", "around("),
            ("1 = CONTAINS(POINT(ra, dec), CIRCLE(10, -5, 20))", nil),
            ("1 = CONTAINS(POINT(dec, ra), CIRCLE(1, 5, 1))", nil),
            ("0 = CONTAINS(POINT(ra, dec), CIRCLE(10, -5, 1))", nil), ("DISTANCE(ra, dec, 10, -5) > 1", nil),
            ("1 = CONTAINS(POINT(ra, dec), CIRCLE(mag, id, 1))", "near("),
        ])
    func index(condition: String, wanted: String?) throws {
        let sql = try translate("SELECT a.id FROM alerts a WHERE \(condition)").sql
        #expect(sql.contains(wanted ?? "adql_distance"), "\(sql)")
        #expect(wanted != nil || !sql.contains("around(") && !sql.contains("near("), "\(sql)")
    }

    @Test("what is deep or long is bounded, and does not end the process") func hostile() throws {
        let deep = String(repeating: "(", count: 30_000)
        #expect(throws: ADQLError.self) { try translate("SELECT \(deep)1 FROM alerts") }
        #expect(throws: ADQLError.self) {
            try translate(
                "SELECT \(String(repeating: "-", count: 3_001).map { "\($0)" }.joined(separator: " "))1 FROM alerts")
        }
        #expect(throws: ADQLError.self) {
            try translate("SELECT id FROM " + Array(repeating: "alerts,", count: 10_000).joined() + "alerts")
        }
        let many = Array(repeating: "id = 1", count: 1_000).joined(separator: " OR ")
        let sql = try translate("SELECT id FROM alerts WHERE \(many)").sql
        // A balanced tree: ten levels, and no more.
        var (depth, deepest) = (0, 0)
        for character in sql {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            deepest = max(deepest, depth)
        }
        #expect(deepest < 20)
    }

    @Test("names in quotes, and texts that look like SQL, stay what they are") func quotes() throws {
        let query = try translate("SELECT \"id\" AS \"a\"\"b\", 'it''s; --' AS t FROM \"alerts\" -- the end")
        #expect(query.fields.map(\.name) == ["a\"b", "t"])
        #expect(query.sql.contains("'it''s; --'") && query.sql.contains("AS \"a\"\"b\""))
        #expect(throws: ADQLError.self) { try translate("SELECT \"ID\" FROM alerts") }
        #expect(try translate("SELECT ID FROM ALERTS").fields.map(\.name) == ["id"])
    }

    @Test("rows are limited by TOP and by what is asked for") func limits() throws {
        #expect(try translate("SELECT TOP 5 id FROM alerts").sql.hasSuffix("LIMIT 5"))
        #expect(try translate("SELECT id FROM alerts ORDER BY id OFFSET 3").sql.hasSuffix("LIMIT 11 OFFSET 3"))
        #expect(try translate("SELECT TOP 50 id FROM alerts UNION SELECT id FROM fits").sql.contains("LIMIT 50) UNION"))
    }
}
