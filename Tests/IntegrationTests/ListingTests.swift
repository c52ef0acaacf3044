import Foundation
import SQLite
import TestSupport
import Testing

/// `nightjar list` and `nightjar sql` over data folders.
@Suite struct ListingTests {
    private let folder: TemporaryFolder
    private var data: [String] { ["first", "second"].map { folder.file($0) } }

    /// Two folders: of three alerts of one night the first is in both, and the last, of the second folder, is far below zero.
    init() throws {
        folder = try TemporaryFolder()
        for (name, candids) in [("first", [7, 5]), ("second", [7, -1_215_182_915_715_015_000])] as [(String, [Int64])] {
            for candid in candids {
                var packet = SmallPacket(candid: candid)
                (packet.ra, packet.dec, packet.objectId) = (150, -20.5, "ZTF18,\"x\"")
                if candid == 5 { packet.isdiffpos = "f" }
                try folder.write(packet.container(), to: "in \(name)/\(candid).avro")
            }
            let run = try NightjarProcess.run(
                "run", folder.file("in \(name)"), "--data", folder.file(name), "--quiet", "--no-fits")
            #expect(run.status == 0 && run.errors == "", "\(run)")
        }
    }

    private func lines(_ words: [String]) throws -> [String] {
        let outcome = try NightjarProcess(words + data.flatMap { ["--data", $0] }).outcome()
        #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
        return outcome.lines.map { String($0) }
    }

    /// jd 2460568.75 UTC is MJD 60568.25 UTC, and TAI is 37 s ahead (IERS Bulletin C): 60568.250428240741.
    @Test("a night's alerts, each once, in every form") func list() throws {
        let csv = try lines(["list", "--night", "2024-09-15", "--csv"])
        #expect(csv[0] == "survey,id,objectId,mjd_tai,ra,dec,passed,failed_cuts")
        let ids = csv.dropFirst().map { $0.split(separator: ",")[1] }
        #expect(ids == ["-1215182915715015000", "5", "7"])
        #expect(csv[2].hasPrefix(#"ztf,5,"ZTF18,""x""",60568.250428,150.000000,-20.500000,false,"#) && csv.count == 4)
        let table = try lines(["list", "--night", "20240915"])
        #expect(table.count == 4 && table[0].hasPrefix("survey  id") && table[0].hasSuffix("filter"))
        let json = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try lines(["list", "--night", "20240915", "--format", "json"])[0].utf8)) as? [[String: Any]])
        #expect(json.map { $0["id"] as? String } == ["-1215182915715015000", "5", "7"])
        #expect((json[1]["failed_cuts"] as? [String])?.isEmpty == false && json[1]["passed"] as? Bool == false)
        #expect(json[2]["ra"] as? Double == 150)
    }

    @Test("those that passed the filter are as many as the ledger says") func passed() throws {
        let night = try SmallNight(alerts: 200)
        let data = night.folder.file("data")
        #expect(try NightjarProcess.run("run", night.path, "--data", data, "--no-fits").status == 0)
        let nights = try NightjarProcess.run("sql", "SELECT DISTINCT night FROM ztf_alerts", "--data", data, "--csv")
        var ids = 0
        for name in nights.lines.dropFirst() {
            let outcome = try NightjarProcess.run(
                "list", "--night", String(name), "--passed", "--data", data, "--csv", "--quiet")
            #expect(outcome.lines.dropFirst().allSatisfy { $0.hasSuffix(",true,") }, "\(outcome)")
            ids += outcome.lines.count - 1
        }
        #expect(nights.lines.count > 1 && ids == night.account.passedFilter && ids > 0)
        let none = try NightjarProcess.run("list", "--night", "19990101", "--data", data)
        #expect(none.status == 0 && none.output == "" && none.errors == "no alert of night 19990101\n")
    }

    @Test("SQL over folders that are read as one, and over each") func sql() throws {
        let counts = """
            SELECT count(*) AS n, count(DISTINCT candid) AS ids, min(candid) AS least, NULL AS none, x'00ff' AS bytes,
                0.5 AS half, 'a"b' AS name FROM ztf_alerts
            """
        #expect(
            try lines(["sql", counts]) == [
                #"{"n":4,"ids":3,"least":"-1215182915715015000","none":null,"bytes":"AP8=","half":0.5,"name":"a\"b"}"#
            ])
        #expect(
            try lines(["sql", counts, "--format", "csv"]) == [
                "n,ids,least,none,bytes,half,name", #"4,3,-1215182915715015000,,AP8=,0.5,"a""b""#,
            ])
        let own = "SELECT (SELECT count(*) FROM main.archive) AS a, (SELECT min(candid) FROM folder2.ztf_alerts) AS b"
        #expect(
            try lines(["sql", own, "--format", "table"]) == ["a  b", "2  -1215182915715015000"])
        #expect(
            try lines(["sql", "SELECT candid, night FROM ztf_alerts WHERE candid = 5"]) == [
                #"{"candid":"5","night":20240915}"#
            ])
        #expect(
            try lines(["sql", "SELECT id FROM archive ORDER BY id", "--limit", "1"])
                == [#"{"id":"-1215182915715015000"}"#])
    }

    @Test("nothing is changed, and what is wrong is said") func readOnly() throws {
        for sql in [
            "DELETE FROM archive", "DELETE FROM main.archive", "SELECT 1; DELETE FROM archive", "SELECT 1; SELECT 2",
            "PRAGMA journal_mode = delete", "VACUUM", "SELECT * FROM nothing", "frobnicate", "",
        ] {
            for folders in [[data[0]], data] {
                let outcome = try NightjarProcess(["sql", sql] + folders.flatMap { ["--data", $0] }).outcome()
                #expect(
                    outcome.status == 1 && outcome.output == "" && outcome.complaints.count == 1, "\(sql) \(outcome)")
            }
        }
        #expect(try lines(["sql", "SELECT count(*) AS n FROM archive"]) == [#"{"n":4}"#])
        for words in [["SELECT 1"], ["SELECT 1", "--data", data[0], "--bigquery", "p"], ["--data", data[0]]] {
            let outcome = try NightjarProcess(["sql"] + words).outcome()
            #expect(outcome.status == 2 && outcome.errors.hasSuffix("Try 'nightjar help sql'.\n"), "\(outcome)")
        }
    }

    @Test("an alert's images as FITS files") func cutouts() throws {
        let night = folder.file("night.tar.gz")
        let data = folder.file("simulated")
        #expect(try NightjarProcess.run("simulate", "--alerts", "1", "--out", night, "--quiet").status == 0)
        #expect(try NightjarProcess.run("run", night, "--data", data, "--no-fits", "--quiet").status == 0)
        let id = try NightjarProcess.run("sql", "SELECT candid FROM ztf_alerts", "--data", data, "--csv").lines[1]
        let images = folder.file("images/of it")
        let outcome = try NightjarProcess.run("alert", String(id), "--data", data, "--cutouts", images)
        #expect(outcome.status == 0 && outcome.output == "", "\(outcome)")
        for name in ["science", "template", "difference"] {
            let file = try Data(contentsOf: URL(filePath: "\(images)/\(id)_\(name).fits"))
            let header = String(decoding: file.prefix(2_880), as: UTF8.self)
            // FITS standard 4.0, 3.1: blocks of 2,880 bytes.
            #expect(header.hasPrefix("SIMPLE  =") && header.contains("NAXIS1  =") && file.count % 2_880 == 0)
            #expect(outcome.errors.contains("\(images)/\(id)_\(name).fits: image 63 x 63; no variance, no mask\n"))
        }
        // The image of a small packet is none.
        let none = try NightjarProcess.run("alert", "5", "--data", self.data[0], "--cutouts", images, "--quiet")
        #expect(
            none.status == 1 && none.errors.hasPrefix("nightjar: the science image of the alert 5 is no FITS file: "))
        #expect(try FileManager.default.contentsOfDirectory(atPath: images).count == 3)
    }
}
