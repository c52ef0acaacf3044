import Foundation
import HTTP
import LoopbackServer
import PacketDownloads
import Packets
import Testing

@Suite struct SourceTests {
    private static let server = Result { try LoopbackServer() }
    private let tarballs: Tarballs
    private let container: [UInt8] = [0x4f, 0x62, 0x6a, 1, 5, 6, 7]

    init() throws { tarballs = try Tarballs.shared.get() }

    @Test func knowsWhatTheUserMeans() throws {
        #expect(try Source.parse("-") == .standardInput)
        #expect(try Source.parse(tarballs.path("files")) == .folder(path: tarballs.path("files")))
        #expect(try Source.parse(tarballs.path("gnu-gnu.tar")) == .file(path: tarballs.path("gnu-gnu.tar")))
        let address = "https://me:secret@archive.org/a.tar.gz?sig=secret"
        #expect(try Source.parse(address).isFed)
        #expect(try Source.parse(address).name == "https://archive.org/a.tar.gz")
    }

    @Test(
        "says what is wrong with a source",
        arguments: [
            ("/nowhere/night.tar.gz", "/nowhere/night.tar.gz: does not exist (No such file or directory)"),
            ("", "an empty name: is not a source"),
            ("gs://bucket/x", "gs://: sources are files, folders, -, and addresses of https://, kafka:// or pubsub://"),
            ("https://", "https://: this is not a valid web address"),
        ])
    func wrong(word: String, description: String) {
        let error = #expect(throws: SourceError.self) { try Source.parse(word) }
        #expect(error?.description == description)
    }

    @Test("takes a container alone for a packet", arguments: ["a.avro", "a.data"])
    func container(name: String) throws {
        let file = try Temporary(container, name: name)
        let reading = Reading(file)
        #expect(reading.error == nil)
        #expect(reading.given == [Given(member: nil, bytes: container)])
        #expect(reading.packets.first?.location == PacketLocation(source: file.path, member: nil, ordinal: 0, byte: 0))
        #expect(reading.batches.last?.progress == Packets.Progress(bytesRead: 7, total: 7))
    }

    @Test func leavesItToTheBrokerWhatAnAvroFileIs() throws {
        #expect(Reading(try Temporary([], name: "a.avro")).given == [Given(member: nil, bytes: [])])
        let long = [UInt8](repeating: 65, count: 10_000)
        #expect(Reading(try Temporary(long, name: "a.avro")).given == [Given(member: nil, bytes: long)])
    }

    @Test func refusesWhatHoldsNoPackets() throws {
        let text = try Temporary(Array("a text, and quite another thing".utf8), name: "night.tar.gz")
        #expect(Reading(text).error?.description == "\(text.path): is neither a tarball nor an Avro container")
        for (name, magic) in [("bzip2", Array("BZh91AY".utf8)), ("zip", Array("PK\u{3}\u{4}".utf8))] {
            let packed = try Temporary(magic + [UInt8](repeating: 65, count: 1_000), name: "night.tar")
            #expect(
                Reading(packed).error?.detail.contains(", but compressed with \(name); decompress it first") == true)
        }
        let long = try Temporary([UInt8](repeating: 65, count: 10_000), name: "night.tar")
        #expect(Reading(long).error?.code == .unknownFormat)
        #expect(Reading(try Temporary([], name: "night.tar")).error?.code == .noPackets)
        let cut = try Temporary(Array(try tarballs.bytes("gnu-gnu.tar.gz")[..<20]), name: "night.tar.gz")
        #expect(Reading(cut).error?.code == .truncated)
        let folder = FileManager.default.temporaryDirectory.appending(path: "empty-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        #expect(
            Reading(.folder(path: folder.path)).error?.description
                == "\(folder.path): a folder without .avro, .tar, .tar.gz or .tgz files")
        #expect(Reading(.file(path: folder.path)).error?.code == .unreadable)
    }

    @Test("reads a pipe while it is written", arguments: ["gnu-gnu.tar", "gnu-posix.tar.gz"])
    func pipes(name: String) throws {
        let bytes = try tarballs.bytes(name)
        let pipe = Pipe()
        let writing = pipe.fileHandleForWriting
        let writer = Thread {
            for start in stride(from: 0, to: bytes.count, by: 4_099) {
                try? writing.write(contentsOf: Data(bytes[start..<min(start + 4_099, bytes.count)]))
            }
            try? writing.close()
        }
        writer.start()
        let path = "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)"
        let reading = withExtendedLifetime(pipe) { Reading(path) }
        #expect(reading.error == nil)
        #expect(reading.given == (try tarballs.packets(String(name.split(separator: ".")[0]))))
    }

    @Test("returns whole packets without waiting for a slow pipe") func slowPipe() throws {
        let pipe = Pipe()
        let bytes = try tarballs.bytes("gnu-gnu.tar")
        let reading = pipe.fileHandleForReading
        // The reader wants 64 KiB to tell the source by; the first six members are in the first 66 kB.
        let writing = pipe.fileHandleForWriting
        let writer = Thread { try? writing.write(contentsOf: Data(bytes[..<66_000])) }
        writer.start()
        let reader = try PacketReader(source: .file(path: "/dev/fd/\(reading.fileDescriptor)"))
        // The pipe stays open and silent: waiting for it would never end.
        let batch = try #require(try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20))
        #expect(batch.packets.count == 6)
        #expect(batch.progress.total == nil)
        try writing.close()
        #expect(throws: SourceError.self) { try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20) }
        #expect(try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20) == nil)
    }

    @Test func readsStandardInput() throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: tarballs.path("gnu-gnu.tar.gz")))
        let saved = dup(0)
        defer {
            dup2(saved, 0)
            close(saved)
        }
        dup2(file.fileDescriptor, 0)
        let reading = Reading(.standardInput)
        #expect(reading.error == nil)
        #expect(reading.given == (try tarballs.packets("gnu-gnu")))
        #expect(reading.packets.first?.location.source == "-")
    }

    @Test func searchesAFolder() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "folder-\(UUID().uuidString)")
        let files = FileManager.default
        for folder in ["b/inner", "c"] {
            try files.createDirectory(at: root.appending(path: folder), withIntermediateDirectories: true)
        }
        defer { try? files.removeItem(at: root) }
        var expected: [Given] = []
        for (name, size) in [("a.avro", 10), ("b/1.avro", 70_000), ("b/inner/2.avro", 0), ("c/3.avro", 300_000)] {
            let bytes = [UInt8](repeating: UInt8(size % 251), count: size)
            try Data(bytes).write(to: root.appending(path: name))
            expected.append(Given(member: name, bytes: bytes))
        }
        try Data(tarballs.bytes("gnu-gnu.tar.gz")).write(to: root.appending(path: "c/night.tgz"))
        expected += try tarballs.packets("gnu-gnu").map {
            Given(member: "c/night.tgz/\($0.member ?? "")", bytes: $0.bytes)
        }
        try Data("no packet".utf8).write(to: root.appending(path: "notes.txt"))
        try files.createSymbolicLink(at: root.appending(path: "b/loop"), withDestinationURL: root)
        try files.createSymbolicLink(
            at: root.appending(path: "dangling.avro"), withDestinationURL: root.appending(path: "no"))
        for (maxPackets, maxBytes) in [(1, 1), (3, 80_000), (1_000, 1 << 20)] {
            let reading = Reading(.folder(path: root.path), maxPackets: maxPackets, maxBytes: maxBytes)
            // A link called like a packet that leads nowhere is reported, after everything else was given.
            #expect(reading.error?.code == .notFound)
            #expect(reading.error?.source == root.path + "/dangling.avro")
            #expect(reading.given == expected)
            #expect(reading.packets.map(\.location.ordinal) == Array(expected.indices))
            #expect(reading.skipped == 4 + 1)  // in the tarball, and the text
            let progress = try #require(reading.batches.last?.progress)
            #expect(progress.bytesRead == progress.total)
        }
    }

    @Test func goesOnBehindABrokenFileOfAFolder() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "broken-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }
        try Data(tarballs.bytes("gnu-gnu.tar.gz")[..<90_000]).write(to: root.appending(path: "1.tar.gz"))
        try Data(container).write(to: root.appending(path: "2.avro"))
        let reader = try PacketReader(source: .folder(path: root.path))
        let first = try #require(try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20))
        #expect(first.packets.count > 3)
        let error = #expect(throws: SourceError.self) { try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20) }
        #expect(error?.code == .truncated)
        #expect(error?.source == "\(root.path)/1.tar.gz")
        let next = try #require(try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20))
        #expect(next.packets.map(\.location.member) == ["2.avro"])
        #expect(next.packets.first?.location.ordinal == first.packets.count)
        #expect(try reader.nextBatch(maxPackets: 1_000, maxBytes: 1 << 20) == nil)
    }

    @Test("reads a tarball from the web, over a break", arguments: ["", "?cut=100000"])
    func web(query: String) throws {
        let server = try Self.server.get()
        // At once, since both cases write it, and the server may be reading it.
        let file = server.folder.appending(path: "night.tar.gz")
        try Data(tarballs.bytes("gnu-gnu.tar.gz")).write(to: file, options: .atomic)
        var settings = HTTPSettings()
        settings.certificateFile = server.certificate
        settings.firstWait = .milliseconds(1)
        for address in [server.plain, server.secure] {
            let url = "\(address)/file/night.tar.gz\(query)"
            let reader = try PacketReader(source: .parse(url, http: settings))
            let reading = Reading(reader)
            #expect(reading.error == nil)
            #expect(reading.given == (try tarballs.packets("gnu-gnu")))
            #expect(reading.packets.first?.location.source == "\(address)/file/night.tar.gz")
            let size = Int64(try tarballs.bytes("gnu-gnu.tar.gz").count)
            #expect(reading.batches.last?.progress == Packets.Progress(bytesRead: size, total: size))
        }
    }

    @Test func givesWhatCameBeforeTheWebBroke() throws {
        let server = try Self.server.get()
        try Data(tarballs.bytes("gnu-gnu.tar")).write(to: server.folder.appending(path: "broken.tar"))
        var settings = HTTPSettings()
        settings.retries = 0
        let reader = try PacketReader(source: .parse("\(server.plain)/file/broken.tar?cut=150000", http: settings))
        let reading = Reading(reader)
        let whole = Reading(tarballs.path("gnu-gnu.tar")).packets
        let expected = whole.filter { Int($0.location.byte) + $0.bytes.count <= 150_000 }
        #expect(reading.given.count == expected.count)
        #expect(reading.error?.code == .notFetched(status: nil))
        #expect(reading.error?.byte == 150_000)
        #expect(reading.error?.last?.member == expected.last?.location.member)
    }

    @Test func saysWhyNothingCameFromTheWeb() throws {
        let server = try Self.server.get()
        let url = "\(server.plain)/status/404?token=secret"
        let error = #expect(throws: SourceError.self) { try PacketReader(source: .parse(url)) }
        #expect(error?.code == .notFetched(status: 404))
        #expect(error?.description == "\(server.plain)/status/404: the server responded with status 404")
    }

    @Test("a folder is known again by its files' names, sizes and times, wherever it lies")
    func tellsFoldersApart() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "folder-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        func fingerprint(_ folder: String, _ bytes: [UInt8], changed: Double) throws -> String {
            let night = root.appending(path: "\(folder)/night")
            try FileManager.default.createDirectory(at: night, withIntermediateDirectories: true)
            let file = night.appending(path: "a.avro")
            try Data(bytes).write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: changed)], ofItemAtPath: file.path)
            return try PacketReader(source: .folder(path: root.appending(path: folder).path)).fingerprint
        }
        let one = try fingerprint("one", [1, 2], changed: 1_726_400_000)
        #expect(try fingerprint("one", [1, 2], changed: 1_726_400_000) == one)
        #expect(try fingerprint("two", [1, 2], changed: 1_726_400_000) == one)
        #expect(try fingerprint("one", [1, 3], changed: 1_726_400_000.25) != one)
        #expect(try fingerprint("one", [1, 2, 3], changed: 1_726_400_000) != one)
        // Dates before 1970 and far from it are no fault.
        #expect(try fingerprint("one", [1, 2], changed: -1_000_000_000) != one)
    }

    @Test func tellsSourcesApart() throws {
        let bytes = try tarballs.bytes("gnu-gnu.tar.gz")
        var other = bytes
        other[60_000] ^= 1
        func fingerprint(_ bytes: [UInt8], _ name: String) throws -> String {
            let file = try Temporary(bytes, name: name)
            return try withExtendedLifetime(file) { try PacketReader(source: .file(path: file.path)).fingerprint }
        }
        let one = try fingerprint(bytes, "night.tar.gz")
        #expect(one.count == 64 && one.allSatisfy { $0.isHexDigit })
        #expect(try fingerprint(bytes, "night.tar.gz") == one)  // in another folder
        #expect(try fingerprint(bytes, "other.tar.gz") != one)
        #expect(try fingerprint(other, "night.tar.gz") != one)
        #expect(try fingerprint(bytes + [0], "night.tar.gz") != one)
        // Behind the first 64 KiB a file is looked at in places, its end among them; other alerts differ all over.
        let long = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        let twoThirds = Array(long[..<600_000]) + long[600_000...].map { $0 ^ 1 }
        let of = try fingerprint(long, "long.avro")
        #expect(try fingerprint(long, "long.avro") == of)
        #expect(try fingerprint(twoThirds, "long.avro") != of)
        #expect(try fingerprint(long.dropLast() + [~long[999_999]], "long.avro") != of)
        let folder = try PacketReader(source: .folder(path: tarballs.path("files"))).fingerprint
        #expect(try PacketReader(source: .folder(path: tarballs.path("files/"))).fingerprint == folder)
        #expect(try PacketReader(source: .folder(path: tarballs.path("files/night"))).fingerprint != folder)
    }
}
