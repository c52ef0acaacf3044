import Foundation
import SQLite
import TestSupport
import Testing

/// The public sample of ELAsTiCC through a whole run.
@Suite(.enabled(if: SharedFolder.isThere, Comment(rawValue: SharedFolder.skipped)))
struct ELAsTiCCTests {
    private let run: SharedRun

    init() throws { run = try SharedRun("elasticc/elasticc_v0.9.tar.gz") }

    @Test("185 alerts and every point of their histories are in the tables, as fastavro reads them") func points()
        throws
    {
        #expect(
            run.report.contains(#""received": 185, "duplicates": 0, "archived": 185, "stored": 185"#), "\(run.report)")
        #expect(try run.database.integer("SELECT count(*) FROM elasticc_alerts WHERE objectId = diaObjectId") == 185)
        #expect(try run.database.integer("SELECT count(*) FROM elasticc_detections") == 1_447)
        let sums = try run.database.prepare("SELECT sum(psFlux), count(DISTINCT objectId) FROM elasticc_detections")
        #expect(try sums.step())
        #expect(abs(sums.double(0) - 722_696.513_657_584_8) < 1e-6)
        #expect(sums.integer(1) == 124)
        // The host and its redshift, photometric and spectroscopic, are columns.
        let host = try run.database.prepare(
            "SELECT diaObject_hostgal_z, diaObject_hostgal_zphot_q50 FROM elasticc_alerts WHERE diaSourceId = 1010023")
        #expect(try host.step())
        #expect(host.double(0) == Double(Float(1.272_303_2)))
        #expect(host.double(1) == Double(Float(0.889_218_1)))
    }

    @Test("candidates are fitted in all of LSST's bands, with the survey's own model and its errors") func fits() throws
    {
        #expect(
            try run.database.integer(
                "SELECT count(*) FROM elasticc_salt2 WHERE success AND (model <> 'salt3-f22' OR bands_left_out <> '')")
                == 0)
        let bands = try run.database.prepare(
            "SELECT DISTINCT bands || ',' || bands_left_out FROM elasticc_salt2 WHERE success")
        var names: Set<String> = []
        while try bands.step() { names.formUnion((bands.text(0) ?? "").split(separator: ",").map(String.init)) }
        #expect(names == ["lsstu", "lsstg", "lsstr", "lssti", "lsstz", "lssty"])
    }

    @Test("streams, an alert and a cone give them back") func readBack() throws {
        let data = run.data
        for topic in ["elasticc_exgalac_trans", "elasticc_salt2"] {
            let shown = try NightjarProcess(["topic", topic, "--data", data, "--limit", "1"]).outcome()
            #expect(shown.status == 0 && shown.output.contains("diaSourceId"), "\(shown.errors)")
        }
        let alert = try NightjarProcess(["alert", "1010023", "--data", data]).outcome()
        #expect(alert.status == 0 && alert.output.contains("1010023"), "\(alert.errors)")
        let cone = try NightjarProcess(["cone", "239.765625", "-4.630479", "2", "--data", data]).outcome()
        #expect(cone.status == 0 && cone.output.contains("1010023"), "\(cone.errors)")
    }
}
