internal import Alerts
internal import Avro
internal import Foundation

/// Rubin's schemas in `.avsc` files, by their numbers.
enum SchemaFiles {
    private static let largestText = 1 << 20

    /// - Throws: ``SchemaError`` that names the file which is no schema, or the alert schema that cannot be put together: with
    ///   one of a set left out, packets would become dead letters whose schema was thought to be there.
    static func read(_ folder: String) throws(SchemaError) -> [UInt32: AvroSchema] {
        guard let files = FileManager.default.enumerator(atPath: folder) else {
            throw SchemaError(path: folder, detail: "this folder of schemas cannot be read")
        }
        var sets: [String: [ArraySlice<UInt8>]] = [:]
        for case let name as String in files where name.hasSuffix(".avsc") {
            let path = "\(folder)/\(name)"
            guard let text = FileManager.default.contents(atPath: path), text.count <= largestText else {
                throw SchemaError(path: path, detail: "this schema cannot be read, or is too large")
            }
            do throws(AvroError) { _ = try SchemaSet([ArraySlice(text)]) } catch {
                throw SchemaError(path: path, detail: "this is no schema: \(error)")
            }
            sets[(name as NSString).deletingLastPathComponent, default: []].append(ArraySlice(text))
        }
        guard !sets.isEmpty else {
            throw SchemaError(path: folder, detail: "no .avsc file is in this folder or below it")
        }
        var known: [UInt32: AvroSchema] = [:]
        for (below, texts) in sets {
            var name = ""
            do throws(AvroError) {
                let set = try SchemaSet(texts)
                for alert in set.names {
                    guard let id = Survey.all.lazy.compactMap({ $0.schemaID(alert) }).first else { continue }
                    name = alert
                    known[id] = try set.schema(named: alert)
                }
            } catch {
                throw SchemaError(
                    path: below.isEmpty ? folder : "\(folder)/\(below)",
                    detail: "its files do not make up the schema \(name): \(error)")
            }
        }
        guard !known.isEmpty else {
            throw SchemaError(
                path: folder, detail: "none of its schemas is called like Rubin's, lsst.v7_4.alert")
        }
        return known
    }
}
