import Foundation
import Packets

/// The tarballs that `make_tarballs.py` makes, once for all tests.
struct Tarballs: Sendable {
    struct NotMade: Error {}

    static let shared = Result { try Tarballs() }
    /// All but those with files with holes.
    static let names = [
        "python-ustar", "python-gnu", "python-pax", "gnu-v7", "gnu-ustar", "gnu-oldgnu", "gnu-gnu", "gnu-posix",
        "gnu-labelled",
    ]
    let folder: URL
    private let members: [String: [String]]

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tarballs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "make_tarballs.py")
        guard let output = popen("python3 '\(script.path)' '\(folder.path)'", "r") else { throw NotMade() }
        let text = Self.all(output)
        guard pclose(output) == 0 else { throw NotMade() }
        var members: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: "\t").map { String($0) }
            members[words[0]] = Array(words[1...])
        }
        self.members = members
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func bytes(_ name: String) throws -> [UInt8] {
        // Data(contentsOf:) leaks where the file is empty, which LeakSanitizer would lay at our door.
        let file = try FileHandle(forReadingFrom: folder.appending(path: name))
        return try file.readToEnd().map { [UInt8]($0) } ?? []
    }

    private static func all(_ file: UnsafeMutablePointer<FILE>) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { text += buffer[..<count] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The packets that a tarball holds, as packed: names and bytes.
    func packets(_ name: String) throws -> [Given] {
        try (members[name] ?? []).map { Given(member: $0, bytes: try bytes("files/\($0)")) }
    }
}

/// A packet as the tests compare it.
struct Given: Equatable, CustomStringConvertible {
    var member: String?
    var bytes: [UInt8]
    var description: String { "\(member ?? "-") (\(bytes.count) bytes)" }
}

/// All that a reader gives, to its end or its error.
struct Reading {
    var packets: [Packet] = []
    var batches: [PacketBatch] = []
    var error: SourceError?
    var skipped = 0

    init(_ source: Source, maxPackets: Int = 1_000, maxBytes: Int = 1 << 20, limits: PacketLimits = PacketLimits()) {
        let opened = Result { () throws(SourceError) in try PacketReader(source: source, limits: limits) }
        switch opened {
        case .success(let reader): read(reader, maxPackets: maxPackets, maxBytes: maxBytes)
        case .failure(let error): self.error = error
        }
    }

    init(_ path: String, maxPackets: Int = 1_000, maxBytes: Int = 1 << 20, limits: PacketLimits = PacketLimits()) {
        self.init(.file(path: path), maxPackets: maxPackets, maxBytes: maxBytes, limits: limits)
    }

    init(_ file: Temporary, maxPackets: Int = 1_000, maxBytes: Int = 1 << 20, limits: PacketLimits = PacketLimits()) {
        self = withExtendedLifetime(file) {
            Reading(.file(path: file.path), maxPackets: maxPackets, maxBytes: maxBytes, limits: limits)
        }
    }

    init(_ reader: PacketReader, maxPackets: Int = 1_000, maxBytes: Int = 1 << 20) {
        read(reader, maxPackets: maxPackets, maxBytes: maxBytes)
    }

    private mutating func read(_ reader: PacketReader, maxPackets: Int, maxBytes: Int) {
        do throws(SourceError) {
            while let batch = try reader.nextBatch(maxPackets: maxPackets, maxBytes: maxBytes) {
                batches.append(batch)
                packets += batch.packets
            }
        } catch { self.error = error }
        skipped = reader.skipped
    }

    var given: [Given] { packets.map { Given(member: $0.location.member, bytes: Array($0.bytes)) } }
}

/// A file that is there as long as the value is.
final class Temporary {
    let path: String

    init(_ bytes: [UInt8], name: String = "file") throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "consumer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        path = file.path
    }

    deinit { try? FileManager.default.removeItem(at: URL(filePath: path).deletingLastPathComponent()) }
}

/// A ustar header with any size field, and what follows it.
func tarMember(_ name: String, sizeField: [UInt8], kind: UInt8 = 48, data: [UInt8] = []) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    block.replaceSubrange(0..<name.utf8.count, with: name.utf8)
    block.replaceSubrange(124..<(124 + sizeField.count), with: sizeField)
    block[156] = kind
    block.replaceSubrange(257..<265, with: Array("ustar\0".utf8) + [48, 48])
    block.replaceSubrange(148..<156, with: [UInt8](repeating: 32, count: 8))
    let sum = block.reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    block.replaceSubrange(
        148..<156, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8) + [0, 32])
    return block + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
}

func tarMember(_ name: String, _ data: [UInt8], kind: UInt8 = 48) -> [UInt8] {
    let digits = String(data.count, radix: 8)
    let field = Array((String(repeating: "0", count: 11 - digits.count) + digits).utf8)
    return tarMember(name, sizeField: field, kind: kind, data: data)
}

let tarEnd = [UInt8](repeating: 0, count: 1_024)
