import Compression
import Packets
import Testing

/// Against tarballs that Python's tarfile and GNU tar wrote.
@Suite struct TarTests {
    private let tarballs: Tarballs

    init() throws { tarballs = try Tarballs.shared.get() }

    @Test("gives every packet of every format", arguments: Tarballs.names, [".tar", ".tar.gz"])
    func formats(name: String, ending: String) throws {
        let expected = try tarballs.packets(name)
        #expect(expected.count >= 16)
        for (maxPackets, maxBytes) in [(1, 1), (3, 100_000), (1_000, 1 << 20), (5, 1 << 30)] {
            let reading = Reading(tarballs.path(name + ending), maxPackets: maxPackets, maxBytes: maxBytes)
            #expect(reading.error == nil)
            #expect(reading.given == expected)
            #expect(reading.packets.map(\.location.ordinal) == Array(expected.indices))
            #expect(reading.packets.allSatisfy { $0.problem == nil })
            for batch in reading.batches {
                #expect(batch.packets.count <= maxPackets)
                #expect(batch.packets.count == 1 || batch.packets.reduce(0) { $0 + $1.bytes.count } <= maxBytes)
            }
        }
    }

    @Test("says where a packet lies in the stream", arguments: ["gnu-gnu", "python-pax"])
    func locations(name: String) throws {
        let whole = try tarballs.bytes(name + ".tar")
        for packet in Reading(tarballs.path(name + ".tar.gz")).packets {
            let start = Int(packet.location.byte)
            #expect(whole[start..<(start + packet.bytes.count)] == packet.bytes)
        }
        let last = try #require(Reading(tarballs.path(name + ".tar.gz")).packets.first)
        #expect(
            last.location.description
                == "\(tarballs.path(name + ".tar.gz")), member night/000.avro (packet 0, byte \(last.location.byte))")
    }

    @Test func countsWhatIsSkipped() {
        // Three texts and a link; Python's tarball has the folder too, the labelled one its label.
        #expect(Reading(tarballs.path("gnu-gnu.tar")).skipped == 4)
        #expect(Reading(tarballs.path("python-gnu.tar.gz")).skipped == 5)
        #expect(Reading(tarballs.path("gnu-labelled.tar.gz")).skipped == 5)
    }

    @Test func takesNamesForNames() {
        let given = Reading(tarballs.path("tricks.tar.gz")).given
        #expect(given.map(\.member) == ["../../../../tmp/evil.avro", "/etc/passwd.avro", "a/./b//c.avro"])
        #expect(given.map { String(decoding: $0.bytes.dropFirst(4), as: UTF8.self) } == ["evil", "abs", "dots"])
    }

    @Test("an empty tarball has no packets and no fault", arguments: ["empty.tar", "empty.tar.gz"])
    func empty(name: String) {
        let reading = Reading(tarballs.path(name))
        #expect(reading.error == nil)
        #expect(reading.packets.isEmpty)
    }

    @Test("reports a sparse file as a problem, and continues after it", arguments: ["sparse-gnu", "sparse-posix"])
    func sparse(name: String) throws {
        let reading = Reading(tarballs.path(name + ".tar"))
        #expect(reading.error == nil)
        #expect(reading.packets.map(\.location.member) == ["night/000.avro", "holes.avro", "night/001.avro"])
        #expect(reading.packets.map(\.problem) == [nil, .sparse, nil])
        #expect(reading.given.filter { !$0.bytes.isEmpty } == (try tarballs.packets(name)))
    }

    @Test func readsTarballsAndMembersInARow() throws {
        let one = try tarballs.bytes("gnu-gnu.tar.gz")
        let two = try tarballs.bytes("python-pax.tar.gz")
        let expected = try tarballs.packets("gnu-gnu") + tarballs.packets("python-pax")
        let joined = try Temporary(one + two)
        #expect(Reading(joined).given == expected)
        #expect(Reading(joined).error == nil)
        // One tarball in many gzip members, as pigz or bgzip write it.
        let plain = try tarballs.bytes("gnu-gnu.tar")
        var pieces: [UInt8] = []
        for start in stride(from: 0, to: plain.count, by: 7_001) {
            pieces += try Gzip.compress(plain[start..<min(start + 7_001, plain.count)])
        }
        #expect(Reading(try Temporary(pieces)).given == (try tarballs.packets("gnu-gnu")))
    }

    @Test("returns all whole packets before a cut, then its position", arguments: [".tar", ".tar.gz"])
    func cuts(ending: String) throws {
        let whole = try tarballs.bytes("gnu-gnu" + ending)
        let expected = try tarballs.packets("gnu-gnu")
        // The data end where the last member does; behind it is only the end mark, which must not lack either.
        let last = try #require(Reading(tarballs.path("gnu-gnu.tar")).packets.last).location
        let end = ending == ".tar" ? Int(last.byte) + 512 : whole.count
        for count in stride(from: 1_024, to: end, by: 1_993) {
            let cut = try Temporary(Array(whole[..<count]))
            let reading = Reading(cut, maxPackets: 4)
            let error = try #require(reading.error)
            #expect(error.code == .truncated)
            #expect(error.packets == reading.packets.count)
            #expect(error.last == reading.packets.last?.location)
            #expect(expected.starts(with: reading.given))
            if ending == ".tar" {
                let fitting = Reading(tarballs.path("gnu-gnu.tar")).packets
                    .filter { Int($0.location.byte) + $0.bytes.count <= count }
                #expect(reading.packets.count == fitting.count)
                #expect(error.byte == Int64(count))
            }
        }
    }

    @Test func cutsSayWhatWasLast() throws {
        let whole = try tarballs.bytes("gnu-gnu.tar")
        let cut = try Temporary(Array(whole[..<50_000]), name: "night.tar")
        let error = try #require(Reading(cut).error)
        #expect(
            error.description
                == "\(cut.path): cut off in a member at byte 50000, after 6 whole packets, the last of them night/005.avro"
        )
    }

    @Test("survives every kind of damage", arguments: 0..<300)
    func flips(seed: Int) throws {
        var bytes = try tarballs.bytes("gnu-posix.tar.gz")
        let bit = (seed * 7_919 * 613) % (bytes.count * 8)
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        let reading = Reading(try Temporary(bytes))
        // Time, flags for the compressor, system: nothing depends on them.
        let isHeaderTime = (4..<10).contains(bit / 8)
        #expect(reading.error != nil || isHeaderTime)
        #expect(reading.packets.count <= 30)
    }

    @Test("survives damage of the tarball itself", arguments: 0..<300)
    func plainFlips(seed: Int) throws {
        var bytes = try tarballs.bytes("gnu-posix.tar")
        for step in 0..<(1 + seed % 5) { bytes[(seed * 1_543 + step * 7_001) % bytes.count] ^= UInt8(1 + seed % 255) }
        let reading = Reading(try Temporary(bytes), maxPackets: 2)
        #expect(reading.packets.count <= 30)
    }

    @Test func stopsAtAWrongChecksum() throws {
        let good = tarMember("a.avro", [0x4f, 0x62, 0x6a, 1])
        var bad = tarMember("b.avro", [0x4f, 0x62, 0x6a, 1])
        bad[0] = 0x63
        let reading = Reading(try Temporary(good + bad + tarEnd))
        #expect(reading.given.map(\.member) == ["a.avro"])
        #expect(reading.error?.code == .damaged)
        #expect(reading.error?.byte == 1_024)
    }

    @Test("does not believe a claimed size")
    func claims() throws {
        let octal = Array("77777777777\0".utf8)  // 8 GiB
        let base256: [UInt8] = [0x80, 0, 0, 0, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]  // 2^60 - 1
        let good = tarMember("a.avro", [0x4f, 0x62, 0x6a, 1])
        for field in [octal, base256] {
            let short = Reading(try Temporary(good + tarMember("big.avro", sizeField: field) + tarEnd))
            #expect(short.given.count == 1)
            #expect(short.error?.code == .truncated)
            // Enough of it for a sample: given as a problem, and then the cut is found.
            let data = [UInt8](repeating: 7, count: 100_000)
            let long = Reading(try Temporary(good + tarMember("big.avro", sizeField: field, data: data)))
            #expect(long.packets.count == 2)
            #expect(long.packets.last?.bytes.count == 64 << 10)
            #expect(long.error?.code == .truncated)
        }
        for field: [UInt8] in [
            [0x80] + [UInt8](repeating: 0xff, count: 11), [UInt8](repeating: 0xff, count: 12), Array("12x".utf8),
        ] {
            #expect(
                Reading(try Temporary(good + tarMember("b.avro", sizeField: field) + tarEnd)).error?.code
                    == .damaged)
        }
        let header = tarMember("pax", sizeField: octal, kind: 120)
        #expect(Reading(try Temporary(good + header + tarEnd)).error?.code == .damaged)
    }

    @Test(
        "refuses damaged pax records",
        arguments: [
            "x", "5 a=b", "99 path=a\n", "0 \n", "8 size=\n", "11 size=-1\n", "28 size=9999999999999999999\n",
            "9999999999 path=a\n",
        ])
    func pax(records: String) throws {
        let bytes =
            tarMember("pax", Array(records.utf8), kind: 120) + tarMember("a.avro", [0x4f, 0x62, 0x6a, 1]) + tarEnd
        #expect(Reading(try Temporary(bytes)).error?.code == .damaged)
    }

    @Test func givesTheStartOfWhatIsTooLong() throws {
        var limits = PacketLimits()
        limits.packetBytes = 50_000
        limits.sampleBytes = 100
        let long = [UInt8](repeating: 9, count: 50_001)
        let fits = [UInt8](repeating: 9, count: 50_000)
        let tar =
            tarMember("a.avro", fits) + tarMember("b.avro", long) + tarMember("c.txt", long) + tarMember("d.avro", fits)
        let reading = Reading(try Temporary(tar + tarEnd), limits: limits)
        #expect(reading.error == nil)
        #expect(reading.packets.map(\.location.member) == ["a.avro", "b.avro", "d.avro"])
        #expect(reading.packets.map(\.problem) == [nil, .tooLong(bytes: 50_001), nil])
        #expect(reading.packets.map(\.bytes.count) == [50_000, 100, 50_000])
        #expect(reading.skipped == 1)
    }

    @Test func findsWhatFollowsTheEnd() throws {
        let tar = tarMember("a.avro", [0x4f, 0x62, 0x6a, 1]) + tarEnd
        #expect(Reading(try Temporary(tar + [UInt8](repeating: 0, count: 9_000))).error == nil)
        let junk = Reading(try Temporary(tar + [UInt8](repeating: 1, count: 512)))
        #expect(junk.given.count == 1)
        #expect(junk.error?.code == .damaged)
        let endless = Reading(try Temporary(Array(tar.dropLast(1_024))))
        #expect(endless.given.count == 1)
        #expect(endless.error?.code == .truncated)
    }
}
