internal import Avro
internal import Foundation

/// Rubin's schemas in `.avsc` files, by their numbers.
enum SchemaFiles {
    private static let largestText = 1 << 20

    static func read(_ folder: String) throws(BrokerError) -> [UInt32: AvroSchema] {
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
        var known: [UInt32: AvroSchema] = [:]
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
}
