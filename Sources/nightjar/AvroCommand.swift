internal import Avro
internal import Foundation

/// `nightjar avro cat|schema|correct FILE`
enum AvroCommand {
    static func run(_ words: some Sequence<String>) throws {
        let call = try Invocation(words, withValue: [])
        let verbs = ["cat", "schema", "correct"]
        guard let verb = call.operands.first, verbs.contains(verb) else {
            throw UsageError(
                "say 'avro cat FILE', 'avro schema FILE' or 'avro correct FILE'", mistyped: call.operands.first,
                among: verbs)
        }
        guard call.operands.count == 2 else { throw UsageError("'avro \(verb)' takes one FILE") }
        let name = call.operands[1]
        let bytes = try read(name)
        do {
            switch verb {
            case "cat": try cat(bytes)
            case "schema": try print(ContainerHeader.parse(bytes[...]).schema)
            default:
                let schema = try ContainerHeader.parse(bytes[...]).schema
                try print(SchemaCorrection.of(schema)?.corrected ?? schema)
            }
        } catch let error as AvroError {
            throw FileError(path: name, detail: "\(error)")
        }
    }

    private static func cat(_ bytes: [UInt8]) throws {
        var reader = try ContainerReader(
            bytes[...], limits: ContainerLimits(decompressedBytes: 256 << 20, totalBytes: .max, ratio: 1_100))
        while let block = try reader.nextBlock() {
            var rest = block.data
            for _ in 0..<block.count {
                var line: [UInt8] = []
                do {
                    rest = rest.dropFirst(try AvroJSON.append(rest, schema: reader.header.schema, to: &line))
                } catch {
                    // Its place in the file, not in the block.
                    let base = block.storedData.lowerBound + rest.startIndex - block.data.startIndex
                    throw AvroError(error.code, field: error.field, offset: base + error.offset, detail: error.detail)
                }
                try Terminal.put(json: line)
            }
        }
    }

    private static func print(_ schema: AvroSchema) throws {
        try Terminal.put(json: schema.json)
    }

    /// The longest file that is read whole.
    private static let longest = 2 << 30

    private static func read(_ name: String) throws -> [UInt8] {
        do {
            let file =
                name == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: name))
            let data = try file.read(upToCount: longest + 1) ?? Data()
            guard data.count <= longest else {
                throw FileError(path: name, detail: "more than 2 GiB; 'nightjar run' takes it in parts")
            }
            return [UInt8](data)
        } catch let error as CocoaError {
            throw FileError(path: name, detail: error.plain)
        }
    }
}
