import Avro
import Packets
import Testing

/// Containers longer than a packet may be: blocks of 1 to 40 records of the schema `long`, sixteen bytes and more each.
@Suite struct LongContainerTests {
    private let encoder = ContainerEncoder(
        schema: Array(#""bytes""#.utf8), sync: SyncMarker(low: 0x1122_3344, high: 0x5566))
    private var limits = PacketLimits()

    init() {
        limits.packetBytes = 4_000
        limits.containerBytes = 4_000
        limits.sampleBytes = 300
    }

    /// A container, its records' bodies, and where each block begins.
    private func container(blocks: Int, recordBytes: Int = 50) throws -> (file: [UInt8], bodies: [UInt8], starts: [Int])
    {
        var file = encoder.header
        var bodies: [UInt8] = []
        var starts: [Int] = []
        for block in 0..<blocks {
            var data: [UInt8] = []
            for record in 0..<(1 + block % 40) {
                var body = BinaryEncoder()
                body.bytes([UInt8](repeating: UInt8((block * 7 + record) % 256), count: recordBytes))
                data += body.bytes
            }
            starts.append(file.count)
            try encoder.block(count: 1 + block % 40, data: data[...], into: &file)
            bodies += data
        }
        return (file, bodies, starts)
    }

    /// The bodies in packets that are whole containers.
    private func bodies(_ packets: [Packet]) throws -> [UInt8] {
        var bodies: [UInt8] = []
        for packet in packets where packet.problem == nil {
            var reader = try ContainerReader(packet.bytes)
            while let block = try reader.nextBlock() { bodies += block.data }
        }
        return bodies
    }

    @Test("gives all records in packets that are containers", arguments: [1, 700, 100_000])
    func splits(maxBytes: Int) throws {
        let (file, expected, _) = try container(blocks: 300)
        #expect(file.count > 250_000)
        let reading = Reading(try Temporary(file, name: "long.avro"), maxBytes: maxBytes, limits: limits)
        #expect(reading.error == nil)
        #expect(reading.packets.count > 60)
        #expect(reading.packets.allSatisfy { $0.problem == nil && $0.bytes.count <= 4_000 })
        #expect(try bodies(reading.packets) == expected)
        for packet in reading.packets {
            let part = packet.bytes.dropFirst(encoder.header.count)
            #expect(file[Int(packet.location.byte)...].starts(with: part))
        }
    }

    @Test("also in a tarball and a folder", arguments: [0, 1, 5, 20])
    func members(padding: Int) throws {
        // Several lengths, so that the padding behind the member has several.
        let (file, expected, _) = try container(blocks: 120, recordBytes: 50 + padding)
        let small = try container(blocks: 1).file
        let tar = tarMember("a.avro", small) + tarMember("long.avro", file) + tarMember("b.avro", small) + tarEnd
        for bytes in [1_000, 1 << 20] {
            let reading = Reading(try Temporary(tar), maxBytes: bytes, limits: limits)
            #expect(reading.error == nil)
            #expect(reading.packets.first?.bytes == small[...])
            #expect(reading.packets.last?.bytes == small[...])
            #expect(reading.packets.dropFirst().dropLast().allSatisfy { $0.location.member == "long.avro" })
            #expect(try bodies(Array(reading.packets.dropFirst().dropLast())) == expected)
        }
        let cut = Reading(try Temporary(Array(tar[..<50_000])), limits: limits)
        #expect(cut.error?.code == .truncated)
        let found = try bodies(Array(cut.packets.dropFirst()))
        #expect(found.count > 30_000)
        #expect(expected.starts(with: found))
    }

    @Test func givesALongFileOfAFolder() throws {
        let (file, expected, _) = try container(blocks: 120)
        let temporary = try Temporary(file, name: "long.avro")
        let folder = String(temporary.path.dropLast("/long.avro".count))
        let reading = withExtendedLifetime(temporary) { Reading(.folder(path: folder), limits: limits) }
        #expect(reading.error == nil)
        #expect(Set(reading.packets.map(\.location.member)) == ["long.avro"])
        #expect(try bodies(reading.packets) == expected)
    }

    @Test func readsBlocksAfterADamagedOne() throws {
        let (whole, _, starts) = try container(blocks: 120)
        var file = whole
        file[starts[51] - 1] ^= 1  // the marker behind block 50
        let reading = Reading(try Temporary(file, name: "long.avro"), limits: limits)
        #expect(reading.error == nil)
        let problems = reading.packets.filter { $0.problem != nil }
        #expect(problems.map(\.problem) == [.damagedContainer("no sync marker after a block")])
        #expect(problems.first?.location.byte == Int64(starts[50]))
        #expect(problems.first?.bytes.count == 300)
        // The search goes on to the next marker, which is that behind block 51.
        let before = try bodies(reading.packets.filter { $0.location.byte < starts[50] })
        let behind = try bodies(reading.packets.filter { $0.location.byte > starts[50] })
        let expected = try bodies([part(whole, starts[0], starts[50])])
        #expect(before == expected)
        #expect(behind == (try bodies([part(whole, starts[52], whole.count)])))
    }

    private func part(_ file: [UInt8], _ start: Int, _ end: Int) -> Packet {
        let location = PacketLocation(source: "", member: nil, ordinal: 0, byte: 0)
        return Packet(bytes: (encoder.header + file[start..<end])[...], location: location)
    }

    @Test func givesTheStartOfABlockThatIsTooLong() throws {
        let (first, firstBodies, _) = try container(blocks: 100)
        var file = first
        try encoder.block(count: 1, data: [UInt8](repeating: 1, count: 9_000)[...], into: &file)
        let start = file.count
        try encoder.block(count: 1, data: [2, 3][...], into: &file)
        let reading = Reading(try Temporary(file, name: "long.avro"), limits: limits)
        #expect(reading.error == nil)
        #expect(reading.packets.compactMap(\.problem) == [.tooLong(bytes: Int64(start - first.count))])
        #expect(try bodies(reading.packets) == firstBodies + [2, 3])
    }

    @Test("does not believe a block's claimed size", arguments: [Int64(1) << 40, 1 << 50, 1 << 56, .max, -1, .min])
    func claims(size: Int64) throws {
        var (file, bodies, _) = try container(blocks: 100)
        var claim = BinaryEncoder()
        claim.long(1)
        claim.long(size)
        file += claim.bytes + [UInt8](repeating: 1, count: 9_000)
        let reading = Reading(try Temporary(file, name: "long.avro"), limits: limits)
        #expect(reading.packets.last?.problem != nil)
        #expect(try self.bodies(reading.packets) == bodies)
    }

    @Test("skips the rest where no marker follows within the limit", arguments: [false, true])
    func endless(inTarball: Bool) throws {
        var limits = limits
        limits.searchBytes = 20_000
        let (first, firstBodies, _) = try container(blocks: 100)
        let file = first + [UInt8](repeating: 0, count: 900_000) + encoder.header.suffix(SyncMarker.count)
        let small = try container(blocks: 1).file
        let bytes = inTarball ? tarMember("long.avro", file) + tarMember("b.avro", small) + tarEnd : file
        let reading = Reading(
            try Temporary(bytes, name: inTarball ? "a.tar" : "long.avro"), maxBytes: 4_096, limits: limits)
        #expect(reading.error == nil)
        let problems = reading.packets.filter { $0.problem != nil }
        #expect(problems.count == 2)
        #expect(problems.last?.problem == .damagedContainer("no sync marker in 20000 bytes: the rest is skipped"))
        #expect(!inTarball || reading.packets.last?.bytes == small[...])
        #expect(
            try bodies(reading.packets) == firstBodies
                + (inTarball ? bodies([part(small, encoder.header.count, small.count)]) : []))
    }

    @Test func saysWhenTheLastBlockIsCut() throws {
        let (file, bodies, starts) = try container(blocks: 100)
        let reading = Reading(try Temporary(Array(file.dropLast(5)), name: "long.avro"), limits: limits)
        #expect(reading.error == nil)
        #expect(reading.packets.last?.problem == .damagedContainer("cut off in a block"))
        #expect(reading.packets.last?.location.byte == Int64(starts[99]))
        let found = try self.bodies(reading.packets)
        #expect(bodies.starts(with: found) && found.count > bodies.count - 3_000)
    }

    @Test("gives a container with a damaged header once, as a problem", arguments: [false, true])
    func damagedHeader(inTarball: Bool) throws {
        var (file, _, _) = try container(blocks: 100)
        file.replaceSubrange(4..<30, with: [UInt8](repeating: 0xff, count: 26))
        let small = try container(blocks: 1).file
        let bytes = inTarball ? tarMember("long.avro", file) + tarMember("b.avro", small) + tarEnd : file
        let reading = Reading(try Temporary(bytes, name: inTarball ? "a.tar" : "long.avro"), limits: limits)
        #expect(reading.error == nil)
        #expect(reading.packets.count == (inTarball ? 2 : 1))
        #expect(reading.packets.first?.problem != nil)
        #expect(!inTarball || reading.packets.last?.bytes == small[...])
    }

    @Test("survives every kind of damage", arguments: 0..<200)
    func flips(seed: Int) throws {
        var (file, _, _) = try container(blocks: 60)
        for step in 0..<(1 + seed % 4) { file[(seed * 1_543 + step * 7_001) % file.count] ^= UInt8(1 + seed % 255) }
        let reading = Reading(try Temporary(file, name: "long.avro"), limits: limits)
        #expect(reading.packets.count < 1_000)
    }
}
