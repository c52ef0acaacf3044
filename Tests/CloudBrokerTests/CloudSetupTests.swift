import CloudBroker
import Foundation
import BigQuery
import LoopbackServer
import PubSub
import TestServers
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

    @Test("each filter of the survey has a topic and a counter, and goes with the set") func filters() throws {
        let folder = try TemporaryFolder()
        for name in ["ztf/young", "ztf/near", "lsst/other"] {
            try folder.write("SELECT 1 AS is_alert FROM alert".utf8, to: "filters/\(name).sql")
        }
        let set = ["--project", cloud.project, "--test-id", "t1", "--filters", folder.file("filters")]
        func nightjar(_ words: [String]) throws -> NightjarProcess.Outcome {
            try NightjarProcess(words + set, environment: environment).outcome()
        }
        let first = try nightjar(["setup"])
        #expect(first.status == 0 && first.output.contains("made          table ztf_alerts_t1.passes"), "\(first)")
        let topics = try cloud.client.list(PubSub.Topic.self, in: cloud.project).map {
            String($0.name.split(separator: "/").last ?? "")
        }
        #expect(topics.count == 7 && Set(topics).isSuperset(of: ["ztf_young-t1", "ztf_near-t1"]))
        let counter = try cloud.client.get(cloud.subscription("ztf_young-counter-t1"))
        #expect(counter.topic.hasSuffix("/ztf_young-t1"))
        #expect(try nightjar(["setup"]).lines.last == "everything is there")
        let isPublic = try nightjar(["setup", "--public-streams"])
        #expect(isPublic.output.contains("reading of topic ztf_near-t1 by everybody"), "\(isPublic)")
        let back = try nightjar(["teardown", "--only-public-streams"])
        #expect(back.lines.count == 6, "\(back)")
        #expect(try nightjar(["teardown"]).status == 0)
        #expect(try cloud.client.list(PubSub.Topic.self, in: cloud.project).isEmpty)
        #expect(try cloud.client.list(PubSub.Subscription.self, in: cloud.project).isEmpty)

        try folder.write("SELECT 1 AS is_alert FROM alert".utf8, to: "filters/ztf/passes.sql")
        let taken = try nightjar(["setup"])
        #expect(taken.status == 1 && taken.errors.contains("'passes' is the name of a stream or table"), "\(taken)")
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

    @Test(
        "everybody may read the streams of products, and no other; it is taken back alone",
        .enabled(if: PythonEnvironment.google.isThere, "google-api-python-client cannot be installed"))
    func publicStreams() throws {
        let google = try ControlServer(packages: try #require(PythonEnvironment.google.packages))
        func nightjar(_ words: String...) throws -> NightjarProcess.Outcome {
            let with = google.environment.filter { $0.key == "PUBSUB_POLICY_EMULATOR_HOST" }
            return try NightjarProcess(words, environment: environment.merging(with) { $1 }).outcome()
        }
        func readers() throws -> Set<String> {
            let topics = try google.state["topics"] as? [String: [String: Any]] ?? [:]
            return Set(
                topics.filter { _, topic in
                    (topic["bindings"] as? [[String: Any]] ?? []).contains {
                        $0["role"] as? String == "roles/pubsub.subscriber" && $0["members"] as? [String] == ["allUsers"]
                    }
                }.keys)
        }
        let plain = try nightjar("setup", "--project", cloud.project)
        #expect(plain.status == 0 && !plain.output.contains("everybody"), "\(plain)")
        #expect(try google.told == [])
        let dry = try nightjar("setup", "--project", cloud.project, "--public-streams", "--dry-run")
        #expect(dry.status == 0 && dry.lines.last == "4 would be made or changed", "\(dry)")
        #expect(try readers() == [])
        let first = try nightjar("setup", "--project", cloud.project, "--public-streams")
        #expect(first.output.contains("made          reading of topic ztf_alert_data by everybody"), "\(first)")
        let streams: Set = ["ztf_alert_data", "ztf_alert_avro_bucket", "ztf_exgalac_trans", "ztf_salt2"]
        #expect(try readers() == streams)
        let told = try google.told
        let second = try nightjar("setup", "--project", cloud.project, "--public-streams")
        #expect(second.status == 0 && second.lines.last == "everything is there", "\(second)")
        #expect(try google.told == told)

        let back = try nightjar("teardown", "--project", cloud.project, "--only-public-streams")
        #expect(back.status == 0 && back.lines.count == 4, "\(back)")
        #expect(back.output.contains("removed       reading of topic ztf_salt2 by everybody"), "\(back)")
        #expect(try readers() == [] && cloud.client.list(PubSub.Topic.self, in: cloud.project).count == 5)
        try google.set(["sharing": "restricted"])
        let refused = try nightjar("setup", "--project", cloud.project, "--public-streams")
        #expect(refused.status == 1 && refused.errors.contains("iam.allowedPolicyMemberDomains"), "\(refused)")
        // Google's emulator has no permissions.
        let words = ["setup", "--project", cloud.project, "--public-streams"]
        let emulator = try NightjarProcess(words, environment: environment).outcome()
        #expect(emulator.output.contains("not served    reading of topic ztf_alert_data by everybody"), "\(emulator)")
    }
}
