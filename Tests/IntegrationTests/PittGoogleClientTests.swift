import GoogleAuth
import Avro
import Foundation
import PubSub
import TestServers
import TestSupport
import Testing

/// pittgoogle-client, by which the Pitt-Google broker's streams are read today, unchanged.
@Suite(
    .enabled(
        if: PubSubEmulator.isThere && PythonEnvironment.clients.isThere,
        "\(PubSubEmulator.skipped), or scripts/python-env clients could not make its environment"))
struct PittGoogleClientTests {
    /// What the script prints of an alert.
    private struct Read {
        let objectid: String
        let sourceid: Int64
        let record: [String: Any]
        let attributes: [String: String]

        init(_ line: Substring) throws {
            let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            objectid = try #require(json["objectid"] as? String)
            sourceid = try #require(json["sourceid"] as? NSNumber).int64Value
            record = try #require(json["record"] as? [String: Any])
            attributes = try #require(json["attributes"] as? [String: String])
        }
    }

    @Test("pulls the filtered stream and reads each alert's values and attributes")
    func reads() throws {
        let emulator = try PubSubEmulator.shared.get().address
        let project = "reader-\(UUID().uuidString.prefix(8).lowercased())"
        let client = try PubSubClient(credentials: .none, emulator: emulator)
        for name in ["ztf_alert_data", "ztf_exgalac_trans", "ztf_dead_letters"] {
            try client.create(PubSub.Topic(TopicName(project: project, id: name)))
        }
        let names = ["ztf_alert_data": ["filter"], "ztf_exgalac_trans": ["client", "reader"]]
        for (topic, readers) in names {
            for reader in readers {
                let name = SubscriptionName(project: project, id: "\(topic)-\(reader)")
                try client.create(PubSub.Subscription(name, topic: TopicName(project: project, id: topic)))
            }
        }
        let publisher = Publisher(client, to: TopicName(project: project, id: "ztf_alert_data"))
        for packet in try CloudNight.simulated(120) { try publisher.publish(packet) }
        try publisher.close()
        let environment = ["PUBSUB_EMULATOR_HOST": emulator, "GCE_METADATA_HOST": "127.0.0.1:9"]
        let filter = try NightjarProcess(
            [
                "stage", "filter", "--from", "pubsub://\(project)/ztf_alert_data-filter", "--to",
                "pubsub://\(project)/ztf_exgalac_trans", "--dead-letters", "pubsub://\(project)/ztf_dead_letters",
                "--until-idle", "4",
            ], environment: environment
        ).outcome()
        #expect(filter.status == 0 && filter.output.contains("120 alerts, 0 dead letters"), "\(filter)")

        let ours = try messages(client, SubscriptionName(project: project, id: "ztf_exgalac_trans-reader"))
        #expect(!ours.isEmpty)
        let folder = try TemporaryFolder()
        let theirs = try PythonEnvironment.clients.run(
            "pittgoogle_pull.py", [folder.file("key.json"), "ztf_exgalac_trans-client", String(ours.count)],
            environment: environment.merging(["GOOGLE_CLOUD_PROJECT": project]) { $1 })
        #expect(theirs.status == 0)
        let read = try theirs.output.split(separator: "\n").map { try Read($0) }
        #expect(Set(read.map(\.sourceid)) == Set(ours.keys) && read.count == ours.count)
        for alert in read { try check(alert, try #require(ours[alert.sourceid])) }
    }

    /// The messages of a subscription, until none came for a second, by their alerts' ids.
    private func messages(
        _ client: PubSubClient, _ name: SubscriptionName
    ) throws -> [Int64: PubSub.PubsubMessage] {
        let subscriber = Subscriber(client, to: name)
        var found: [Int64: PubSub.PubsubMessage] = [:]
        while case let deliveries = try subscriber.next(timeout: .seconds(found.isEmpty ? 20 : 1)), !deliveries.isEmpty
        {
            for delivery in deliveries {
                let id = try #require(delivery.message.attributes["candid"].flatMap { Int64($0) })
                found[id] = delivery.message
            }
            subscriber.ack(deliveries)
        }
        subscriber.close(timeout: .seconds(10))
        return found
    }

    private func check(_ read: Read, _ message: PubSub.PubsubMessage) throws {
        var reader = try ContainerReader(message.data[...])
        let block = try #require(try reader.nextBlock())
        let record = try AvroValue.decode(block.data, schema: reader.header.schema)
        #expect(Self.differences(read.record, record) == [])

        #expect(record["objectId"] == .string(read.objectid))
        for (name, value) in message.attributes { #expect(read.attributes[name] == value, "\(name)") }
        #expect(read.attributes["candid"] == String(read.sourceid))
        #expect(read.attributes["objectId"] == read.objectid && read.attributes["survey"] == "ztf")
        #expect(read.attributes["schema_version"] == "v4_02")
        for order in [9, 19, 29] { #expect(read.attributes["healpix\(order)"].flatMap { Int64($0) } != nil) }
        // A subscriber's place for all the orders is one place.
        let pixels = [9, 19, 29].compactMap { read.attributes["healpix\($0)"].flatMap { Int64($0) } }
        #expect(pixels[2] >> 20 == pixels[1] && pixels[1] >> 20 == pixels[0])
        for name in ["is_extragalactic_transient", "is_positive_sub", "no_pointsource_counterpart", "not_moving"] {
            #expect(read.attributes[name] == "true", "\(name)")
        }
        let history = read.record["prv_candidates"] as? [Any] ?? []
        #expect(read.attributes["n_previous_detections"] == String(history.count))
    }

    /// Where a record read elsewhere, and printed as JSON, is not ours; a path each.
    private static func differences(_ json: Any?, _ value: AvroValue, at path: String = "") -> [String] {
        let isEqual: Bool
        switch value.plain {
        case .record(let record):
            guard let fields = json as? [String: Any] else { return [path] }
            let names = record.type.fields.map(\.name)
            return (Set(fields.keys) == Set(names) ? [] : ["\(path): \(fields.keys.sorted()) / \(names)"])
                + zip(names, record.values).flatMap { differences(fields[$0], $1, at: "\(path).\($0)") }
        case .array(let items):
            guard let list = json as? [Any], list.count == items.count else { return [path] }
            return zip(list, items).flatMap { differences($0, $1, at: "\(path)[]") }
        case .null: isEqual = json is NSNull
        case .boolean(let flag): isEqual = json as? Bool == flag
        case .int(let number), .long(let number): isEqual = (json as? NSNumber)?.int64Value == number
        // By its digits: Foundation's own reading of JSON may be off by one in the last place.
        case .double(let number): isEqual = (json as? NSNumber).flatMap { Double($0.stringValue) } == number
        case .float(let number): isEqual = (json as? NSNumber).flatMap { Double($0.stringValue) } == Double(number)
        case .string(let text), .symbol(let text): isEqual = json as? String == text
        case .bytes, .fixed, .map, .union: isEqual = false
        }
        return isEqual ? [] : ["\(path): \(json ?? "nothing") / \(value)"]
    }
}
