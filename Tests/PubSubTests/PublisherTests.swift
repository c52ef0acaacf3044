import Foundation
import GoogleAuth
import PubSub
import TestServers
import Testing

@Suite(.enabled(if: PubSubEmulator.isThere, "\(PubSubEmulator.skipped)"))
struct PublisherTests {
    @Test func messagesArriveAsTheyWere() throws {
        let fixture = try PubSubFixture()
        let publisher = Publisher(fixture.client, to: fixture.topic)
        let data = Array((0...255).map { UInt8($0) })
        let attributes = ["objectId": "ZTF21aaqgmjt", "candid": "1548252010015010003", "empty": ""]
        let ticket = try publisher.publish(data, attributes: attributes)
        let other = try publisher.publish([], attributes: ["only": "attributes"])
        let id = try ticket.wait()
        let otherID = try other.wait()
        #expect(!id.isEmpty && id != otherID)
        let subscriber = fixture.subscriber()
        let received = try subscriber.receive(2)
        let message = try #require(received.first { $0.message.messageID == id }?.message)
        #expect(message.data == data && message.attributes == attributes && message.orderingKey.isEmpty)
        let now = Date().timeIntervalSince1970
        #expect(abs(Double(try #require(message.publishTime).seconds) - now) < 60)
        #expect(received.contains { $0.message.attributes == ["only": "attributes"] && $0.message.data.isEmpty })
    }

    @Test func batchesFillByCountBytesAndTime() throws {
        let fixture = try PubSubFixture()
        var settings = PublisherSettings()
        settings.batchDelay = .seconds(3_000)  // nobody waits as long
        settings.batchMessages = 10
        settings.batchBytes = 100_000
        let publisher = Publisher(fixture.client, to: fixture.topic, settings)
        let clock = ContinuousClock()
        let start = clock.now
        // Ten messages are a batch, and so are two of 60 kB; one more waits.
        let counted = try (0..<10).map { try publisher.publish(Array("\($0)".utf8)) }
        for ticket in counted { _ = try ticket.wait() }
        let large = try publisher.publish([UInt8](repeating: 1, count: 60_000))
        try publisher.publish([UInt8](repeating: 2, count: 60_000))
        _ = try large.wait()
        try publisher.flush()
        #expect(clock.now - start < settings.batchDelay)

        settings.batchDelay = .milliseconds(200)
        let timed = Publisher(fixture.client, to: fixture.topic, settings)
        let begin = clock.now
        _ = try timed.publish([1]).wait()
        #expect(clock.now - begin >= .milliseconds(200))
        #expect(Set(try fixture.subscriber().receive(13).map(\.message.messageID)).count == 13)
    }

    @Test func whoPublishesTooFastWaits() throws {
        let fixture = try PubSubFixture()
        var settings = PublisherSettings()
        settings.outstandingBytes = 200_000
        settings.batchDelay = .seconds(30)  // only the want of room sends a batch before it is full
        let publisher = Publisher(fixture.client, to: fixture.topic, settings)
        for number in 0..<200 { try publisher.publish([UInt8](repeating: UInt8(number), count: 65_000)) }
        try publisher.close()
        let subscriber = fixture.subscriber()
        #expect(Set(try subscriber.receive(200).map { $0.message.data.first }).count == 200)
    }

    @Test func messagesThatTheServiceWouldRefuse() throws {
        let fixture = try PubSubFixture()
        let publisher = Publisher(fixture.client, to: fixture.topic)
        func refusal(_ data: [UInt8], _ attributes: [String: String] = [:], key: String = "") -> GoogleCloudError? {
            #expect(throws: GoogleCloudError.self) {
                try publisher.publish(data, attributes: attributes, orderingKey: key)
            }
        }
        let long = String(repeating: "x", count: 1_025)
        let many = Dictionary(uniqueKeysWithValues: (0...100).map { ("\($0)", "") })
        for error in [
            refusal([]), refusal([UInt8](repeating: 0, count: 10_000_000)), refusal([1], [long: "a"]),
            refusal([1], ["a": long]), refusal([1], ["": "a"]), refusal([1], many), refusal([1], key: long),
        ] { #expect(error?.code == .invalidArgument && error?.resource == fixture.topic.path) }
        // The largest that is let through goes through.
        _ = try publisher.publish([UInt8](repeating: 0, count: 9_999_900), attributes: ["a": "b"]).wait()
        #expect(try fixture.subscriber().receive(1).first?.message.data.count == 9_999_900)
    }

    @Test func aTopicThatIsNotThere() throws {
        let fixture = try PubSubFixture()
        let missing = TopicName(project: fixture.topic.project, id: "nothing")
        let publisher = Publisher(fixture.client, to: missing)
        let ticket = try publisher.publish([1])
        try publisher.publish([2])
        let error = try #require(throws: GoogleCloudError.self) { try ticket.wait() }
        #expect(error.code == .notFound && error.resource == missing.path)
        let flushed = try #require(throws: GoogleCloudError.self) { try publisher.flush() }
        #expect(flushed.code == .notFound && flushed.detail.contains("2 messages were not published"), "\(flushed)")
        #expect(throws: Never.self) { try publisher.flush() }  // told once
        try publisher.close()
        #expect(try #require(throws: GoogleCloudError.self) { try publisher.publish([3]) }.code == .cancelled)
    }

    @Test func messagesOfAKeyKeepTheirOrder() throws {
        let fixture = try PubSubFixture { $0.enableMessageOrdering = true }
        var settings = PublisherSettings()
        settings.batchMessages = 7
        let publisher = Publisher(fixture.client, to: fixture.topic, settings)
        for number in 0..<300 { try publisher.publish(Array("\(number)".utf8), orderingKey: "object-\(number % 3)") }
        try publisher.close()
        let subscriber = fixture.subscriber()
        var received: [String: [Int]] = [:]
        while received.values.map(\.count).reduce(0, +) < 300 {
            let deliveries = try subscriber.receive(1)
            for each in deliveries { received[each.message.orderingKey, default: []].append(Int(each.text) ?? -1) }
            subscriber.ack(deliveries)
            try #require(!deliveries.isEmpty)
        }
        for key in 0..<3 { #expect(received["object-\(key)"] == Array(stride(from: key, to: 300, by: 3))) }
    }

    @Test func aKeyRestsAfterAFailure() throws {
        let fixture = try PubSubFixture()
        let late = TopicName(project: fixture.topic.project, id: "later")
        let publisher = Publisher(fixture.client, to: late)
        let lost = try publisher.publish([1], orderingKey: "a")
        #expect(try #require(throws: GoogleCloudError.self) { try lost.wait() }.code == .notFound)
        try fixture.client.create(PubSub.Topic(late))
        let error = try #require(throws: GoogleCloudError.self) { try publisher.publish([2], orderingKey: "a") }
        #expect(error.code == .failedPrecondition && error.detail.contains("'a'"))
        _ = try publisher.publish([2], orderingKey: "b").wait()
        publisher.resume(orderingKey: "a")
        _ = try publisher.publish([2], orderingKey: "a").wait()
    }

    @Test(.enabled(if: PythonEnvironment.isThere, "scripts/python-env could not make its environment"))
    func googlesOwnClientUnderstands() throws {
        let fixture = try PubSubFixture { $0.enableMessageOrdering = true }
        struct Line: Codable {
            var data: Data
            var attributes: [String: String]
            var key: String
        }
        let publisher = Publisher(fixture.client, to: fixture.topic)
        try publisher.publish([0, 255], attributes: ["a": "ä"], orderingKey: "k")
        try publisher.close()
        let pulled = try JSONDecoder().decode(
            Line.self, from: Data(try googlesClient(["pull", fixture.subscription.path, "1"], input: "").utf8))
        #expect(pulled.data == Data([0, 255]) && pulled.attributes == ["a": "ä"] && pulled.key == "k")

        let theirs = try JSONEncoder().encode(Line(data: Data([1, 2]), attributes: ["b": "ß"], key: "l"))
        let id = try googlesClient(
            ["publish", fixture.topic.path], input: String(decoding: theirs, as: UTF8.self) + "\n")
        let received = try #require(try fixture.subscriber().receive(1).first?.message)
        #expect(received.data == [1, 2] && received.attributes == ["b": "ß"] && received.orderingKey == "l")
        #expect(id.contains(received.messageID))
    }

    private func googlesClient(_ words: [String], input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(PythonEnvironment.interpreter))
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "client.py").path
        process.arguments = [script] + words
        process.environment = ["PUBSUB_EMULATOR_HOST": try PubSubEmulator.shared.get().address]
        let (given, said) = (Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = said
        try process.run()
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        let output = said.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self)
    }
}
