import Foundation
import Kafka
import Synchronization
import TestServers
import Testing

/// Whether a topic is there and has messages; what is expected follows from what the test itself sent.
@Suite(.serialized, .enabled(if: PythonEnvironment.isThere, "\(KafkaServer.skipped)"))
struct ReadinessTests {
    @Test func whatIsThere() throws {
        let server = try KafkaServer()
        let admin = try KafkaAdmin(server.configuration)
        let name = try KafkaTopicName("ztf_{yyyyMMdd}_programid1", night: "20240915")
        let missing = try admin.readiness(of: name)
        #expect(!missing.isReady && missing.summary == "there is no topic ztf_20240915_programid1 yet")
        // Asking must not make it.
        #expect(try admin.topic("\(name)") == nil)
        try admin.create(topic: "\(name)", partitions: 3)
        let empty = try admin.readiness(of: name)
        #expect(!empty.isReady && empty.summary == "ztf_20240915_programid1 is there, but empty")
        try server.send("\(name)", partitions: 3, numbers: 0..<10)
        let ready = try admin.readiness(of: name)
        #expect(ready.isReady && ready.summary == "ztf_20240915_programid1: 10 messages in 3 partitions")
        try admin.create(topic: "ztf_20240916_programid1", partitions: 1)
        let pattern = try admin.readiness(of: KafkaTopicName("^ztf_"))
        #expect(pattern.isReady && pattern.topics.map(\.messages) == [10, 0])
    }

    @Test("waits through a server that is not up, a topic that is not there, and one that is empty")
    func waiting() throws {
        let server = try KafkaServer()
        server.kill()
        let configuration = server.configuration
        let lines = Mutex<[String]>([])
        let outcome = Mutex<Result<KafkaReadiness, KafkaError>?>(nil)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            let result = Result { () throws(KafkaError) in
                try KafkaAdmin(configuration).waitUntilReady(KafkaTopicName("t"), atMost: .seconds(600)) { line in
                    lines.withLock { $0.append(line) }
                }
            }
            outcome.withLock { $0 = result }
            ended.signal()
        }
        func wait(for line: String) {
            let deadline = Date.now + 300
            while lines.withLock({ $0.last }) != line, Date.now < deadline { usleep(20_000) }
        }
        wait(for: "no server answers; waiting")
        try server.start()
        wait(for: "there is no topic t yet; waiting")
        try KafkaAdmin(configuration).create(topic: "t", partitions: 1)
        wait(for: "t is there, but empty; waiting")
        try server.send("t", partitions: 1, numbers: 0..<1)
        #expect(ended.wait(timeout: .now() + 300) == .success)
        #expect(try outcome.withLock { try $0?.get().isReady } == true)
        #expect(
            lines.withLock { $0 } == [
                "no server answers; waiting", "there is no topic t yet; waiting", "t is there, but empty; waiting",
            ])
    }

    @Test func aWaitHasAnEnd() throws {
        let admin = try KafkaAdmin(KafkaConfiguration(brokers: "127.0.0.1:\(try Ports.free())"))
        #expect {
            _ = try admin.waitUntilReady(KafkaTopicName("t"), atMost: .zero) { _ in }
        } throws: {
            ($0 as? KafkaError)?.code == .unreachable && "\($0)".contains("no server answers")
        }
        let server = try KafkaServer()
        let found = try KafkaAdmin(server.configuration).waitUntilReady(KafkaTopicName("t"), atMost: .seconds(1)) {
            #expect($0 == "there is no topic t yet; waiting")
        }
        #expect(!found.isReady)
    }

    @Test("no waiting mends a wrong password") func refused() throws {
        let server = try KafkaServer()
        let gate = try SaslGate(server, ["--mechanism", "SCRAM-SHA-256", "--user", "reader:tiger"])
        var configuration = KafkaConfiguration(brokers: gate.address)
        configuration["security.protocol"] = "SASL_PLAINTEXT"
        configuration["sasl.mechanism"] = "SCRAM-SHA-256"
        configuration["sasl.username"] = "reader"
        configuration["sasl.password"] = "leopard"
        let admin = try KafkaAdmin(configuration)
        #expect {
            _ = try admin.waitUntilReady(KafkaTopicName("t"), atMost: nil) { _ in }
        } throws: {
            ($0 as? KafkaError)?.code == .authentication && "\($0)".contains("invalid credentials")
        }
    }
}
