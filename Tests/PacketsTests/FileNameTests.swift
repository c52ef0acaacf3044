import Compression
import Foundation
import Packets
import Testing

/// Names that are no text, and files that cannot be looked at.
@Suite struct FileNameTests {
    private let packet: [UInt8] = [0x4f, 0x62, 0x6a, 1, 9, 9]

    /// Makes a file whose name is given by its bytes.
    private func make(_ name: [UInt8], in folder: String, isFolder: Bool = false) throws {
        let path = ContiguousArray((Array(folder.utf8) + [0x2f] + name + [0]).map { CChar(bitPattern: $0) })
        try path.withUnsafeBufferPointer { path in
            let start = try #require(path.baseAddress)
            if isFolder {
                try #require(mkdir(start, 0o755) == 0)
            } else {
                let descriptor = open(start, O_WRONLY | O_CREAT, 0o644)
                try #require(descriptor >= 0)
                #expect(write(descriptor, packet, packet.count) == packet.count)
                close(descriptor)
            }
        }
    }

    private func folder(_ fill: (String) throws -> Void) throws -> (Temporary, String) {
        let temporary = try Temporary(packet, name: "a.avro")
        let folder = String(temporary.path.dropLast("/a.avro".count))
        try fill(folder)
        return (temporary, folder)
    }

    @Test("files and folders whose names are no UTF-8 are read, their names escaped") func names() throws {
        let (temporary, folder) = try folder { folder in
            try make([0x62, 0xFF] + Array(".avro".utf8), in: folder)
            try make(Array("zü".utf8) + [0xC3] + Array("x.avro".utf8), in: folder)
            try make([0xFE, 0x07], in: folder, isFolder: true)
            try make(Array("/c.avro".utf8), in: folder + "/")
            try make([0xFE, 0x07] + Array("/d.avro".utf8), in: folder)
        }
        let reading = withExtendedLifetime(temporary) { Reading(.folder(path: folder)) }
        #expect(reading.error == nil)
        #expect(
            reading.packets.compactMap(\.location.member)
                == [#"\xFE"# + "\u{7}/d.avro", "a.avro", #"b\xFF.avro"#, "c.avro", #"zü\xC3x.avro"#])
        #expect(reading.packets.allSatisfy { Array($0.bytes) == packet })
    }

    @Test("a link that leads nowhere is reported, and the others are read") func dangling() throws {
        let (temporary, folder) = try folder { folder in
            #expect(symlink("nowhere", folder + "/b.avro") == 0)
            #expect(symlink("nowhere", folder + "/notes.txt") == 0)
        }
        try withExtendedLifetime(temporary) {
            let reader = try PacketReader(source: .folder(path: folder))
            #expect(try reader.nextBatch(maxPackets: 9, maxBytes: 9_999)?.packets.map(\.location.member) == ["a.avro"])
            let error = #expect(throws: SourceError.self) { try reader.nextBatch(maxPackets: 9, maxBytes: 9_999) }
            #expect(error?.code == .notFound)
            #expect(error?.source == folder + "/b.avro")
            #expect(try reader.nextBatch(maxPackets: 9, maxBytes: 9_999) == nil)
        }
    }

    @Test("members of a tarball too, in the header, GNU's long name and pax") func members() throws {
        var header = tarMember("m?.avro", packet)
        header[1] = 0xFF
        let sum = (header[..<148] + [UInt8](repeating: 32, count: 8) + header[156..<512]).reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        header.replaceSubrange(148..<154, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8))
        let long = tarMember("long", [0x6c, 0x80] + Array(".avro".utf8) + [0], kind: 0x4c) + tarMember("x", packet)
        let pax = tarMember("pax", Array("16 path=p".utf8) + [0xFE] + Array(".avro\n".utf8), kind: 0x78)
        let bytes = header + long + pax + tarMember("y", packet) + tarEnd
        let reading = Reading(try Temporary(bytes))
        #expect(reading.error == nil)
        #expect(reading.packets.map(\.location.member) == [#"m\xFF.avro"#, #"l\x80.avro"#, #"p\xFE.avro"#])
    }
}

/// Sources that keep a reader busy.
@Suite struct EndlessSourceTests {
    @Test(
        "zeros that shrink to a thousandth end the source, in a tarball and in a container", arguments: [false, true])
    func zeros(inTarball: Bool) throws {
        let packet: [UInt8] = [0x4f, 0x62, 0x6a, 1, 9, 9]
        let head =
            inTarball
            ? tarMember("a.avro", packet)
                + tarMember("b.txt", sizeField: [0x80] + [UInt8](repeating: 0, count: 6) + [4, 0, 0, 0, 0]) : packet
        // 64 MB of zeros in each member, 640 MB in all.
        let zeros = try Gzip.compress([UInt8](repeating: 0, count: 64 << 20)[...], level: 1)
        let bytes = try Gzip.compress(head[...]) + (0..<10).flatMap { _ in zeros }
        let reading = Reading(try Temporary(bytes, name: inTarball ? "a.tar.gz" : "a.bin"), maxBytes: 1 << 20)
        guard inTarball else {
            // No header is as long: the container ends there, and the rest is not read.
            #expect(reading.error == nil)
            #expect(reading.packets.count == 1 && reading.packets.first?.problem != nil)
            return
        }
        // The first byte of zeros may begin a Confluent frame, so the start of the second member is given too.
        #expect(reading.packets.map(\.problem) == [nil, .tooLong(bytes: 4 << 32)])
        #expect(reading.error?.code == .damaged)
        #expect(reading.error?.detail.contains("inflated from") == true)
    }

    @Test("a reader stops on request, whatever it reads") func stops() throws {
        let member = tarMember("notes.txt", [UInt8](repeating: 1, count: 3_000))
        let file = try Temporary((0..<400).flatMap { _ in member } + tarEnd)
        let reader = try withExtendedLifetime(file) {
            try PacketReader(source: .file(path: file.path), isStopped: { true })
        }
        let error = #expect(throws: SourceError.self) { try reader.nextBatch(maxPackets: 9, maxBytes: 9_999) }
        #expect(error?.code == .stopped)
        #expect(try reader.nextBatch(maxPackets: 9, maxBytes: 9_999) == nil)
    }
}
