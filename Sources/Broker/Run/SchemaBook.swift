package import Avro
internal import Foundation
internal import HTTP
internal import Synchronization

/// Knows the schemas of Confluent frames by their number: out of `.avsc` files, then from a schema registry.
///
/// Rubin numbers its schemas major*100+minor and calls them `lsst.v7_4.alert`, in files that name each other's types.
package final class SchemaBook: Sendable {
    private static let largestText = 1 << 20

    /// A number that nobody knows is remembered too.
    private let known: Mutex<[UInt32: AvroSchema?]>
    private let registry: String?

    /// - Parameters:
    ///   - folder: Searched below for `.avsc` files; each folder of them is a set that stands for itself.
    ///   - registry: The address of a Confluent schema registry.
    /// - Throws: ``BrokerError`` where the folder cannot be read, or has no schema that can be told by its number.
    package init(folder: String?, registry: String?) throws(BrokerError) {
        self.registry = registry.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        known = Mutex(try folder.map { (folder) throws(BrokerError) in try Self.read(folder) } ?? [:])
    }

    package func schema(_ id: UInt32) -> AvroSchema? {
        known.withLock { known in
            if let schema = known[id] { return schema }
            let schema = fetch(id)
            if known.count < 10_000 { known[id] = .some(schema) }
            return schema
        }
    }

    private static func read(_ folder: String) throws(BrokerError) -> [UInt32: AvroSchema?] {
        guard let files = FileManager.default.enumerator(atPath: folder) else {
            throw BrokerError(.cannotRead, path: folder, detail: "this folder of schemas cannot be read")
        }
        var sets: [String: [ArraySlice<UInt8>]] = [:]
        for case let name as String in files where name.hasSuffix(".avsc") {
            let path = "\(folder)/\(name)"
            guard let text = FileManager.default.contents(atPath: path), text.count <= largestText else {
                throw BrokerError(.cannotRead, path: path, detail: "this schema cannot be read, or is too large")
            }
            sets[(name as NSString).deletingLastPathComponent, default: []].append(ArraySlice(text))
        }
        guard !sets.isEmpty else {
            throw BrokerError(.cannotRead, path: folder, detail: "no .avsc file is in this folder or below it")
        }
        var known: [UInt32: AvroSchema?] = [:]
        for texts in sets.values {
            guard let set = try? SchemaSet(texts) else { continue }
            for name in set.names {
                guard let id = number(of: name), let schema = try? set.schema(named: name) else { continue }
                known[id] = schema
            }
        }
        guard !known.isEmpty else {
            throw BrokerError(
                .cannotRead, path: folder, detail: "none of its schemas is called like Rubin's, lsst.v7_4.alert")
        }
        return known
    }

    /// 704 for `lsst.v7_4.alert`.
    private static func number(of name: String) -> UInt32? {
        guard let match = name.wholeMatch(of: /lsst\.v(\d{1,3})_(\d{1,2})\.alert/), let major = UInt32(match.1),
            let minor = UInt32(match.2)
        else { return nil }
        return major * 100 + minor
    }

    private func fetch(_ id: UInt32) -> AvroSchema? {
        guard let registry, let body = try? HTTP.get("\(registry)/schemas/ids/\(id)", limit: Self.largestText),
            let text = try? JSONValue.parse(body[...])["schema"]?.string
        else { return nil }
        return try? AvroSchema.compiled(ArraySlice(text.utf8))
    }
}
