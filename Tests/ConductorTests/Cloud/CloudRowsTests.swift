import Alerts
import BigQuery
import CloudBroker
@testable import Conductor
import Foundation
import TestServers
import Testing

/// The rows of a night, against a BigQuery emulator.
@Suite(.enabled(if: PythonEnvironment.bigQuery.isThere, "\(BigQueryEmulator.skipped)")) struct CloudRowsTests {
    private let client: BigQueryClient
    private let names: CloudNames
    private let window: CloudWindow

    init() throws {
        client = try BigQueryClient(environment: BigQueryEmulator.shared.get().environment)
        names = try CloudNames(project: "rows-\(UUID().uuidString.prefix(8).lowercased())", survey: .lsst)
        let times = try #require(NightTimes(night: 20_260_915, of: .lsst))
        window = CloudWindow(NightMachine(times, of: .lsst, rules: NightRules(.lsst)))
    }

    private func table(_ name: String) -> String { "`\(names.project).\(names.dataset).\(name)`" }

    private func run(_ sql: String) throws { _ = try client.query(sql, project: names.project) }

    /// Rows of `DIASource` or of what arrives there: id, time of Kafka, time of the alert.
    private func add(_ rows: [(id: Int64, taken: String, mjd: Double)], to name: String) throws {
        let values = rows.map { "(\($0.id), TIMESTAMP '\($0.taken)+00', \($0.mjd))" }.joined(separator: ", ")
        try run("INSERT INTO \(table(name)) (diaSourceId, kafkaPublishTimestamp, midpointMjdTai) VALUES \(values)")
    }

    @Test("of noon to noon are the night's, what arrived and is not merged is told, and so is what came again")
    func night() throws {
        _ = try client.createDataset(names.dataset, project: names.project)
        for name in ["DIASource", "DIASource_arrivals"] {
            try run(
                "CREATE TABLE \(table(name)) (diaSourceId INT64, kafkaPublishTimestamp TIMESTAMP, midpointMjdTai FLOAT64)"
            )
        }
        try run(
            "CREATE TABLE \(table("alerts")) (diaSource STRUCT<diaSourceId INT64>, kafkaPublishTimestamp TIMESTAMP)")
        let merged = [
            (Int64(1), "2026-09-15 11:59:59.999", 61_298.4), (9_007_199_254_740_993, "2026-09-15 12:00:00", 61_299.1),
            (3, "2026-09-16 11:59:59.999", 61_299.25), (4, "2026-09-16 12:00:00", 61_299.9),
        ]
        try add(merged, to: "DIASource")
        // One came in three messages, one of an earlier night came again, and one waits.
        try add(
            merged + [
                (3, "2026-09-16 11:00:00", 61_299.25), (3, "2026-09-16 11:00:01", 61_299.25),
                (3, "2026-09-16 11:00:01", 61_299.25), (1, "2026-09-16 01:00:00", 61_298.4),
                (5, "2026-09-16 02:00:00", 61_299.3),
            ], to: "DIASource_arrivals")
        try run(
            """
            INSERT INTO \(table("alerts")) (diaSource, kafkaPublishTimestamp)
            SELECT STRUCT(diaSourceId), kafkaPublishTimestamp FROM \(table("DIASource")) WHERE diaSourceId <> 3
            """)
        let found = try CloudRows(names: names, client: client).read(window)
        #expect(found.rows.map(\.id) == [3, 9_007_199_254_740_993])
        #expect(found.last == 61_299.25 && found.twice == nil)
        #expect(found.arrived == 6 && found.unmerged == 1)
        #expect(found.packets.rows == 1 && found.packets.ids == 1)
        let faults = found.faults(names)
        #expect(faults.count == 2 && faults[0].hasPrefix("1 alerts are in lsst_alerts.DIASource_arrivals and not in"))
        #expect(faults[1] == "lsst_alerts.alerts has 1 rows of 1 alerts, and lsst_alerts.DIASource 2 alerts")
    }

    @Test("without tables it says what to do") func missing() throws {
        let error = try #require(throws: ControlError.self) {
            _ = try CloudRows(names: names, client: client).read(window)
        }
        #expect(error.action == "read the night's rows" && !error.nextStep.isEmpty, "\(error)")
    }
}
