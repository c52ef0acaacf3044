internal import Avro
internal import Foundation

/// `nightjar avro cat FILE`
struct AvroCatCommand: Command {
    static let name = "avro cat"
    static let summary = "the records of an Avro container as JSON Lines"
    static let details = "Bytes are in base64, ids and numbers beyond 2^53 strings."
    static let operands = AvroFile.operands
    static let examples = ["nightjar avro cat alert.avro", "nightjar avro cat - < alert.avro | jq .candid"]

    private let file: AvroFile

    init(_ arguments: Arguments) { file = AvroFile(path: arguments.operands[0]) }

    func run() throws -> ExitStatus { try file.read { try Self.printRecords($0) } }

    private static func printRecords(_ bytes: [UInt8]) throws {
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
}

/// `nightjar avro schema FILE`
struct AvroSchemaCommand: Command {
    static let name = "avro schema"
    static let summary = "an Avro container's schema, as its writer has it"
    static let operands = AvroFile.operands
    static let examples = ["nightjar avro schema alert.avro", "nightjar avro schema alert.avro | jq .name"]

    private let file: AvroFile

    init(_ arguments: Arguments) { file = AvroFile(path: arguments.operands[0]) }

    func run() throws -> ExitStatus {
        try file.read { try Terminal.put(json: ContainerHeader.parse($0[...]).schema.json) }
    }
}

/// `nightjar avro correct FILE`
struct AvroCorrectCommand: Command {
    static let name = "avro correct"
    static let summary = "an Avro container's schema as strict readers accept it, and the archive writes it"
    static let operands = AvroFile.operands
    static let examples = [
        "nightjar avro correct alert.avro", "nightjar avro correct alert.avro > corrected.avsc",
    ]

    private let file: AvroFile

    init(_ arguments: Arguments) { file = AvroFile(path: arguments.operands[0]) }

    func run() throws -> ExitStatus {
        try file.read { bytes in
            let schema = try ContainerHeader.parse(bytes[...]).schema
            try Terminal.put(json: (SchemaCorrection.of(schema)?.corrected ?? schema).json)
        }
    }
}

/// An Avro container that is read whole.
private struct AvroFile {
    static let operands = [Operand("FILE", "an Avro container, '-' for standard input")]

    let path: String

    /// Uses the file's bytes; an error of theirs names the file.
    func read(_ use: ([UInt8]) throws -> Void) throws -> ExitStatus {
        let bytes = try Self.read(path)
        do { try use(bytes) } catch let error as AvroError { throw FileError(path: path, detail: "\(error)") }
        return .done
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
