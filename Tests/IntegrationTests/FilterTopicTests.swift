import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

/// What users' filters pass, on Kafka topics.
@Suite struct FilterTopicTests {
    @Test("a filter's alerts go to its topic, with the verdict in the headers") func headers() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            "SELECT magpsf < 19 AS is_bright, fid = 1 AS is_green FROM alert".utf8, to: "filters/ztf/bright.sql")
        try folder.write("SELECT 1 AS is_alert FROM alert".utf8, to: "filters/ztf/every.sql")
        let server = try KafkaServer()
        try KafkaAdmin(server.configuration).create(topic: "t", partitions: 1)
        let producer = try KafkaProducer(server.configuration)
        for (candid, magpsf) in [(1, 18), (2, 21), (3, 17.5)] {
            var packet = SmallPacket(candid: Int64(candid))
            packet.magpsf = Float(magpsf)
            try producer.send(topic: "t", payload: try packet.container()[...])
        }
        try producer.flush()
        let run = try NightjarProcess.run(
            "run", "kafka://\(server.address)/t", "--data", folder.file("data"), "--group", "g", "--until-end",
            "--no-fits", "--filters", folder.file("filters"), "--publish", "kafka://\(server.address)/")
        #expect(run.status == 0, "\(run.errors)")

        let bright = try messages("ztf_bright", of: server)
        #expect(bright.map { $0["candid"] }.sorted { ($0 ?? "") < ($1 ?? "") } == ["1", "3"])
        for headers in bright {
            #expect(headers["filter"] == "bright" && headers["filter_version"]?.count == 64, "\(headers)")
            #expect(headers["cut_is_bright"] == "true" && headers["cut_is_green"] == "true", "\(headers)")
            #expect(headers["passes"] == "bright,every" && headers["is_extragalactic_transient"] != nil, "\(headers)")
        }
        let every = try messages("ztf_every", of: server)
        #expect(every.count == 3 && every.first { $0["candid"] == "2" }?["passes"] == "every")
    }

    /// The headers of a topic's messages.
    private func messages(_ topic: String, of server: KafkaServer) throws -> [[String: String]] {
        var configuration = server.configuration
        configuration["isolation.level"] = "read_committed"
        let marks = try KafkaAdmin(configuration).watermarks(of: topic)
        let reader = try KafkaConsumer(configuration, group: nil)
        try reader.assign(marks.mapValues { _ in .beginning })
        var messages: [[String: String]] = []
        var ended: Set<KafkaPartition> = []
        let deadline = Date.now + 300
        while ended.count < marks.count && Date.now < deadline {
            let poll = try reader.poll(timeout: .milliseconds(200))
            messages += poll.messages.map { message in
                Dictionary(
                    message.headers.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) },
                    uniquingKeysWith: { $1 })
            }
            for case .reachedEnd(let partition, _) in poll.events { ended.insert(partition) }
        }
        try reader.close()
        #expect(ended.count == marks.count, "\(topic) was not read to its end")
        return messages
    }
}
