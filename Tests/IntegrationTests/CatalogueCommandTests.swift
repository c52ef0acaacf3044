import Foundation
import TestSupport
import Testing

/// `nightjar catalogue`, and what filters see of one.
@Suite struct CatalogueCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("a table becomes a catalogue, whose matches filters read") func add() throws {
        let table = "name,RA,DE,vmag\nmine,150.0002,2.0,17.5\nother,150.1,2,18\nlost,,2,1\n"
        try folder.write(Array(table.utf8), to: "table.csv")
        let catalogues = folder.file("catalogues")
        let add = try NightjarProcess.run(
            "catalogue", "add", "stars", folder.file("table.csv"), "--ra", "RA", "--dec", "DE", "--catalogues",
            catalogues,
            "--all-sky")
        #expect(add.status == 0, "\(add.errors)")
        #expect(add.output.hasPrefix("\(catalogues)/stars.catalogue: 2 sources, in "))
        #expect(add.output.hasSuffix("; 1 rows without a position were left out\n"))
        let list = try NightjarProcess.run("catalogue", "list", "--catalogues", catalogues)
        #expect(
            list.output
                == "stars: 2 sources, matches within 2.0 arcsec\n  name text, RA real, DE real, vmag real\n")
        let match = try NightjarProcess.run(
            "catalogue", "match", "stars", "150", "2", "--catalogues", catalogues, "--format", "json")
        #expect(match.lines.count == 1 && match.output.contains(#""name":"mine""#), "\(match)")
        // Without a form it is the one that help says.
        let bare = try NightjarProcess.run("catalogue", "match", "stars", "150", "2", "--catalogues", catalogues)
        #expect(bare.lines.first?.split(separator: " ").first == "distance" && bare.lines.count == 2, "\(bare)")
        let help = try NightjarProcess.run("catalogue", "match", "--help")
        let form = try #require(help.lines.first { $0.contains("--format") })
        #expect(form.contains("(table)"), "\(form)")

        let packet = SmallPacket(candid: 7)
        try folder.write(packet.container(), to: "packet.avro")
        let data = folder.file("data")
        #expect(
            try NightjarProcess.run("run", folder.file("packet.avro"), "--data", data, "--no-fits", "--quiet").status
                == 0)
        let rows = try NightjarProcess.run(
            "filter", "try", "7", "SELECT name, round(distance, 2) AS d, covers('stars') AS here FROM stars", "--data",
            data,
            "--catalogues", catalogues, "--format", "csv")
        #expect(rows.output == "name,d,here\nmine,0.72,1\n", "\(rows)")
        let why = folder.file("ztf/star.sql")
        try FileManager.default.createDirectory(atPath: folder.file("ztf"), withIntermediateDirectories: true)
        let sql =
            "SELECT CASE WHEN covers('stars') THEN NOT EXISTS (SELECT 1 FROM stars WHERE distance < 1) END AS no_star FROM alert"
        try folder.write(Array(sql.utf8), to: "ztf/star.sql")
        let verdict = try NightjarProcess.run("filter", "why", why, "7", "--data", data, "--catalogues", catalogues)
        #expect(verdict.output.contains("no_star  no    stars: 1 row\n"), "\(verdict)")
        let uncovered = "SELECT NOT EXISTS (SELECT 1 FROM stars) AS no_star FROM alert"
        try folder.write(Array(uncovered.utf8), to: "ztf/bare.sql")
        let warned = try NightjarProcess.run(
            "filter", "check", folder.file("ztf/bare.sql"), why, "--catalogues", catalogues)
        #expect(warned.status == 0 && warned.lines.count == 2 && warned.complaints.count == 1, "\(warned)")
        #expect(warned.errors.contains("bare.sql: it asks stars without covers('stars')"))
        // Without the catalogue the filter is a mistake, and says which it lacks.
        let without = try NightjarProcess.run("filter", "check", why)
        #expect(without.status == 1 && without.errors.contains("covers: there is no catalogue 'stars'"), "\(without)")
    }

    // MARK: - Names

    private func add(_ name: String, _ table: String) throws -> NightjarProcess.Outcome {
        try folder.write(Array(table.utf8), to: "table.csv")
        return try NightjarProcess.run(
            "catalogue", "add", name, folder.file("table.csv"), "--all-sky", "--catalogues", folder.file("catalogues"))
    }

    private func run() throws -> NightjarProcess.Outcome {
        try folder.write(SmallPacket(candid: 7).container(), to: "packet.avro")
        return try NightjarProcess.run(
            "run", folder.file("packet.avro"), "--data", folder.file("data"), "--no-fits", "--quiet", "--catalogues",
            folder.file("catalogues"))
    }

    @Test("columns of any name are in rows, messages and filters, under names that these take") func columns() throws {
        let added = try add("stars", "ra,dec,B-V,a b,\u{e9},x.y,distance,a_B,A_b\n150.0002,2.0,0.7,1,2,3,4,5,6\n")
        #expect(added.status == 0)
        #expect(added.errors.contains("'B-V' is B_V, 'a b' is a_b_2, '\u{e9}' is e, 'x.y' is x_y, "), "\(added)")
        let list = try NightjarProcess.run("catalogue", "list", "--catalogues", folder.file("catalogues"))
        #expect(list.output.contains("dec real, B_V real ('B-V'), a_b_2 integer ('a b'), "), "\(list)")
        let made = try run()
        #expect(made.status == 0, "\(made)")
        let data = folder.file("data")
        let rows = try NightjarProcess.run(
            "sql", "SELECT stars_B_V AS b_v, stars_distance_2 AS far FROM ztf_alerts", "--data", data, "--format", "csv"
        )
        #expect(rows.output == "b_v,far\n0.7,4\n", "\(rows)")
        let seen = try NightjarProcess.run(
            "filter", "try", "7", "SELECT B_V, a_b_2, e, x_y, distance_2, A_b_3 FROM stars", "--data", data,
            "--catalogues",
            folder.file("catalogues"), "--format", "csv")
        #expect(seen.lines.last == "0.7,1,2,3,4,6", "\(seen)")
        let dead = try NightjarProcess.run("dead-letters", "list", "--data", data, "--format", "csv")
        #expect(dead.status == 0 && dead.lines.count <= 1, "\(dead)")
    }

    @Test("a name that filters have already is refused, also in an older folder") func names() throws {
        let table = "ra,dec\n1,2\n"
        for name in ["alert", "detections", "fit", "scores", "sqlite_x", "main", "select"] {
            let refused = try add(name, table)
            #expect(refused.status == 2 && refused.errors.contains("'\(name)'"), "\(refused)")
        }
        #expect(try add("stars", table).status == 0)
        let path = folder.file("catalogues/stars.catalogue")
        var bytes = try Data(contentsOf: URL(filePath: path))
        let place = try #require(bytes.range(of: Data(#""name":"stars""#.utf8)))
        bytes.replaceSubrange(place, with: Data(#""name":"alert""#.utf8))
        try bytes.write(to: URL(filePath: path))
        let ran = try run()
        #expect(
            ran.status == 1 && ran.errors.contains("\(path): filters of ZTF's alerts have a table 'alert'"), "\(ran)")
        let checked = try NightjarProcess.run("filter", "list", "--catalogues", folder.file("catalogues"))
        #expect(checked.status == 1 && checked.errors.contains(path), "\(checked)")
        // People still see what is there.
        let list = try NightjarProcess.run("catalogue", "list", "--catalogues", folder.file("catalogues"))
        #expect(list.status == 0 && list.output.hasPrefix("alert: 1 sources"), "\(list)")
    }

    @Test("a folder that is not there is an error, but for the usual one of commands that read") func folders() throws {
        let ran = try run()
        let reason = "\(folder.file("catalogues")): there is no such folder of catalogues"
        #expect(ran.status == 1 && ran.errors.contains(reason), "\(ran)")
        let list = try NightjarProcess.run("catalogue", "list", "--catalogues", folder.file("catalogues"))
        #expect(list.status == 1 && list.errors.contains(reason), "\(list)")
        let usual = try NightjarProcess.run("catalogue", "list")
        #expect(usual.status == 0, "\(usual)")
    }

    /// Expected: as in HostSearchTests.
    @Test("hosts are the galaxies around a place") func hosts() throws {
        let table = "name,ra,dec,z\none,150.01,2,0.023\ntwo,150,2.05,0.001\n"
        try folder.write(Array(table.utf8), to: "table.csv")
        let catalogues = folder.file("catalogues")
        #expect(
            try NightjarProcess.run(
                "catalogue", "add", "galaxies", folder.file("table.csv"), "--catalogues", catalogues
            ).status == 0)
        func hosts(_ words: String...) throws -> NightjarProcess.Outcome {
            try NightjarProcess(
                ["catalogue", "hosts", "galaxies", "150", "2", "--catalogues", catalogues, "--format", "csv"] + words
            ).outcome()
        }
        let both = try hosts()
        #expect(
            both.output == """
                separation,projected_kpc,sizes,host_redshift,name,ra,dec,z
                180.0,3.73283,,0.001,two,150.0,2.05,0.001
                35.97807,16.707956,,0.023,one,150.01,2.0,0.023

                """, "\(both)")
        #expect(try hosts("--most", "1", "--within", "4").lines.count == 2)
        #expect(try hosts("--size-column", "name").status == 2)
        #expect(try hosts("--by", "colour").status == 2)
    }

    @Test("mistakes") func mistakes() throws {
        try folder.write(Array("a,b\n1,2\n".utf8), to: "table.csv")
        func add(_ words: String...) throws -> NightjarProcess.Outcome {
            try NightjarProcess(["catalogue", "add"] + words + ["--catalogues", folder.file("c")]).outcome()
        }
        #expect(try add("Stars", folder.file("table.csv")).status == 2)
        let columns = try add("stars", folder.file("table.csv"))
        #expect(columns.status == 1 && columns.errors.contains("has no column 'ra'; it has a, b"))
        #expect(try add("stars", folder.file("table.csv"), "--pmra", "a").status == 2)
        #expect(try add("stars", folder.file("none.csv")).status == 1)
        #expect(
            try NightjarProcess.run("catalogue", "match", "x", "1", "2", "--catalogues", folder.file("c")).status == 2)
    }
}
