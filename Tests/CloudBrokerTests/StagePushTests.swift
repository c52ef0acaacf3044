import GoogleAuth
import CloudBroker
import Foundation
import PubSub
import HTTP
import HTTPServer
import Synchronization
import TestServers
import TestSupport
import Testing

@Suite struct StagePushTests {
    /// A stage of one worker, and what it was told.
    private struct Pushed {
        let notes = Recording.Notes()
        let faults = Gathered<StageFault>()
        let said = Gathered<String>()
        let push: StagePush<Recording>

        init(workers: Int = 1) {
            let (notes, faults, said) = (notes, faults, said)
            push = StagePush((0..<workers).map { _ in Recording(notes: notes).worker { faults.add($0) } }) {
                said.add($0)
            }
        }
    }

    private func packet(_ candid: Int64) throws -> String {
        Data(try SmallPacket(candid: candid).container()).base64EncodedString()
    }

    @Test("takes Pub/Sub's envelope, and CloudEvents of both modes") func envelopes() throws {
        let pushed = Pushed()
        let message: (Int64, String) throws -> String = { candid, key in
            #"{"message": {"data": "\#(try packet(candid))", "attributes": {"a": "b"}, "\#(key)": "1"}}"#
        }
        let bodies = [
            try message(1, "messageId"), try message(2, "message_id"),
            #"{"specversion": "1.0", "type": "google.cloud.pubsub.topic.v1.messagePublished", "data": "#
                + (try message(3, "messageId")) + "}",
        ]
        for body in bodies { #expect(pushed.push.answer(Array(body.utf8)).status == 204) }
        #expect(pushed.notes.stored == [1, 2, 3])
        #expect(pushed.push.counts == StageCounts(messages: 3, alerts: 3))
    }

    @Test(
        "refuses what is no envelope",
        arguments: [
            "", "{}", "[1]", #"{"message": {"data": "AA=="}}"#, #"{"message": {"data": "%", "messageId": "1"}}"#,
        ])
    func refuses(body: String) {
        #expect(Pushed().push.answer(Array(body.utf8)).status == 400)
    }

    @Test("a message that is not an alert is acknowledged as a dead letter") func noAlert() {
        let pushed = Pushed()
        let body = #"{"message": {"attributes": null, "messageId": "7"}}"#
        #expect(pushed.push.answer(Array(body.utf8)).status == 204)
        #expect(pushed.faults.values.map(\.message.id) == ["7"])
    }

    @Test("responds 503 while a service fails and 429 while all workers are busy, and continues") func busy() throws {
        let pushed = Pushed()
        let body = Array(#"{"message": {"data": "\#(try packet(1))", "messageId": "1"}}"#.utf8)
        pushed.notes.refuse(with: .test(.unavailable))
        #expect(pushed.push.answer(body).status == 503)
        #expect(pushed.said.values.count == 1 && pushed.said.values[0].contains("message 1"))
        pushed.notes.refuse(with: nil)
        #expect(pushed.push.answer(body).status == 204)
        #expect(Pushed(workers: 0).push.answer(body).status == 429)
    }

    @Test(
        "the emulator pushes here, and again what was answered 503",
        .enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
    func emulator() throws {
        let pushed = Pushed(workers: 4)
        let asked = Mutex(0)
        var settings = HTTPServerSettings(port: 0)
        settings.address = "127.0.0.1"
        let server = try HTTPServer(settings) { request in
            // The first of them fails.
            if asked.withLock({ count in
                count += 1
                return count == 1
            }) {
                return HTTPResponse(status: 503, headers: [], body: [])
            }
            return pushed.push.answer(request.body)
        }
        let cloud = try CloudFixture()
        let topic = try cloud.make("pushed") { subscription in
            subscription.pushConfig = PubSub.PushConfig(pushEndpoint: "http://127.0.0.1:\(server.port)/")
        }
        try cloud.output(topic).publish(
            try (1...20).map { (data: try SmallPacket(candid: $0).container(), attributes: [:]) })
        #expect(waits { Set(pushed.notes.stored).count == 20 })
        #expect(Set(pushed.notes.stored) == Set(1...20))
        #expect(asked.withLock { $0 } > 20)
        #expect(server.stop(within: .seconds(5)))
    }
}
