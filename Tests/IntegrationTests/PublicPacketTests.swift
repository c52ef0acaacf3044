import Foundation
import SQLite
import TestServers
import TestSupport
import Testing

/// What becomes of every public packet of ZTF and LSST.
@Suite(
    .enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)),
    .enabled(if: PythonEnvironment.common.isThere, "scripts/python-env could not make its environment"))
struct PublicPacketTests {
    @Test("the history tables are the union of what all alerts tell, as fastavro reads them", arguments: [false, true])
    func union(reversed: Bool) throws {
        let alerts = try #require(SharedFolder.alerts)
        let folder = try TemporaryFolder()
        let data = folder.file("data")
        let groups = ["ztf", "ztf_fink", "lsst"].map { alerts.appending(path: $0).path }
        // Which packets of an alert come first must not decide what is there.
        let words = ["run"] + (reversed ? groups.reversed() : groups) + ["--data", data, "--no-fits", "--quiet"]
        let run = try NightjarProcess(words).outcome()
        #expect(run.status == 0, "\(run.errors)")
        let verdict = try NightjarProcess.run("verify", "--data", data, "--packets")
        #expect(verdict.status == 0, "\(verdict.output)")
        let outcome = try PythonEnvironment.common.run("history_points.py", [data])
        #expect(outcome.status == 0 && outcome.output.hasPrefix("compared "), "\(outcome.output.prefix(4_000))")
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        // Exposures with two detections of one object, whose second the key (objectId, jd, fid) had no row for.
        let twice = try database.integer(
            "SELECT count(*) FROM (SELECT 1 FROM ztf_detections WHERE candid <> 0 GROUP BY objectId, pid HAVING count(*) > 1)"
        )
        #expect(try #require(twice) > 100)
        #expect(try database.integer("SELECT count(*) FROM ztf_forced WHERE procstatus = '56'") ?? 0 > 0)
        #expect(
            try database.integer(
                "SELECT count(*) FROM ztf_detections WHERE isdiffpos NOT IN ('t', 'f') AND isdiffpos IS NOT NULL") == 0)
    }
}
