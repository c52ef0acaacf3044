import Foundation
import TestSupport
import Testing

@Suite struct ConeCommandTests {
    private func night() throws -> (TemporaryFolder, data: String) {
        let folder = try TemporaryFolder()
        var packet = SmallPacket(candid: -1_215_182_915_715_015_000)
        (packet.ra, packet.dec, packet.objectId) = (150, -20.5, "ZTF18,\"x\"")
        try folder.write(packet.container(), to: "in/1.avro")
        let outcome = try NightjarProcess.run("run", folder.file("in"), "--data", folder.file("data"), "--quiet")
        #expect(outcome.status == 0, "\(outcome)")
        return (folder, folder.file("data"))
    }

    /// jd 2460568.75 UTC is MJD 60568.25 UTC, and TAI is 37 s ahead (IERS Bulletin C): 60568.250428240741.
    @Test("header, units, time scale, JSON, CSV") func forms() throws {
        let (folder, data) = try night()
        defer { withExtendedLifetime(folder) {} }
        let id = "-1215182915715015000"
        let text = try NightjarProcess.run("cone", "10:00:00", "-20:30:00", "5", "--data", data)
        #expect(text.errors == "")
        #expect(
            text.lines == [
                "survey  id                    objectId   MJD (TAI)     ra (deg)    dec (deg)   separation (arcsec)",
                "ztf     \(id)  ZTF18,\"x\"  60568.250428  150.000000  -20.500000  0.000",
            ])
        let csv = try NightjarProcess.run("cone", "150", "-20.5", "5", "--data", data, "--csv")
        #expect(
            csv.lines == [
                "survey,id,objectId,mjd_tai,ra,dec,separation_arcsec",
                "ztf,\(id),\"ZTF18,\"\"x\"\"\",60568.250428,150.000000,-20.500000,0.000",
            ])
        let json = try NightjarProcess.run("cone", "150", "-20.5", "5", "--data", data, "--json")
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        #expect(rows.count == 1 && rows[0]["id"] as? String == id && rows[0]["objectId"] as? String == "ZTF18,\"x\"")
        #expect(abs((rows[0]["mjd_tai"] as? Double ?? 0) - 60_568.250_428_240_741) < 1e-8)
    }

    @Test(
        "nothing is found",
        arguments: [
            ([], ""), (["--json"], "[]\n"), (["--csv"], "survey,id,objectId,mjd_tai,ra,dec,separation_arcsec\n"),
        ])
    func nothing(form: [String], output: String) throws {
        let (folder, data) = try night()
        defer { withExtendedLifetime(folder) {} }
        let outcome = try NightjarProcess(["cone", "10", "-20", "5", "--data", data] + form).outcome()
        #expect(outcome.status == 0 && outcome.output == output)
        #expect(outcome.errors == "no alert within 5 arcsec of 10.000000 -20.000000 (degrees, ICRS)\n")
    }

    @Test("ids are negative numbers too, and of one that is not there it says what is") func unknown() throws {
        let (folder, data) = try night()
        defer { withExtendedLifetime(folder) {} }
        let known = try NightjarProcess.run("alert", "-1215182915715015000", "--data", data)
        #expect(known.status == 0 && known.output.hasPrefix("ZTF alert -1215182915715015000 of "), "\(known)")
        for words in [
            ["alert", "-1215182915715015001"],
            ["salt2", "plot", "-1215182915715015001", "--out", folder.file("x.png")],
        ] {
            let outcome = try NightjarProcess(words + ["--data", data]).outcome()
            #expect(outcome.status == 1, "\(outcome)")
            #expect(
                outcome.errors == "nightjar: \(data): no alert -1215182915715015001 is archived here, but 1 of ZTF, "
                    + "of night 20240915; the nearest id is -1215182915715015000\n", "\(outcome)")
        }
        #expect(try NightjarProcess.run("run", folder.file("in"), "--data", folder.file("other")).status == 0)
        try folder.write([], to: "empty/0.avro")
        #expect(
            try NightjarProcess.run("run", folder.file("empty"), "--data", folder.file("none"), "--quiet").status == 0)
        let none = try NightjarProcess.run("alert", "1", "--data", folder.file("none"))
        #expect(
            none.errors == "nightjar: \(folder.file("none")): no alert 1 is archived here; the folder holds no alerts\n"
        )
    }

    @Test("dead letters by their reasons, then one by one") func deadLetters() throws {
        let (folder, data) = try night()
        for number in 0..<150 { try folder.write(Array("no packet \(number)".utf8), to: "bad/\(1000 + number).avro") }
        try folder.write(SmallPacket(candid: 1).container().dropLast(30), to: "bad/0.avro")
        #expect(try NightjarProcess.run("run", folder.file("bad"), "--data", data, "--quiet").status == 0)
        let list = try NightjarProcess.run("dead-letters", "list", "--data", data)
        let lines = list.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "151 dead letters, 151 waiting")
        #expect(lines[1].hasPrefix("         150  ") && lines[2].hasPrefix("           1  ") && lines[3] == "")
        #expect(lines[4].hasPrefix("0  waiting  \(folder.file("bad")), 0.avro (packet 0)  "), "\(lines[4])")
        #expect(lines.count == 4 + 100 + 2 && lines[104] == "and 51 dead letters more; --limit N shows N, --json all")
        let few = try NightjarProcess.run("dead-letters", "list", "--data", data, "--limit", "2")
        #expect(few.lines.count == 3 + 2 + 1)
        #expect(try NightjarProcess.run("dead-letters", "list", "--data", data, "--json").lines.count == 151)
        let empty = try NightjarProcess.run("run", folder.file("in"), "--data", folder.file("well"), "--quiet")
        #expect(empty.status == 0)
        #expect(
            try NightjarProcess.run("dead-letters", "list", "--data", folder.file("well")).output == "no dead letters\n"
        )
    }
}
