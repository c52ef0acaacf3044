import Foundation
import SQLite
import TestSupport
import Testing

/// `nightjar filter`, as its users call it.
@Suite struct FilterCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A data folder with one alert, the number 7.
    private func data() throws -> String {
        var packet = SmallPacket(candid: 7)
        packet.past = [SmallPacket.Past(jd: packet.jd - 3, candid: 2, magpsf: 19, isdiffpos: "t")]
        try folder.write(packet.container(), to: "packet.avro")
        let run = try NightjarProcess.run(
            "run", folder.file("packet.avro"), "--data", folder.file("data"), "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        return folder.file("data")
    }

    private func filter(_ sql: String, named name: String = "ztf/mine.sql") throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder.file("ztf"), withIntermediateDirectories: true)
        try folder.write(Array(sql.utf8), to: name)
        return folder.file(name)
    }

    @Test("check says the cuts, or the place of a mistake") func check() throws {
        let sound = try filter("SELECT magpsf < 19 AS is_bright, fid = 1 AS is_green FROM alert")
        let good = try NightjarProcess.run("filter", "check", sound)
        #expect(good.status == 0 && good.output == "\(sound): 2 cuts for ZTF: is_bright, is_green\n")
        let wrong = try filter("SELECT\n  magpfs < 19 AS is_bright FROM alert", named: "wrong.sql")
        let bad = try NightjarProcess.run("filter", "check", wrong, sound, "--survey", "ztf")
        #expect(bad.status == 1 && bad.lines.count == 1)
        #expect(bad.errors == "nightjar: \(wrong):2:3: no such column: magpfs (did you mean magpsf?)\n")
        let nowhere = try NightjarProcess.run("filter", "check", wrong)
        #expect(nowhere.status == 2 && nowhere.errors.contains("say --survey"))
        let missing = try NightjarProcess.run("filter", "check", folder.file("none.sql"), "--survey", "ztf")
        #expect(missing.status == 1 && missing.errors.contains("none.sql"))
    }

    @Test("try opens the tables of an archived alert") func tryOne() throws {
        let data = try data()
        let tables = try NightjarProcess.run("filter", "try", "7", "--data", data)
        #expect(tables.status == 0 && tables.output.hasPrefix("alert: 1 row\n  candid "))
        #expect(tables.output.contains("\ndetections: 2 rows\n  jd ") && tables.output.contains("\nlimits: 0 rows\n"))
        let rows = try NightjarProcess.run(
            "filter", "try", "ZTF24aaaaaaa", "SELECT candid, magpsf FROM detections ORDER BY jd", "--data", data,
            "--format", "json")
        #expect(rows.output == #"{"candid":2,"magpsf":19.0}"# + "\n" + #"{"candid":7,"magpsf":18.5}"# + "\n")
        let mistake = try NightjarProcess.run("filter", "try", "7", "SELECT a FROM alrt", "--data", data)
        #expect(mistake.status == 1 && mistake.errors.contains("SQL:1:15: no such table: alrt (did you mean alert?)"))
    }

    @Test("why has each cut with what it looked at") func why() throws {
        let data = try data()
        let own = try NightjarProcess.run("filter", "why", "extragalactic_transient", "7", "--data", data)
        #expect(own.status == 0)
        #expect(
            own.output.hasPrefix(
                """
                extragalactic_transient: alert 7 of ZTF passes
                  is_positive_sub             yes   isdiffpos t
                """), "\(own.output)")
        #expect(own.output.contains("  not_moving                  yes   jd 2460568.75\n"))
        #expect(own.output.contains("detections: 2 rows\n"))
        let mine = try filter("SELECT magpsf < 18 AS is_bright, drb > 0.5 AS is_real FROM alert")
        let json = try NightjarProcess.run("filter", "why", mine, "7", "--data", data, "--json")
        #expect(
            json.output.contains(#""passes":false"#) && json.output.contains(#""verdict":null"#), "\(json.output)")
        let none = try NightjarProcess.run("filter", "why", "transients", "7", "--data", data)
        #expect(none.status == 1 && none.errors.contains("extragalactic_transient, pure"))
        #expect(try NightjarProcess.run("filter", "why", mine, "8", "--data", data).status == 1)
    }

    /// Ids that a back-test says pass, of all alerts.
    private func passing(_ filter: String, _ words: String...) throws -> (ids: Set<String>, output: String) {
        let run = try NightjarProcess(
            ["filter", "test", filter, "--data", folder.file("data"), "--examples", "100000", "--json"] + words
        ).outcome()
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        return (Set(report?["examples"] as? [String] ?? []), run.output)
    }

    @Test("the verdict of a back-test is the live one, alert by alert; classes follow the truth") func backTest() throws
    {
        let (night, truth, data) = (folder.file("night.tar.gz"), folder.file("truth.csv"), folder.file("data"))
        for words in [
            ["simulate", "--alerts", "600", "--seed", "3", "--out", night, "--truth", truth],
            ["run", night, "--data", data, "--no-fits"],
        ] {
            let run = try NightjarProcess(words + ["--quiet"]).outcome()
            #expect(run.status == 0, "\(run.errors)")
        }
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        func ids(_ condition: String) throws -> Set<String> {
            let rows = try database.prepare("SELECT candid FROM ztf_alerts WHERE \(condition)")
            var ids: Set<String> = []
            while try rows.step() { ids.insert("\(rows.integer(0))") }
            return ids
        }
        let transients = try passing("extragalactic_transient", "--survey", "ztf")
        #expect(try !transients.ids.isEmpty && transients.ids == ids("is_extragalactic_transient"))
        #expect(
            transients.output.contains(#""nights":[{"night":20240915,"alerts":600,"passes":\#(transients.ids.count)}]"#)
        )
        #expect(try passing("pure").ids == ids("is_pure"))
        let mine = try filter("SELECT magpsf < 18 AS bright, isdiffpos = 't' AS positive FROM alert")
        let found = try passing(mine, "--truth", truth, "--nights", "20240914..20240915")
        #expect(try found.ids == ids("magpsf < 18 AND isdiffpos = 't'"))
        let stars = try String(contentsOfFile: truth, encoding: .utf8).split(separator: "\n").count {
            $0.split(separator: ",")[2] == "star"
        }
        #expect(found.output.contains(#"{"name":"star","alerts":\#(stars),"passes":"#), "\(found.output)")
        #expect(try passing(mine, "--nights", "20240916..20240920").ids.isEmpty)

        // What is left of an archive need not begin at its first offset.
        let next = folder.file("ztf_public_20240916.tar.gz")
        for words in [
            ["simulate", "--alerts", "50", "--out", next],
            ["run", night, next, "--data", folder.file("pruned"), "--no-fits"],
        ] { #expect(try NightjarProcess(words + ["--quiet"]).outcome().status == 0) }
        let prune = try NightjarProcess.run(
            "prune", "--data", folder.file("pruned"), "--before", "20240916", "--quiet")
        #expect(prune.status == 0)
        let left = try NightjarProcess.run("filter", "test", "pure", "--data", folder.file("pruned"))
        #expect(left.status == 0 && left.output.contains(" of 50 alerts pass"), "\(left)")

        let all = try filter("SELECT TRUE AS all_of_them FROM alert", named: "ztf/all.sql")
        let both = try ids("magpsf < 18 AND isdiffpos = 't'").count
        let diff = try NightjarProcess.run("filter", "diff", all, mine, "--data", data, "--examples", "0")
        #expect(diff.output == "600 alerts, \(both) pass both\ngained 0\nlost \(600 - both)\n")
        let table = try NightjarProcess.run("filter", "test", mine, "--data", data)
        #expect(table.output.hasPrefix("mine: \(both) of 600 alerts pass ("))
    }

    @Test("a filter that cannot judge an alert fails a back-test, which says on which") func broken() throws {
        let data = try data()
        let two = try filter("SELECT TRUE AS yes FROM detections")
        let run = try NightjarProcess.run("filter", "test", two, "--data", data)
        #expect(run.status == 1)
        #expect(run.errors.contains("alert 7: it gives more than one row for an alert, where a filter gives one"))
    }
}
