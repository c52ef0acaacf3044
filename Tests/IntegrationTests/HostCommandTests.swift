import Foundation
import TestSupport
import Testing

/// `nightjar run --hosts`, and what comes of it.
@Suite struct HostCommandTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("data") }
    private var catalogues: String { folder.file("catalogues") }

    init() throws { folder = try TemporaryFolder() }

    private func add(_ name: String, _ table: String) throws {
        try folder.write(Array(table.utf8), to: "\(name).csv")
        let added = try NightjarProcess.run(
            "catalogue", "add", name, folder.file("\(name).csv"), "--catalogues", catalogues)
        #expect(added.status == 0, "\(added)")
    }

    private func rows(_ sql: String) throws -> [String] { try DataRows.of(sql, in: data) }

    /// Expected: as in HostSearchTests.
    @Test("each alert has its host, filters see it, and a back-test sees the same") func run() throws {
        try add("galaxies", "name,ra,dec,z\none,150.01,2,0.023\n")
        for (candid, ra) in [(1, 150.0), (2, 150.1), (3, 150.02)] {
            var packet = SmallPacket(candid: Int64(candid))
            packet.ra = ra
            try folder.write(packet.container(), to: "night/\(candid).avro")
        }
        let filters = folder.file("filters")
        let sql = "SELECT (SELECT host_projected FROM host) < 20 AS is_near FROM alert"
        try folder.write(Array(sql.utf8), to: "filters/ztf/near.sql")
        func run(_ words: String...) throws -> NightjarProcess.Outcome {
            try NightjarProcess(["run", folder.file("night"), "--data", data, "--no-fits", "--json"] + words).outcome()
        }
        let without = try run("--filters", filters, "--catalogues", catalogues)
        #expect(without.status == 1 && without.errors.contains("no such table: host"), "\(without)")
        let with = try run("--filters", filters, "--catalogues", catalogues, "--hosts", "galaxies")
        #expect(with.status == 0 && with.output.contains("\"hosts\": {"), "\(with)")
        #expect(
            try rows(
                """
                SELECT candid, host_name, round(host_separation, 4), round(host_projected, 4), host_redshift
                FROM ztf_alerts ORDER BY candid
                """) == ["1 one 35.9781 16.708 0.023", "2 - - - -", "3 one 35.9781 16.708 0.023"])
        let live = try rows("SELECT candid FROM ztf_passes WHERE filter = 'near' ORDER BY candid")
        #expect(live == ["1", "3"])
        let test = try NightjarProcess.run(
            "filter", "test", "\(filters)/ztf/near.sql", "--data", data, "--catalogues", catalogues)
        #expect(test.status == 0 && test.output.hasPrefix("near: 2 of 3 alerts pass"), "\(test)")
        let check = try NightjarProcess.run("filter", "check", "\(filters)/ztf/near.sql")
        #expect(check.status == 0, "\(check)")
        // A folder of before has none of the columns, and a back-test null in them.
        try FileManager.default.removeItem(atPath: data)
        #expect(try run().status == 0)
        let old = try NightjarProcess.run("filter", "test", "\(filters)/ztf/near.sql", "--data", data)
        #expect(old.status == 0 && old.output.hasPrefix("near: 0 of 3 alerts pass"), "\(old)")
    }

    @Test("fits take the host's redshift where it is not known") func prior() throws {
        let night = folder.file("night.tar.gz")
        #expect(try NightjarProcess.run("simulate", "--alerts", "400", "--seed", "5", "--out", night).status == 0)
        func run(_ words: String...) throws -> NightjarProcess.Outcome {
            try NightjarProcess(["run", night, "--data", data, "--quiet"] + words).outcome()
        }
        #expect(try run("--no-fits").status == 0)
        let places = try rows("SELECT ra || ',' || dec || ',0.05' FROM ztf_alerts ORDER BY candid")
        try add("galaxies", (["ra,dec,z"] + places).joined(separator: "\n"))
        let named = try #require(
            try rows("SELECT DISTINCT objectId FROM ztf_alerts WHERE is_extragalactic_transient").first)
        try folder.write(Array("objectId,z\n\(named),0.06\n".utf8), to: "known.csv")
        try FileManager.default.removeItem(atPath: data)
        let outcome = try run(
            "--no-plots", "--catalogues", catalogues, "--hosts", "galaxies", "--fit-host-prior", "--redshifts",
            folder.file("known.csv"))
        #expect(outcome.status == 0, "\(outcome)")
        let sources = try rows(
            "SELECT objectId = '\(named)', z_source, count(*) FROM ztf_salt2 GROUP BY 1, 2 ORDER BY 1")
        #expect(
            sources.first?.hasPrefix("0 host ") == true && sources.dropFirst().allSatisfy { $0.hasPrefix("1 known ") })
        // The same options in a file, for the fits that a refit makes.
        let file = folder.file("night.json5")
        try folder.write(
            Array("{catalogues: '\(catalogues)', hosts: 'galaxies', fitHostPrior: true, data: '\(data)'}".utf8),
            to: "night.json5")
        let check = try NightjarProcess.run("config", "check", file)
        #expect(check.status == 0, "\(check)")
        try folder.write(Array("{catalogues: '\(catalogues)', hosts: 'galaxy'}".utf8), to: "night.json5")
        let wrong = try NightjarProcess.run("config", "check", file)
        #expect(wrong.status == 1 && wrong.errors.contains("there is no catalogue 'galaxy'"), "\(wrong)")
    }

    @Test("mistakes") func mistakes() throws {
        try add("stars", "name,ra,dec\none,150,2\n")
        let packet = try folder.write(SmallPacket(candid: 1).container(), to: "1.avro")
        func refusal(_ words: String...) throws -> String {
            let outcome = try NightjarProcess(["run", packet, "--data", data, "--no-fits"] + words).outcome()
            #expect(outcome.status == 2, "\(outcome)")
            return outcome.errors
        }
        #expect(try refusal("--hosts", "stars").contains("--catalogues DIR"))
        #expect(try refusal("--catalogues", catalogues, "--hosts", "x").contains("there are: stars"))
        #expect(try refusal("--catalogues", catalogues, "--hosts", "stars").contains("it has no hosts"))
        #expect(try refusal("--catalogues", catalogues, "--fit-host-prior").contains("--hosts CATALOGUE"))
        #expect(!FileManager.default.fileExists(atPath: data))
    }
}
