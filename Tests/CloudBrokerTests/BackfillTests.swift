import CloudBroker
import Foundation
import BigQuery
import CloudStorage
import PubSub
import Simulator
import TestSupport
import Testing

extension CloudStoreTests {
    @Test("a backfill makes each archived alert a row, once, whatever is there already") func backfill() throws {
        #expect(try nightjar("setup", "--project", cloud.project).status == 0)
        let topic = TopicName(project: cloud.project, id: "ztf_alert_data")
        let night = try SimulatedNight(alerts: 30, seed: 3, night: 20_240_915)
        let place = ["kafka.topic": "ztf_20240915_programid1", "kafka.timestamp": "1726380000000"]
        try cloud.output(topic).publish(
            try (0..<30).map { (data: try night.packet($0), attributes: place) })
        let letters = "pubsub://\(cloud.project)/ztf_dead_letters"
        let stage = try nightjar(
            "stage", "archive", "--from", "pubsub://\(cloud.project)/ztf_alert_data-archive", "--to", "gs://\(bucket)",
            "--dead-letters", letters, "--until-idle", "10", "--json")
        #expect(stage.status == 0 && stage.output.contains(#""alerts": 30"#), "\(stage)")

        let words = ["backfill", "gs://\(bucket)", "--to", "bigquery://\(cloud.project)/ztf_alerts", "--json"]
        let first = try NightjarProcess(words, environment: environment).outcome()
        #expect(first.status == 0 && first.output.contains(#""messages": 30, "alerts": 30"#), "\(first)")
        let expected: [[ColumnValue]] = [[.integer(30), .integer(30)]]
        #expect(try count("alerts", id: "candidate.candid") == expected)
        #expect(try count("DIASource", id: "candid") == expected)
        // The archive's metadata has become the row's time: 2024-09-15 06:00 UTC.
        var times = try bigQuery.query(
            "SELECT DISTINCT UNIX_MILLIS(kafkaPublishTimestamp) FROM `\(cloud.project)`.ztf_alerts.alerts",
            project: cloud.project)
        #expect(try times.all() == [[.integer(1_726_380_000_000)]])

        // Again, and with an object that is no alert.
        let client = try StorageClient(environment: environment)
        _ = try client.put(
            StorageUpload(
                Array("no alert".utf8), to: StoragePath(bucket: bucket, object: "zz.avro"), condition: .ifAbsent))
        let second = try NightjarProcess(words, environment: environment).outcome()
        #expect(second.status == 1 && second.errors.contains("gs://\(bucket)/zz.avro"), "\(second)")
        #expect(try count("alerts", id: "candidate.candid") == expected)
        #expect(try count("DIASource", id: "candid") == expected)
        let one = try nightjar(
            "backfill", "gs://\(bucket)/ZTF", "--to", "bigquery://\(cloud.project)/ztf_alerts", "--json")
        #expect(one.status == 0, "\(one)")
    }
}
