import Foundation
import Kafka
import TestServers
import TestSupport
import Testing

@Suite(.enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct WithoutControllerTests {
    @Test(
        "a cluster without a controller makes no topics: it is said, and waited for; stopped meanwhile, all is taken back"
    )
    func waits() throws {
        let server = try KafkaServer(isFenced: true)
        let folder = try TemporaryFolder()
        let configuration = KafkaConfiguration(brokers: server.address)
        try KafkaAdmin(configuration).create(topic: "t", partitions: 1)
        let producer = try KafkaProducer(configuration)
        for candid in 1...3 {
            try producer.send(topic: "t", payload: try SmallPacket(candid: Int64(candid)).container()[...])
        }
        try producer.flush()
        try server.setController(isThere: false)
        func start() throws -> NightjarProcess {
            try NightjarProcess([
                "run", "kafka://\(server.address)/t", "--data", folder.file("data"), "--no-fits", "--json", "--follow",
                "--publish", "kafka://\(server.address)/",
            ])
        }
        let line = "cannot publish, retries: the cluster has no controller, which makes topics"
        let first = try start()
        #expect(first.waits(seconds: 120) { first.errors.contains(line) }, "\(first.errors)")
        first.interrupt()
        let stopped = try first.outcome()
        #expect(stopped.status == 0, "\(stopped)")
        #expect(try RunReport(stopped).stored == 0)

        let second = try start()
        #expect(second.waits(seconds: 120) { second.errors.contains(line) }, "\(second.errors)")
        try server.setController(isThere: true)
        #expect(second.waits(seconds: 120) { second.errors.contains("publishing continues") }, "\(second.errors)")
        second.interrupt()
        let outcome = try second.outcome()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try RunReport(outcome).stored == 3)
        let marks = try KafkaAdmin(configuration).watermarks(of: "ztf_alert_data")
        #expect(marks.values.map { $0.count }.reduce(0, +) >= 3)
    }
}
