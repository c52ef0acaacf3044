import Foundation
import SQLite
import TestSupport
import Testing

/// The verdicts of the extragalactic transient filter on public packets.
///
/// Expected: those of the filter that was written in Swift, before it became SQL; a line an alert, with a digit each for
/// `is_positive_sub`, `no_pointsource_counterpart`, `not_moving`, `no_ssobject` and `is_pure`. LSST's, whose filter changed since, are
/// those of `verdicts/lsst.py`, which reads the packets with fastavro.
@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct VerdictTests {
    @Test("every public packet has the verdict that it had") func verdicts() throws {
        let (folder, packets) = (try TemporaryFolder(), try #require(SharedFolder.alerts))
        let run = try NightjarProcess.run(
            "run", packets.path, "--data", folder.file("data"), "--no-fits", "--quiet")
        #expect(run.status == 0, "\(run.errors)")
        let database = try Database(path: folder.file("data") + "/nightjar.db", mode: .readOnly)
        var found: Set<String> = []
        for (survey, id) in [
            ("ztf", "candid"), ("lsst", "diaSourceId"), ("elasticc", "diaSourceId"), ("winter", "candid"),
        ] {
            let rows = try database.prepare(
                """
                SELECT \(id), is_positive_sub, no_pointsource_counterpart, not_moving, no_ssobject, is_pure
                FROM \(survey)_alerts
                """)
            while try rows.step() {
                found.insert("\(survey),\(rows.integer(0)),\((1...5).map { "\(rows.integer($0))" }.joined())")
            }
        }
        let table = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "verdicts/public.csv")
        let expected = Set(try String(contentsOf: table, encoding: .utf8).split(separator: "\n").map { String($0) })
        #expect(expected.count == 2245)
        #expect(found.subtracting(expected) == [] && expected.subtracting(found) == [])
    }
}
