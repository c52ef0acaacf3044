import Alerts
import Avro
import Broker
import DataLayout
import Pipeline
import TestSupport
import Testing

/// What a schema's field names may do to the tables: nothing but name columns.
@Suite struct ColumnTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    private func store(_ packet: OddPacket, as name: String = "a.avro") throws -> Report {
        try folder.write(packet.container(), to: name)
        return try folder.run(name)
    }

    private func packet(_ id: Int64, _ top: [OddPacket.Field] = [], candidate: [OddPacket.Field] = []) -> OddPacket {
        var packet = OddPacket(candid: id)
        packet.top += top
        packet.candidate += candidate
        return packet
    }

    /// Names that were SQL, before they were quoted.
    static let attacks = [
        #"x") VALUES (1) ON CONFLICT DO UPDATE SET objectId = "gone" --"#, #"a"b"#, "a'b", "a\0b", #"""#, "", "\n", ";",
        "x INTEGER); DROP TABLE ztf_alerts; --", "select", "table", "é", "💫", "%", "?1", ":a", "$a", "@a", "[a]", "`a`",
    ]

    @Test("a name that is SQL only names a column", arguments: attacks.filter { !$0.isEmpty })
    func attack(name: String) throws {
        #expect(try store(packet(1), as: "first.avro")[.stored] == 1)
        let report = try store(packet(2, [.string(name, "value")]))
        #expect(report[.stored] == 1 && report[.deadLettered] == 0 && report.valuesWithoutColumn == 0)
        #expect(
            try folder.query("SELECT candid, objectId FROM ztf_alerts ORDER BY candid")
                == [["1", "ZTF24odd0000"], ["2", "ZTF24odd0000"]])
        // The value is in one column, whose name is made of what Avro lets a name be made of.
        let plain = try folder.columns().last ?? ""
        #expect(plain.allSatisfy { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) })
        #expect(try folder.query("SELECT \"\(plain)\" FROM ztf_alerts WHERE candid = 2") == [["value"]])
    }

    @Test("every ASCII character in a name, at its start and alone")
    func everyCharacter() throws {
        for code in UInt8(0)..<128 {
            let character = String(UnicodeScalar(code))
            let names = ["a\(character)b", "\(character)z", character]
            let report = try store(
                packet(Int64(code) + 1, names.enumerated().map { .long($1, Int64($0)) }), as: "\(code).avro")
            #expect(report[.stored] == 1 && report[.deadLettered] == 0, "\(code)")
        }
        #expect(try folder.query("SELECT count(*) FROM ztf_alerts") == [["128"]])
    }

    @Test("SQL's keywords are names like others")
    func keywords() throws {
        // https://www.sqlite.org/lang_keywords.html
        let words =
            "abort add all alter and as between by case check collate column commit constraint create cross "
            + "default delete distinct drop else end escape except exists from group having if in index insert into is "
            + "join key limit not null on or order primary references select set table then to union unique update "
            + "using values when where with"
        let names = words.split(separator: " ").map(String.init)
        let report = try store(packet(1, names.map { .string($0, "v-\($0)") }))
        #expect(report[.stored] == 1 && report.valuesWithoutColumn == 0)
        let all = names.map { "\"\($0)\"" }.joined(separator: ", ")
        #expect(try folder.query("SELECT \(all) FROM ztf_alerts") == [names.map { "v-\($0)" }])
    }

    @Test("a name of more than 128 bytes has no column, and is in the archive", arguments: [128, 129, 1_000])
    func long(length: Int) throws {
        let name = String(repeating: "x", count: length)
        let report = try store(packet(1, [.long(name, 5)]))
        #expect(report[.stored] == 1 && report.valuesWithoutColumn == (length > 128 ? 1 : 0))
        #expect(try folder.columns().contains(name) == (length <= 128))
        let archived = try OpenFolder(folder.data).alert(1)
        #expect(try AvroValue.decode(archived.body, schema: archived.schema)[name] == .long(5))
    }

    @Test("a name that no schema may have makes the packet a dead letter")
    func tooLong() throws {
        let report = try store(packet(1, [.long(String(repeating: "x", count: 10_000), 5)]))
        #expect(report[.stored] == 0 && report[.deadLettered] == 1)
        #expect(try store(packet(2), as: "b.avro")[.stored] == 1)
    }

    @Test("names that differ by case alone have a column each")
    func caseAlone() throws {
        let report = try store(packet(1, [.long("Extra", 1), .long("EXTRA", 2), .long("extra", 3)]))
        #expect(report[.stored] == 1 && report.valuesWithoutColumn == 0)
        #expect(try folder.query("SELECT Extra, EXTRA_2, extra_3 FROM ztf_alerts") == [["1", "2", "3"]])
        // The survey's own columns are its own, whatever stands before them.
        let odd = packet(
            2, [.double("RA", 7), .double("jd", 8), .string("OBJECTID", "no")], candidate: [.long("Dec", 9)])
        #expect(try store(odd, as: "b.avro")[.stored] == 1)
        #expect(
            try folder.query(
                "SELECT ra, RA_2, jd, jd_2, objectId, OBJECTID_2, dec, Dec_2 FROM ztf_alerts WHERE candid = 2")
                == [["150.0", "7.0", "2460568.75", "8.0", "ZTF24odd0000", "no", "2.0", "9"]])
    }

    static let ours =
        ["night", "NIGHT", "rowid", "_rowid_", "oid"] + [
            "is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject", "is_extragalactic_transient",
            "is_pure", "Is_Pure",
        ]

    @Test("a field with the name of an added column has another column", arguments: ours, [false, true])
    func ownNames(name: String, isTop: Bool) throws {
        let field = OddPacket.Field.long(name, 7)
        let report = try store(isTop ? packet(1, [field]) : packet(1, candidate: [field]))
        #expect(report[.stored] == 1 && report.nights == [20_240_915: 1])
        #expect(try folder.query("SELECT \(name)_2, night FROM ztf_alerts") == [["7", "20240915"]])
        // One detection passes neither the cut on its motion nor the filter.
        #expect(
            try folder.query(
                "SELECT is_positive_sub, not_moving, is_extragalactic_transient, is_pure, rowid FROM ztf_alerts")
                == [["1", "0", "0", "0", "1"]])
    }

    @Test(
        "null in a field with the name of an added column is null in its own column", arguments: ["night", "is_pure"])
    func nullOurs(name: String) throws {
        let report = try store(packet(1, [.null(name)]))
        #expect(report[.stored] == 1 && report[.deadLettered] == 0)
        #expect(try folder.query("SELECT \(name)_2, \(name) IS NULL FROM ztf_alerts") == [["-", "0"]])
    }

    @Test("the row's key is the alert's id, whatever its fields say")
    func key() throws {
        var packet = packet(1)
        packet.set(.long("candid", 99))
        packet.top.append(.string("Candid", "text"))
        #expect(try store(packet)[.stored] == 1)
        #expect(try folder.query("SELECT candid, Candid_2 FROM ztf_alerts") == [["1", "text"]])
    }

    @Test("a field of a record and one of the top do not share a column")
    func nested() throws {
        let inner = OddPacket.Field(
            "extra", #"{"type": "record", "name": "extra", "fields": [{"name": "a", "type": "long"}]}"#
        ) { $0.long(1) }
        let report = try store(
            packet(
                1, [inner, .long("extra_a", 2), .long("x", 3), .long("candidate.jd", 5)], candidate: [.long("x", 4)]))
        // A name with a dot is no path.
        #expect(report[.stored] == 1 && report.valuesWithoutColumn == 1)
        #expect(try folder.query("SELECT extra_a, extra_a_2, x, x_2 FROM ztf_alerts") == [["1", "2", "3", "4"]])
    }

    @Test("schemas beyond the table's columns are stored, and the rest stays in the archive")
    func cap() throws {
        for schema in 0..<3 {
            let fields = (0..<450).map { OddPacket.Field.long("f\(schema)_\($0)", Int64($0)) }
            let report = try store(packet(Int64(schema) + 1, fields), as: "\(schema).avro")
            #expect(report[.stored] == 1 && report[.deadLettered] == 0)
            if schema == 2 { #expect(report.valuesWithoutColumn == 450) }
        }
        #expect(try folder.columns().count == 1_000)
        #expect(try folder.query("SELECT f0_449 FROM ztf_alerts WHERE candid = 1") == [["449"]])
        let archived = try OpenFolder(folder.data).alert(3)
        #expect(try AvroValue.decode(archived.body, schema: archived.schema)["f2_449"] == .long(449))
        // The same again, and after a restart.
        #expect(try folder.run("2.avro")[.duplicates] == 1)
    }

    @Test("a schema of more fields than a table has columns is stored")
    func wide() throws {
        let report = try store(packet(1, (0..<5_000).map { .long("f\($0)", Int64($0)) }))
        #expect(report[.stored] == 1 && report.valuesWithoutColumn > 4_000)
        #expect(try folder.columns().count == 1_000)
    }

    @Test("a new field in every packet ends no run")
    func manySchemas() throws {
        for number in 0..<100 {
            try folder.write(packet(Int64(number) + 1, [.long("g\(number)", 1)]).container(), to: "many/\(number).avro")
        }
        #expect(try folder.run("many")[.stored] == 100)
        #expect(try folder.query("SELECT count(g0), count(g99) FROM ztf_alerts") == [["1", "1"]])
    }
}
