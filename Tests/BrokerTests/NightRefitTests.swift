import Alerts
import Broker
import DataLayout
import Foundation
import Packets
import Pipeline
import Query
import SQLite
import Simulator
import TestSupport
import Testing

/// Fits with the history that the tables have, beside the packets' own.
@Suite(.enabled(if: SupernovaTests.hasModels, "skipped: no models here"))
struct NightRefitTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("data") }
    private let options: SupernovaOptions

    init() throws {
        folder = try TemporaryFolder()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var options = try SupernovaOptions(
            models: ProcessInfo.processInfo.environment["NIGHTJAR_MODELS"] ?? root.appendingPathComponent("models").path
        )
        options.drawsPlots = false
        self.options = options
        try SimulatedNight(alerts: 300, seed: 5, night: 20_240_915).write(to: folder.file("night.tar.gz"), truth: nil)
        var run = Run.Options(folder: data, sources: [try Source.local(folder.file("night.tar.gz"))])
        run.supernovae = options
        let outcome = try Run(run).run()
        try #require(outcome.report[.fitted] > 2)
    }

    private func rows(_ sql: String) throws -> [[String]] {
        let statement = try Database(path: data + "/nightjar.db", mode: .readOnly).prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }) }
        return rows
    }

    private func refit(
        _ history: (Alert) throws(BrokerError) -> NightRefit.History?
    ) throws -> (fitted: Int, failed: Int, ineligible: Int) {
        try NightRefit.run(night: 20_240_915, in: HeldFolder(data), options: options, history: history)
    }

    @Test("the same points give the packet's own fit, in a row beside it") func same() throws {
        let before = try rows("SELECT * FROM ztf_salt2 ORDER BY candid")
        let messages = try rows("SELECT count(*) FROM messages")
        for _ in 0..<2 {
            let outcome = try refit { NightRefit.History(lightCurve: $0.lightCurve, objects: [$0.objectId ?? ""]) }
            #expect(outcome.fitted + outcome.failed == before.count && outcome.fitted > 2)
        }
        #expect(try rows("SELECT * FROM ztf_salt2 ORDER BY candid") == before)
        #expect(try rows("SELECT count(*) FROM messages") == messages)
        let names = Salt2Row.columns.map(\.name).joined(separator: ", ")
        #expect(try rows("SELECT \(names) FROM ztf_salt2_refits ORDER BY candid") == before)
        #expect(try rows("SELECT DISTINCT history, objects = objectId FROM ztf_salt2_refits") == [["tables", "1"]])
        let verdict = try #require(try DataReader([data]).verify().first)
        #expect(verdict.isSound, "\(verdict.damages)")
    }

    @Test("a longer history is used up to the alert, without what was withdrawn") func longer() throws {
        // A point 100 days before each alert, one a day after it, and the packet's own.
        _ = try refit { alert in
            guard let first = alert.lightCurve.detections.first(where: { $0.isPositive == true && $0.id != nil }) else {
                return nil
            }
            func moved(_ days: Double) -> Detection {
                Detection(
                    id: 1, epoch: Epoch(mjd: alert.detection.epoch.mjd + days, scale: .utcStart),
                    bandpass: first.bandpass,
                    ra: nil, dec: nil, brightness: first.brightness, isPositive: true, zeroPoint: nil, realBogus: nil)
            }
            var curve = alert.lightCurve
            curve.detections += [moved(-100), moved(1)]
            return NightRefit.History(lightCurve: curve, objects: ["a", "b"])
        }
        let counts = try rows(
            """
            SELECT ztf_salt2_refits.n_points - ztf_salt2.n_points, objects FROM ztf_salt2_refits JOIN ztf_salt2 USING (candid)
            """)
        #expect(counts.count > 2 && counts.allSatisfy { $0 == ["1", "a,b"] }, "\(counts)")
    }

    @Test("the rows of a night go with it") func prune() throws {
        _ = try refit { NightRefit.History(lightCurve: $0.lightCurve, objects: []) }
        _ = try Prune.run(.before(20_250_101), in: HeldFolder(data)) { _ in }
        #expect(try rows("SELECT count(*) FROM ztf_salt2_refits") == [["0"]])
    }
}
