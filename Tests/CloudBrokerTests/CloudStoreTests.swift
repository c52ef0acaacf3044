import CloudBroker
import Foundation
import BigQuery
import TestServers
import TestSupport
import Testing

/// What needs all three emulators, one test after the other: BigQuery's does not take rows and queries at the same time.
@Suite(
    .serialized, .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"),
    .enabled(if: PythonEnvironment.common.isThere, "\(StorageServer.skipped)"),
    .enabled(if: PythonEnvironment.bigQuery.isThere, "\(BigQueryEmulator.skipped)"))
struct CloudStoreTests {
    /// These tests' own: others' rows would be in the way.
    private static let emulator = Result { try BigQueryEmulator() }

    let cloud: CloudFixture
    let storage: StorageServer
    let bigQuery: BigQueryClient
    let environment: [String: String]

    init() throws {
        cloud = try CloudFixture()
        storage = try StorageServer()
        let server = try Self.emulator.get()
        bigQuery = try BigQueryClient(environment: server.environment)
        environment = cloud.environment.merging(server.environment) { $1 }
            .merging(["STORAGE_EMULATOR_HOST": storage.address]) { $1 }
    }

    func nightjar(_ words: String...) throws -> NightjarProcess.Outcome {
        try NightjarProcess(words, environment: environment).outcome()
    }

    var bucket: String { "\(cloud.project)_ztf_alert_avro_bucket" }

    /// How many rows a table has, and of how many alerts.
    func count(_ table: String, id: String) throws -> [[ColumnValue]] {
        var rows = try bigQuery.query(
            "SELECT COUNT(*), COUNT(DISTINCT \(id)) FROM `\(cloud.project)`.ztf_alerts.\(table)", project: cloud.project
        )
        return try rows.all()
    }
}
