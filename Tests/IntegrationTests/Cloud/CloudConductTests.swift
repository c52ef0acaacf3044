import Alerts
import BigQuery
import CloudBroker
import CloudStorage
import Foundation
import GoogleAuth
import LoopbackServer
import Query
import TestServers
import TestSupport
import Testing

/// A conductor that proves a night on Google Cloud: the rows are in a BigQuery emulator, the objects in a Cloud Storage server,
/// the dead letters in Pub/Sub's emulator; machines, services and samples are played. Nothing here has run on Google.
@Suite(
    .serialized, .enabled(if: CloudStation.isThere, "\(CloudStation.skipped)"),
    .enabled(if: PythonEnvironment.google.isThere, "google-api-python-client cannot be installed"))
struct CloudConductTests {
    private let station: CloudStation
    private let google: ControlServer
    private let names: CloudNames
    private let folder: TemporaryFolder

    init() throws {
        station = try CloudStation()
        google = try ControlServer(packages: try #require(PythonEnvironment.google.packages))
        names = try CloudNames(project: station.project, survey: .ztf, testID: CloudStation.id)
        folder = try TemporaryFolder()
    }

    private func time(_ text: String) throws -> Int {
        Int(try Date("2024-09-15T\(text)Z", strategy: .iso8601).timeIntervalSince1970)
    }

    private func setClock(_ text: String) throws {
        try folder.write("2024-09-15T\(text)Z \(try time(text) - 1_726_000_000)".utf8, to: "clock")
    }

    /// Samples of each stage: at times of the night, and none left by the machine's own clock, by which workers are stopped.
    private func sample(_ samples: (String, Int)...) throws {
        let now = Int(Date().timeIntervalSince1970)
        let all = try samples.map { [try time($0.0), $0.1] } + [[now - 120, 0], [now - 60, 0]]
        let named = CloudNames.StageName.allCases.map { (names.subscription($0), all) }
        try google.set(["samples": Dictionary(uniqueKeysWithValues: named)])
    }

    /// The file of the night's state, as text.
    private var state: String {
        (try? String(contentsOfFile: folder.file("data/nights/ztf-20240915.json"), encoding: .utf8)) ?? ""
    }

    private func conduct(_ night: CloudNight) throws -> NightjarProcess {
        let services = CloudNames.StageName.allCases.map { (names.service($0), [:] as [String: Int]) }
        try google.set([
            "machines": ["consumer": ["status": "TERMINATED"]], "now": Int(Date().timeIntervalSince1970) - 600,
            "services": Dictionary(uniqueKeysWithValues: services),
        ])
        return try NightjarProcess(
            [
                "night", "conduct", "kafka://\(night.server.address)/ztf_{yyyyMMdd}_programid1", "--data",
                folder.file("data"), "--group", "nightjar", "--clock", folder.file("clock"), "--interval", "100",
                "--quiet-minutes", "0", "--veto-minutes", "0", "--control", "google", "--project", station.project,
                "--test-id", CloudStation.id, "--region", "us-central1", "--zone", "us-central1-a", "--consumer",
                "consumer",
            ], environment: station.environment.merging(google.environment) { $1 })
    }

    /// The object of the message at an offset.
    private func object(_ partition: Int, _ offset: Int) throws -> StorageObject {
        let objects = try station.objects(names.archiveBucket)
        let found = objects.first {
            $0.metadata["kafka.partition"] == String(partition) && $0.metadata["kafka.offset"] == String(offset)
        }
        return try #require(found, "\(objects.map(\.metadata))")
    }

    /// Changes what the tables have of an alert.
    ///
    /// - Parameters:
    ///   - ends: What stands behind the names of the tables.
    ///   - statement: With T for the table, and K for the key.
    /// - Throws: What the service says.
    private func change(_ ends: [String], _ statement: String) throws {
        for (table, key) in [("DIASource", "candid"), ("alerts", "candidate.candid")] {
            for end in ends {
                let sql = statement.replacing("K", with: key).replacing("T", with: station.table(table + end))
                _ = try station.bigQuery.query(sql, project: station.project)
            }
        }
    }

    @Test(
        "a backlog, a lost object, a lost row and one twice are named; once all is there the night is complete, and the receipt tells it"
    )
    func night() throws {
        try station.setUp()
        let night = try CloudNight(alerts: 40, taken: Date(timeIntervalSince1970: Double(try time("05:00:00"))))
        try setClock("06:00:00")
        try sample()
        let conductor = try conduct(night)
        defer { conductor.kill() }
        #expect(conductor.waits { conductor.errors.contains("20240915: running") }, "\(conductor.errors)")
        let consumed = try station.consume(night.address).outcome(within: 120)
        #expect(consumed.status == 0 && consumed.output.contains("\"published\": 47,"), "\(consumed)")
        for stage in [CloudNames.StageName.archive, .table] {
            let outcome = try station.stage(stage, "--until-idle", "5").outcome(within: 300)
            #expect(outcome.status == 0 && outcome.output.contains("\"messages\": 47,"), "\(outcome)")
        }

        let lost = try object(1, 0)
        let bytes = try station.storage.get(lost.path)
        try station.storage.delete(lost.path)
        let rowless = try #require(try object(2, 0).metadata["candid"])
        try change([""], "insert into T select * from T where K = \(rowless)")

        // Without samples of now nothing is known of the backlog.
        try setClock("16:00:00")
        #expect(conductor.waits { state.contains("Cloud Monitoring does not show the count of") }, "\(state)")
        try sample(("16:05:00", 5), ("16:06:00", 5))
        try setClock("16:07:00")
        let backlog = "the stages have 5 messages of \(names.subscription(.archive))"
        #expect(conductor.waits { state.contains(backlog) }, "\(state)")
        #expect(state.contains("20 messages not published"), "\(state)")

        try sample(("16:08:00", 0), ("16:09:00", 0))
        try setClock("16:10:00")
        let twice = "has 41 rows of 40 alerts, candid \(rowless) more than once for one"
        #expect(conductor.waits { state.contains("DIASource \(twice)") }, "\(state)")
        try change([""], "delete from T where K = \(rowless)")
        let source = "\(station.dataset).DIASource"
        let unmerged = "1 alerts are in \(source)_arrivals and not in \(source), which has 39"
        #expect(conductor.waits { state.contains(unmerged) }, "\(state)")
        try change(["_arrivals"], "delete from T where K = \(rowless)")
        let id = try #require(lost.metadata["candid"])
        let objectFault =
            "39 alerts have a row and 38 an object: 1 of them are not in gs://\(names.archiveBucket), candid \(id) for one"
        #expect(conductor.waits { state.contains(objectFault) }, "\(state)")

        let upload = StorageUpload(bytes, to: lost.path, metadata: lost.metadata, condition: .ifAbsent)
        #expect(try station.storage.put(upload) != .alreadyThere)
        let numbers = "47 messages were received and 46 have an outcome: 39 stored, 3 repeated, 4 dead letters"
        let unknown = "\(CloudNight.topic) [2] offset 0"
        #expect(
            conductor.waits {
                let state = state
                return state.contains(numbers) && state.contains(unknown) && !state.contains(objectFault)
            }, "\(state)")
        #expect(!conductor.errors.contains("complete"), "\(conductor.errors)")

        try station.run(
            "backfill", "gs://\(names.archiveBucket)", "--to", "bigquery://\(station.project)/\(station.dataset)")
        #expect(
            conductor.waits { conductor.errors.contains("20240915: complete: every alert is accounted for") },
            "\(conductor.errors) \(state)")
        try checkReceipt(conductor, night)
        conductor.send(SIGTERM)
        #expect(try conductor.outcome().status == 0)
    }

    private func checkReceipt(_ conductor: NightjarProcess, _ night: CloudNight) throws {
        #expect(conductor.waits { conductor.errors.contains("edition 1 of the receipt is") }, "\(conductor.errors)")
        let file = try Data(contentsOf: URL(filePath: folder.file("data/nights/ztf-20240915.receipt-1.json")))
        let receipt = try #require(try JSONSerialization.jsonObject(with: file) as? [String: Any])
        #expect(receipt["state"] as? String == "complete" && receipt["addsUp"] as? Bool == true)
        let counts = try #require(receipt["counts"] as? [String: Int])
        #expect(counts == ["received": 47, "stored": 40, "duplicates": 3, "deadLettered": 4])
        let candids = try station.objects(names.archiveBucket).compactMap {
            $0.metadata["candid"].flatMap { Int64($0) }
        }
        let ids = try #require(receipt["ids"] as? [String: Any])
        #expect(ids["count"] as? Int == 40 && ids["sha256"] as? String == IdDigest(candids).sha256)
        let parts = try #require(receipt["parts"] as? [[String: Any]])
        #expect(parts.compactMap { $0["packets"] as? Int } == [12, 12, 12, 11])
        // There is no data folder, and the receipt is shown all the same.
        let data = folder.file("data")
        let report = try NightjarProcess(["night", "report", "20240915", "--data", data]).outcome()
        #expect(report.status == 0 && report.output.contains("every packet is accounted for"), "\(report)")
        let check = try NightjarProcess(["night", "check", "20240915", "--data", data, "--against", night.address])
            .outcome()
        #expect(check.status == 1 && check.errors.contains("only the night's receipts are here"), "\(check)")
    }
}
