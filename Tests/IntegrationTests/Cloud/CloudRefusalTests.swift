import CloudBroker
import Foundation
import BigQuery
import PubSub
import TestServers
import TestSupport
import Testing

extension CloudNightTests {
    @Test("what is not there is said at once, and by name")
    func missing() throws {
        let station = try CloudStation()
        let (project, id) = (station.project, CloudStation.id)
        let archive = "pubsub://\(project)/ztf_alert_data-archive-\(id)"
        let letters = ["--dead-letters", station.address(.deadLetters)]
        let bucket = ["--to", "gs://\(station.archiveBucket)"]
        // Nothing is set up yet.
        try refused(station, ["stage", "archive", "--from", archive] + letters + bucket, "ztf_alert_avro_bucket-night")
        try station.setUp()
        let cases: [([String], String)] = [
            (
                ["stage", "archive", "--from", "pubsub://\(project)/ztf_none"] + letters + bucket,
                "subscriptions/ztf_none"
            ),
            (
                ["stage", "archive", "--from", "pubsub://elsewhere/ztf_alert_data-archive-\(id)"] + letters + bucket,
                "projects/elsewhere/"
            ),
            (
                ["stage", "archive", "--from", archive, "--dead-letters", "pubsub://\(project)/ztf_none"] + bucket,
                "topics/ztf_none"
            ),
            (["stage", "archive", "--from", archive, "--to", "gs://\(project)_none"] + letters, "_none"),
            (
                ["stage", "filter", "--from", archive, "--to", "pubsub://\(project)/ztf_none"] + letters,
                "topics/ztf_none"
            ),
            (["stage", "table", "--from", archive, "--to", "bigquery://\(project)/none"] + letters, "no such dataset"),
            (["consume", "kafka://127.0.0.1:9/ztf", "--to", "pubsub://\(project)/ztf_none"], "topics/ztf_none"),
        ]
        for (words, expected) in cases { try refused(station, words, expected) }
    }

    private func refused(_ station: CloudStation, _ words: [String], _ expected: String) throws {
        let outcome = try station.start(words).outcome()
        #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(words): \(outcome)")
        #expect(outcome.errors.contains(expected), "\(words): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test("without credentials every command says where it has looked")
    func credentials() throws {
        let home = try TemporaryFolder()
        let environment = [
            "HOME": home.path, "CLOUDSDK_CONFIG": home.path, "GCE_METADATA_HOST": "127.0.0.1:9",
            "GOOGLE_APPLICATION_CREDENTIALS": home.file("none.json"),
        ]
        let stage = [
            "stage", "archive", "--from", "pubsub://p1/sub", "--to", "gs://b", "--dead-letters", "pubsub://p1/top",
        ]
        let commands = [
            stage, ["consume", "kafka://127.0.0.1:9/ztf", "--to", "pubsub://p1/top"],
            ["setup", "--project", "p1", "--test-id", "night"], ["sql", "SELECT 1", "--bigquery", "p1"],
        ]
        for (words, isNamed) in commands.flatMap({ words in [(words, true), (words, false)] }) {
            var environment = environment
            // An empty name is none.
            if !isNamed { environment["GOOGLE_APPLICATION_CREDENTIALS"] = "" }
            let outcome = try NightjarProcess(words, environment: environment).outcome()
            #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(words): \(outcome)")
            #expect(outcome.errors.contains("no usable credentials"), "\(words): \(outcome.errors)")
            #expect(outcome.errors.contains(isNamed ? "none.json" : "the metadata server"), "\(outcome.errors)")
        }
    }

    @Test("a table whose columns disagree ends the stage with their names, and takes nothing away")
    func disagreeingTable() throws {
        let station = try CloudStation()
        try station.setUp()
        let name = TableName(project: station.project, dataset: station.dataset, table: "DIASource")
        #expect(try station.bigQuery.deleteTable(name))
        let columns = [TableColumn("candid", .string), TableColumn("objectId", .integer)]
        let other = TableDefinition(
            name: "DIASource", schema: TableSchema(columns: columns), partitionColumn: nil, clustering: [],
            description: "somebody else's")
        #expect(try station.bigQuery.createTable(other, at: name))

        let setup = try station.start(["setup", "--project", station.project, "--test-id", CloudStation.id]).outcome()
        #expect(setup.status == 1 && setup.errors.contains("candid") && setup.errors.contains("objectId"), "\(setup)")
        try station.publish([try SmallPacket(candid: 1).container()])
        let stage = try station.stage(.table).outcome()
        #expect(stage.status == 1 && stage.errors.contains("DIASource"), "\(stage)")
        #expect(stage.errors.contains("candid") && stage.errors.contains("objectId"), "\(stage)")
        #expect(try station.pull(station.counter(.deadLetters), 0).isEmpty)
    }

    @Test("a store that goes away for some seconds is waited for")
    func storeGoesAway() throws {
        let station = try CloudStation(keepsObjects: true)
        try station.setUp()
        let packets = try (1...40).map { try SmallPacket(candid: $0).container() }
        let stage = try station.stage(.archive)
        try station.publish(Array(packets[..<20]))
        func waits(for count: Int) throws -> Bool {
            try stage.waits { try station.objects(station.archiveBucket).count == count }
        }
        #expect(try waits(for: 20), "\(stage.errors)")
        station.storageServer.kill()
        try station.publish(Array(packets[20...]))
        // Long enough for an upload to fail.
        #expect(!stage.ends(within: 3))
        try station.storageServer.start()
        #expect(try waits(for: 40), "\(stage.errors)")
        stage.terminate()
        let outcome = try stage.outcome()
        #expect(outcome.status == 0 && outcome.complaints.count <= 2, "\(outcome)")
        #expect(try station.pull(station.counter(.deadLetters), 0).isEmpty)
    }
}

extension CloudStation {
    /// Publishes packets to the stream of alerts, without Kafka.
    func publish(_ packets: [[UInt8]]) throws {
        let publisher = Publisher(pubSub, to: topicName(.alertData))
        for packet in packets { try publisher.publish(packet) }
        try publisher.close()
    }
}
