import CKafka
import Foundation
import Kafka
import KafkaCheck
import TestServers
import TestSupport
import Testing

/// What can be wrong with a stream whose server lets one in, as with LSST's, made so on purpose.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct StreamCheckTests {
    private let server: KafkaServer

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        server = try KafkaServer()
    }

    private func check(
        _ topic: String, at address: String? = nil, _ properties: [String: String] = [:],
        _ set: (inout StreamNeeds) -> Void = { _ in }
    ) throws -> (faults: [KafkaFinding.Fault], text: String) {
        var configuration = KafkaConfiguration(brokers: address ?? server.address)
        for (name, value) in properties { configuration[name] = value }
        var needs = StreamNeeds()
        set(&needs)
        var findings: [KafkaFinding] = []
        let isWell = ServerCheck(configuration, topic: try KafkaTopicName(topic), needs: needs).run {
            findings.append($0)
        }
        let faults = findings.compactMap(\.fault)
        #expect(isWell == faults.isEmpty)
        return (faults, findings.map(\.description).joined(separator: "\n"))
    }

    @Test("a topic that has another name since the schema is another") func renamed() throws {
        try server.fill("lsst-alerts-v11", partitions: 2, messages: 3)
        let old = try check("lsst-alerts-v10.0")
        #expect(
            old.faults == [.topicReplaced] && old.text.contains("but lsst-alerts-v11: read lsst-alerts-v11"), "\(old)")
        try server.fill("lsst-alerts-v9.0", partitions: 1, messages: 1)
        let older = try check("lsst-alerts-v9.0")
        #expect(older.faults == [] && older.text.contains("lsst-alerts-v11 is there too, and newer"), "\(older)")
        let newest = try check("lsst-alerts-v11")
        #expect(newest.faults == [] && !newest.text.contains("newer"), "\(newest)")
        // A night's topic that is not there yet has no version in its name.
        #expect(try check("ztf_20240915_programid1").faults == [])
    }

    @Test("more workers than partitions") func workers() throws {
        try server.fill("night", partitions: 2, messages: 1)
        let three = try check("night") { $0.workers = 3 }
        #expect(three.faults == [.tooManyWorkers] && three.text.contains("start 2 at most"), "\(three)")
        #expect(try check("night") { $0.workers = 2 }.faults == [])
    }

    @Test("where the group stands") func group() throws {
        try server.fill("night", partitions: 1, messages: 7)
        func stand(_ offset: Int64?) throws -> (faults: [KafkaFinding.Fault], text: String) {
            if let offset {
                let member = try KafkaConsumer(server.configuration, group: "mine")
                try member.commit([KafkaPartition("night", 0): offset])
                try member.close()
            }
            return try check("night") { $0.group = "mine" }
        }
        #expect(try stand(nil).text.contains("the group mine may read, and begins where --start says"))
        let behind = try stand(5)
        #expect(behind.faults == [] && behind.text.contains("is 2 messages behind"), "\(behind)")
        let ahead = try stand(20)
        #expect(ahead.faults == [.messagesLost] && ahead.text.contains("take another --group"), "\(ahead)")
    }

    @Test("a group that does not begin with the user's name") func refused() throws {
        // librdkafka's own server in the process, since the real one knows no permissions.
        var reason = [CChar](repeating: 0, count: 512)
        let client = try #require(rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &reason, reason.count))
        defer { rd_kafka_destroy(client) }
        let cluster = try #require(rd_kafka_mock_cluster_new(client, 1))
        defer { rd_kafka_mock_cluster_destroy(cluster) }
        rd_kafka_mock_topic_create(cluster, "night", 1, 1)
        let address = String(cString: rd_kafka_mock_cluster_bootstraps(cluster))
        var refusals = [rd_kafka_resp_err_t](repeating: RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, count: 20)
        // FindCoordinator and OffsetFetch.
        for request in [10, 9] as [Int16] {
            rd_kafka_mock_push_request_errors_array(cluster, request, refusals.count, &refusals)
        }
        let found = try check("night", at: address, ["sasl.username": "name-usdf"]) { $0.group = "nightjar" }
        #expect(found.faults == [.groupNotAllowed], "\(found)")
        #expect(found.text.contains("say --group name-usdf-nightjar"), "\(found)")
    }

    @Test("the last message: size, time, schema") func message() throws {
        let producer = try KafkaProducer(server.configuration)
        try KafkaAdmin(server.configuration).create(topic: "night", partitions: 1)
        let frame = [0, 0, 0, 4, 0x4E] + [UInt8](repeating: 1, count: 110_000)
        try producer.send(topic: "night", partition: 0, payload: frame[...])
        try producer.flush()
        let known = try check("night") { $0.schemaFault = { $0 == 1102 ? nil : "?" } }
        #expect(known.faults == [] && known.text.contains("night[0] has 110005 bytes and is of 20"), "\(known)")
        #expect(known.text.contains("its schema, number 1102, is known"), "\(known)")
        let unknown = try check("night") { $0.schemaFault = { _ in "it is not at hand" } }
        #expect(unknown.faults == [.schemaMissing] && unknown.text.contains("1102: it is not at hand"), "\(unknown)")
        let small = try check("night", ["max.partition.fetch.bytes": "50000"])
        #expect(small.faults == [] && small.text.contains("each fetch brings one alone"), "\(small)")
    }
}
