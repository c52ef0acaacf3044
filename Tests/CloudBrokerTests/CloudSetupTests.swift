import CloudBroker
import Foundation
import BigQuery
import PubSub
import TestSupport
import Testing

extension CloudStoreTests {
    @Test("creates missing resources, changes nothing the second time, and removes a test set") func setup() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "{cloud: {project: '\(cloud.project)', testID: 't1'}, quiet: true}".utf8, to: "ztf.json5")
        let dry = try nightjar("setup", "--config", file, "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("would make    topic ztf_alert_data-t1"), "\(dry)")
        #expect(try cloud.client.list(PubSub.Topic.self, in: cloud.project).isEmpty)

        let first = try nightjar("setup", "--config", file)
        #expect(first.status == 0 && first.output.contains("made          table ztf_alerts_t1.DIASource"), "\(first)")
        #expect(try cloud.client.list(PubSub.Topic.self, in: cloud.project).count == 5)
        #expect(try cloud.client.list(PubSub.Subscription.self, in: cloud.project).count == 9)

        // As deploy/cloud-run/push leaves it; the emulator takes changes of the push configuration only.
        let name = cloud.subscription("ztf_alert_data-archive-t1")
        try cloud.client.push(name, to: PubSub.PushConfig(pushEndpoint: "http://127.0.0.1:9/"))
        let before = try cloud.client.get(name)
        let second = try nightjar("setup", "--config", file)
        #expect(second.status == 0 && second.lines.last == "everything is there", "\(second)")
        #expect(try cloud.client.get(name) == before)
        #expect(before.pushConfig?.pushEndpoint == "http://127.0.0.1:9/")

        // The file's bucket is where every stage reads its configuration.
        let shown = try nightjar("config", "show", "gs://\(cloud.project)-broker_files-t1/ztf.json5")
        #expect(shown.status == 0 && shown.output.contains(#""testID" : "t1""#), "\(shown)")

        let down = try nightjar("teardown", "--config", file)
        #expect(down.status == 0 && down.output.contains("removed       dataset ztf_alerts_t1"), "\(down)")
        #expect(try cloud.client.list(PubSub.Topic.self, in: cloud.project).isEmpty)
        #expect(try !bigQuery.hasDataset("ztf_alerts_t1", project: cloud.project))
        let production = try nightjar("teardown", "--project", cloud.project)
        #expect(production.status == 2 && production.errors.contains("--yes-production"), "\(production)")
    }

    @Test("a table whose columns disagree is an error that names them, and stays as it is") func disagrees() throws {
        _ = try bigQuery.createDataset("ztf_alerts", project: cloud.project)
        let name = TableName(project: cloud.project, dataset: "ztf_alerts", table: "alerts")
        let definition = TableDefinition(
            name: "alerts", schema: TableSchema(columns: [TableColumn("objectId", .integer)]), description: "")
        #expect(try bigQuery.createTable(definition, at: name))
        let outcome = try nightjar("setup", "--project", cloud.project)
        #expect(outcome.status == 1 && outcome.errors.contains("objectId"), "\(outcome)")
        #expect(try bigQuery.table(name)?.schema == definition.schema)
        #expect(!outcome.output.contains("DIASource"))
    }
}
