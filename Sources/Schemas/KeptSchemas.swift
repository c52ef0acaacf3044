internal import Alerts
internal import Avro
internal import Foundation
internal import Hashing

/// Schemas that a registry has told, kept on disk: a restart while the registry is away finds them.
///
/// Only a schema whose name says its number is kept, since such a number means the same wherever it is asked for. A file's
/// name has the number and the beginning of its text's SHA-256; what does not agree with its name is removed and asked
/// for again.
struct KeptSchemas: Sendable {
    private static let ending = ".avsc"
    private static let mostFiles = 500

    private let folder: String
    private let largestText: Int

    init(folder: String, largestText: Int) {
        self.folder = folder
        self.largestText = largestText
    }

    /// The schema with a number; `nil` where none is kept.
    func schema(_ id: UInt32) -> AvroSchema? {
        for name in files() where name.hasPrefix("\(id)-") {
            let path = "\(folder)/\(name)"
            guard let text = text(path) else { continue }
            if name == Self.name(id, text), let schema = try? AvroSchema.compiled(text), Self.isNumbered(schema, id) {
                return schema
            }
            try? FileManager.default.removeItem(atPath: path)
        }
        return nil
    }

    /// Keeps a schema, whole or not at all.
    ///
    /// - Parameters:
    ///   - text: The schema as the registry wrote it.
    ///   - schema: The same, compiled.
    ///   - id: Its number.
    /// - Returns: Whether it is kept: not where its name does not say its number, nor where the folder is full.
    /// - Throws: ``SchemaError`` where the folder cannot be written to.
    func keep(_ text: ArraySlice<UInt8>, _ schema: AvroSchema, as id: UInt32) throws(SchemaError) -> Bool {
        guard Self.isNumbered(schema, id), files().count < Self.mostFiles else { return false }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text).write(to: URL(filePath: "\(folder)/\(Self.name(id, text))"), options: .atomic)
            return true
        } catch {
            throw SchemaError(
                path: folder, detail: "the schema \(id) cannot be kept there: \(error.localizedDescription)")
        }
    }

    private func files() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Self.ending) }.sorted()
    }

    private func text(_ path: String) -> ArraySlice<UInt8>? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        // At the end of a file there is nothing, and no failure.
        do { return ArraySlice(try file.read(upToCount: largestText + 1) ?? Data()) } catch { return nil }
    }

    private static func name(_ id: UInt32, _ text: ArraySlice<UInt8>) -> String {
        "\(id)-\(Digest.hexadecimal(Digest.sha256(text).prefix(8)))\(ending)"
    }

    private static func isNumbered(_ schema: AvroSchema, _ id: UInt32) -> Bool {
        schema.root.record.map { record in Survey.all.contains { $0.schemaID(record.fullName) == id } } ?? false
    }
}
