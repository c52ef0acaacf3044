import Foundation
import GRPC
import GoogleAuth
import PubSub
import TestServers
import TestSupport
import Testing

/// What the emulator does not do by itself: `faults.py` stands before it.
@Suite(
    .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"),
    .enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
struct PubSubFaultTests {
    private struct Fault: Encodable {
        var method: String
        var code: Int
        var detail = "as the test has it"
        var times = 1
        /// In an ErrorInfo, for so many messages.
        var reason: String?
        var messages = 0
        var metadata: [String: String]?
    }

    private final class Proxy {
        let folder: TemporaryFolder
        let process: ServerProcess
        let address: String
        private let channel: GRPCChannel

        init(_ words: [String] = []) throws {
            folder = try TemporaryFolder()
            let port = try Ports.free()
            address = "127.0.0.1:\(port)"
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "faults.py").path
            let interpreter = try #require(PythonEnvironment.interpreter)
            process = try ServerProcess(
                [interpreter, script, "\(port)", try PubSubEmulator.shared.get().address] + words,
                log: URL(filePath: folder.file("faults.log")))
            try process.waitForPort(port)
            channel = try GRPCChannel(address, security: .plaintext)
        }

        deinit { process.kill() }

        func add(_ fault: Fault) throws {
            var fault = fault
            fault.method = "/google.pubsub.v1.\(fault.method)"
            _ = try channel.unary("/nightjar.Faults/Add", Array(JSONEncoder().encode(fault)), deadline: .seconds(60))
        }

        /// How often a method was called.
        func count(_ method: String) throws -> Int? {
            let name = Array("/google.pubsub.v1.\(method)".utf8)
            let answer = try channel.unary("/nightjar.Faults/Count", name, deadline: .seconds(60))
            return Int(String(decoding: answer, as: UTF8.self))
        }
    }

    /// The codes are those of Google's own clients for publishing; the last does not pass by itself.
    @Test func publishingIsTriedAgain() throws {
        let proxy = try Proxy()
        let fixture = try PubSubFixture(at: proxy.address)
        var settings = PublisherSettings()
        settings.retries = settings.retries.within(.seconds(60))
        let publisher = Publisher(fixture.client, to: fixture.topic, settings)
        for code in [1, 2, 4, 8, 10, 13, 14] { try proxy.add(Fault(method: "Publisher/Publish", code: code)) }
        let id = try publisher.publish([1]).wait()
        #expect(try proxy.count("Publisher/Publish") == 8)
        #expect(try fixture.subscriber().receive(1).map(\.message.messageID) == [id])
    }

    @Test func whatTryingAgainDoesNotMend() throws {
        let proxy = try Proxy()
        let fixture = try PubSubFixture(at: proxy.address)
        let codes: [(Int, GoogleCloudError.Code)] = [
            (3, .invalidArgument), (5, .notFound), (7, .permissionDenied), (9, .failedPrecondition),
            (16, .unauthenticated),
        ]
        for (calls, (code, expected)) in codes.enumerated() {
            let publisher = Publisher(fixture.client, to: fixture.topic)
            try proxy.add(Fault(method: "Publisher/Publish", code: code, detail: "not for you"))
            let ticket = try publisher.publish([1])
            let error = try #require(throws: GoogleCloudError.self) { try ticket.wait() }
            #expect(error.code == expected && error.detail == "not for you" && error.resource == fixture.topic.path)
            #expect(try proxy.count("Publisher/Publish") == calls + 1)

            try proxy.add(Fault(method: "Subscriber/StreamingPull", code: code, detail: "not for you"))
            let pulled = try #require(throws: GoogleCloudError.self) {
                try fixture.subscriber().next(timeout: .seconds(60))
            }
            #expect(pulled.code == expected && pulled.resource == fixture.subscription.path)
        }
    }

    /// HTTP's 429 is gRPC's RESOURCE_EXHAUSTED: a quota may recover, and then there is an end to waiting for it.
    @Test func aQuotaThatStaysExhausted() throws {
        let proxy = try Proxy()
        let fixture = try PubSubFixture(at: proxy.address)
        try proxy.add(Fault(method: "Publisher/Publish", code: 8, detail: "quota exceeded", times: 1_000))
        var settings = PublisherSettings()
        settings.retries = settings.retries.within(.seconds(1))
        let ticket = try Publisher(fixture.client, to: fixture.topic, settings).publish([1])
        let error = try #require(throws: GoogleCloudError.self) { try ticket.wait() }
        #expect(error.code == .resourceExhausted && error.detail.hasPrefix("quota exceeded, after "), "\(error)")
    }

    @Test func aBrokenStreamIsOpenedAgain() throws {
        let proxy = try Proxy()
        let fixture = try PubSubFixture(at: proxy.address)
        for code in [2, 4, 8, 10, 13, 14] { try proxy.add(Fault(method: "Subscriber/StreamingPull", code: code)) }
        try fixture.publish(["one"])
        let subscriber = fixture.subscriber { $0.retries = $0.retries.within(.seconds(60)) }
        let received = try subscriber.receive(1)
        #expect(received.map(\.text) == ["one"])
        // Acknowledgements too, as long as the fault passes.
        try proxy.add(Fault(method: "Subscriber/Acknowledge", code: 14, times: 3))
        let ticket = subscriber.ack(received)
        #expect(ticket.wait(for: .seconds(60)) == [.done])
        #expect(try proxy.count("Subscriber/Acknowledge") == 4)
        #expect(subscriber.close(timeout: .seconds(60)))
    }

    @Test func aRefusedAcknowledgementIsTold() throws {
        let proxy = try Proxy()
        let fixture = try PubSubFixture(at: proxy.address)
        try fixture.publish(["one"])
        let subscriber = fixture.subscriber()
        let received = try subscriber.receive(1)
        // As the service adds it to such an error: it is not about single messages.
        try proxy.add(
            Fault(method: "Subscriber/Acknowledge", code: 7, metadata: ["permission": "pubsub.subscriptions.consume"]))
        guard case .failed(let error)? = subscriber.ack(received).wait(for: .seconds(60))?.first else {
            Issue.record("the acknowledgement was not refused")
            return
        }
        #expect(error.code == .permissionDenied && subscriber.failedReleases == 1)
        #expect(error.detail == "as the test has it (FOR_A_TEST)")
    }

    /// The answers differ from message to message, as https://cloud.google.com/pubsub/docs/exactly-once-delivery has it.
    @Test func exactlyOnceAnswersForEachMessage() throws {
        let proxy = try Proxy(["exactly-once"])
        let fixture = try PubSubFixture(at: proxy.address)
        try fixture.publish((0..<10).map { "\($0)" })
        // Two of them are somebody else's before the lease is confirmed.
        try proxy.add(
            Fault(
                method: "Subscriber/ModifyAckDeadline", code: 9, reason: "PERMANENT_FAILURE_INVALID_ACK_ID", messages: 2
            ))
        let subscriber = fixture.subscriber { $0.retries = $0.retries.within(.seconds(60)) }
        let received = try subscriber.receive(8)
        #expect(received.count == 8)
        try proxy.add(
            Fault(
                method: "Subscriber/Acknowledge", code: 14, reason: "TRANSIENT_FAILURE_SERVICE_UNAVAILABLE", messages: 8
            ))
        try proxy.add(
            Fault(
                method: "Subscriber/Acknowledge", code: 9, reason: "PERMANENT_FAILURE_INVALID_ACK_ID", messages: 8))
        let lost = subscriber.ack(Array(received.prefix(3)))
        let outcomes = try #require(lost.wait(for: .seconds(60)))
        #expect(outcomes.count == 3)
        for outcome in outcomes {
            guard case .failed(let error) = outcome else {
                Issue.record("an acknowledgement with a lost lease counts as done")
                continue
            }
            #expect(error.detail == "PERMANENT_FAILURE_INVALID_ACK_ID")
        }
        let kept = subscriber.ack(Array(received.dropFirst(3)))
        #expect(kept.wait(for: .seconds(60)) == Array(repeating: .done, count: 5))
        #expect(subscriber.failedReleases == 3)
    }
}
