import Foundation
import SQLite
import TestSupport
import Testing

/// WINTER's and WIRC's public packets through a whole run.
@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct WINTERTests {
    private let run: SharedRun

    init() throws { run = try SharedRun("winter") }

    @Test("ten alerts of two cameras are stored, and every point once, as fastavro reads them") func points() throws {
        #expect(run.report.contains(#""received": 10, "duplicates": 0, "archived": 10, "stored": 10"#), "\(run.report)")
        #expect(try run.database.integer("SELECT count(*) FROM winter_detections") == 20)
        let query = try run.database.prepare(
            "SELECT objectId, jd, fid, magpsf, isdiffpos FROM winter_alerts WHERE candid = ?")
        for (id, object, jd, fid, magpsf) in [
            (3_608_701, "WNTR24auhaa", 2_460_381.031_487_338, 2, 15.316_951_751_708_984),
            (2_459_303_860_003, "WIRC21aaaad", 2_459_303.863_690_39, 1, 17.565_868_377_685_547),
        ] {
            query.bind(0, Int64(id))
            #expect(try query.step())
            #expect(query.text(0) == object)
            #expect(query.double(1) == jd)
            #expect(query.integer(2) == fid)
            #expect(query.double(3) == magpsf)
            // A boolean there, a 1.0 here.
            #expect(query.text(4) == "t")
            query.reset()
        }
    }

    @Test("what was seen twice passes the filter and is published; a single detection does not") func filter() throws {
        #expect(run.report.contains(#""passedFilter": 7"#), "\(run.report)")
        #expect(
            try run.database.integer(
                "SELECT count(*) FROM winter_alerts WHERE not_moving = 0 AND objectId LIKE 'WIRC%'")
                == 3)
        let topic = try NightjarProcess(["topic", "winter_exgalac_trans", "--data", run.data]).outcome()
        #expect(topic.status == 0 && topic.output.contains("WNTR24auhaa"), "\(topic.errors)")
    }

    @Test("an alert is given back, and found by its position") func readBack() throws {
        let data = run.data
        let alert = try NightjarProcess(["alert", "3608701", "--data", data]).outcome()
        #expect(alert.status == 0 && alert.output.contains("WNTR24auhaa"), "\(alert.errors)")
        let cone = try NightjarProcess(["cone", "262.24247", "7.26032", "5", "--data", data]).outcome()
        #expect(cone.status == 0 && cone.output.contains("3608701"), "\(cone.errors)")
    }
}
