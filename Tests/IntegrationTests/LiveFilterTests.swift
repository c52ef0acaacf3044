import Foundation
import TestSupport
import Testing

/// Filters of somebody's in a run, as its users call it.
@Suite struct LiveFilterTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("data") }
    private var filters: String { folder.file("filters") }

    init() throws { folder = try TemporaryFolder() }

    private static let young = """
        SELECT isdiffpos = 't' AS is_positive, rb > 0.5 AS is_real, jd - jdstarthist < 8 AS is_young,
               (SELECT count(*) FROM detections WHERE isdiffpos = 't') >= 2 AS seen_twice FROM alert
        """

    private func filter(_ name: String, _ sql: String) throws {
        try folder.write(Array(sql.utf8), to: "filters/ztf/\(name).sql")
    }

    private func rows(_ sql: String) throws -> [String] { try DataRows.of(sql, in: data) }

    @Test("the live verdict is the back-test's on every alert, with catalogue and fit") func equal() throws {
        let night = folder.file("night.tar.gz")
        let made = try NightjarProcess.run("simulate", "--alerts", "400", "--seed", "5", "--out", night)
        #expect(made.status == 0, "\(made.errors)")
        try filter("young", Self.young)
        // Without models each candidate has a fit that failed.
        try filter("fitted", "SELECT (SELECT candid FROM fit) = alert.candid AS is_fitted FROM alert")
        try filter("near", "SELECT EXISTS (SELECT 1 FROM places WHERE distance < 1) AS is_near FROM alert")
        // A catalogue of a few of the alerts' own places.
        _ = try NightjarProcess.run("run", night, "--data", data, "--no-fits", "--quiet")
        let places = try rows("SELECT ra || ',' || dec || ',' || candid FROM ztf_alerts ORDER BY candid LIMIT 9")
        try folder.write(Array((["ra,dec,number"] + places).joined(separator: "\n").utf8), to: "places.csv")
        let added = try NightjarProcess.run(
            "catalogue", "add", "places", folder.file("places.csv"), "--all-sky", "--catalogues",
            folder.file("catalogues"))
        #expect(added.status == 0, "\(added.errors)")
        try FileManager.default.removeItem(atPath: data)
        let run = try NightjarProcess.run(
            "run", night, "--data", data, "--filters", filters, "--allow-wide", "all", "--catalogues",
            folder.file("catalogues"),
            "--no-plots", "--json")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(#""filters": {"fitted": {"#), "\(run.output)")
        #expect(
            try rows("SELECT count(*) FROM ztf_alerts WHERE places_matches > 0 AND places_distance < 1")
                == rows("SELECT count(*) FROM ztf_passes WHERE filter = 'near'"))
        for name in ["young", "fitted", "near"] {
            let live = try rows("SELECT candid FROM ztf_passes WHERE filter = '\(name)' ORDER BY candid")
            #expect(!live.isEmpty && live.count < 400)
            let test = try NightjarProcess.run(
                "filter", "test", "\(filters)/ztf/\(name).sql", "--data", data, "--catalogues",
                folder.file("catalogues"), "--examples", "1000", "--json")
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(test.output.utf8)) as? [String: Any], "\(test.errors)")
            let ids = try #require(json["examples"] as? [String])
            #expect(ids.sorted { (Int64($0) ?? 0) < (Int64($1) ?? 0) } == live)
            let stream = try NightjarProcess.run("topic", "ztf_\(name)", "--data", data, "--no-cutouts")
            #expect(stream.output.split(separator: "\n").count == live.count)
        }
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }

    @Test("a file that changes while a run goes on judges from then on, and the ledger says what") func changed() throws
    {
        let night = try SmallNight(alerts: 1_200)
        try filter("young", Self.young)
        let input = Pipe()
        let run = try NightjarProcess(["run", "-", "--data", data, "--filters", filters, "--no-fits"], input: input)
        let tarball = try Data(contentsOf: URL(fileURLWithPath: night.plainPath))
        let half = 512 * (tarball.count / 1024)
        try input.fileHandleForWriting.write(contentsOf: tarball.prefix(half))
        #expect(run.waits { (try? rows("SELECT sum(judged) > 0 FROM filter_ledger")) == ["1"] }, "\(run.errors)")
        try filter("all", "SELECT 1 AS is_alert FROM alert")
        #expect(run.waits { run.errors.contains("judges with ztf's all") }, "\(run.errors)")
        try input.fileHandleForWriting.write(contentsOf: tarball[half...])
        try input.fileHandleForWriting.close()
        #expect(try run.outcome().status == 0)
        #expect(try rows("SELECT sum(judged) FROM filter_ledger WHERE filter = 'young'") == ["1200"])
        // Each alert after the change, and none before.
        let line = try #require(
            try rows("SELECT sum(judged), sum(passed), min(firstOffset) FROM filter_ledger WHERE filter = 'all'").first)
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        #expect(numbers[0] == numbers[1] && numbers[0] > 0 && numbers[0] < 1200 && numbers[2] > 0)
        #expect(try NightjarProcess.run("verify", "--data", data).status == 0)
    }

    @Test("a mistake in a filter, a wide one and a missing folder end a run before it begins") func refused() throws {
        let night = try SmallNight(alerts: 400)
        let missing = try NightjarProcess.run("run", night.path, "--data", data, "--filters", filters, "--no-fits")
        #expect(missing.status == 1 && missing.errors.contains("there is no folder of filters"), "\(missing.errors)")
        try filter("young", "SELECT\n  magpfs < 19 AS is_bright FROM alert")
        let mistake = try NightjarProcess.run("run", night.path, "--data", data, "--filters", filters, "--no-fits")
        #expect(
            mistake.status == 1
                && mistake.errors.contains("young.sql:2:3: no such column: magpfs (did you mean magpsf?)"),
            "\(mistake.errors)")
        _ = try NightjarProcess.run("run", night.path, "--data", data, "--no-fits", "--quiet")
        try filter("young", "SELECT magpsf < 30 AS is_there FROM alert")
        let wide = try NightjarProcess.run("run", night.path, "--data", data, "--filters", filters, "--no-fits")
        #expect(
            wide.status == 1 && wide.errors.contains("ztf_young passes 200 of 200 alerts of the night 20240916")
                && wide.errors.contains("--allow-wide young"), "\(wide.errors)")
        let allowed = try NightjarProcess.run(
            "run", night.path, "--data", data, "--filters", filters, "--no-fits", "--allow-wide", "young")
        #expect(allowed.status == 0, "\(allowed.errors)")
    }
}
