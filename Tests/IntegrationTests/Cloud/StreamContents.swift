import Avro
import Broker
import DataLayout
import Foundation
import PubSub
import Testing

/// A stream's messages by their alerts' ids, each as its values in JSON, with the schema that they are written in.
///
/// Where a picture lies differs between brokers by nature, so it is left out.
struct StreamContents {
    private(set) var messages: [Int64: NSDictionary] = [:]
    private(set) var schemas: Set<String> = []
    /// Messages whose id another had before; readers keep the first.
    private(set) var repeated = 0

    /// Of Pub/Sub; those of one id must have the same contents.
    init(_ published: [PubSub.PubsubMessage]) throws {
        for message in published {
            var reader = try ContainerReader(message.data[...])
            let block = try #require(try reader.nextBlock())
            #expect(block.count == 1)
            let id = try add(block.data, reader.header.schema)
            #expect(message.attributes["candid"] == String(id))
        }
    }

    /// Of an embedded broker's folder.
    init(of topic: String, in folder: String) throws {
        let reader = try TopicReader(OpenFolder(folder), topic: try #require(Topic(name: topic)))
        while let message = try reader.next() { _ = try add(message.body, message.schema) }
    }

    private mutating func add(_ body: ArraySlice<UInt8>, _ schema: AvroSchema) throws -> Int64 {
        var line: [UInt8] = []
        _ = try AvroJSON.append(body, schema: schema, to: &line)
        let values = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
        let comparable = NSMutableDictionary(dictionary: values)
        if var fit = values["salt2Fit"] as? [String: Any] {
            fit["plot_lc_path"] = nil
            comparable["salt2Fit"] = fit
        }
        let alert = values["alert"] as? [String: Any] ?? values
        let id = try #require((alert["candid"] as? String).flatMap { Int64($0) })
        schemas.insert(String(decoding: schema.json, as: UTF8.self))
        if let known = messages.updateValue(comparable, forKey: id) {
            repeated += 1
            #expect(known == comparable, "the messages of \(id) differ")
        }
        return id
    }

    /// What differs, a line for each id.
    func differences(from other: StreamContents) -> [String] {
        var found = schemas == other.schemas ? [] : ["the schemas differ"]
        for id in Set(messages.keys).union(other.messages.keys) where messages[id] != other.messages[id] {
            found.append("\(id): \(messages[id]?.description ?? "none") / \(other.messages[id]?.description ?? "none")")
        }
        return found
    }
}
