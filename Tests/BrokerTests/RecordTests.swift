import Avro
import Broker
import DataLayout
import Query
import Pipeline
import TestSupport
import Testing

/// A container of many records: what one of them costs the others.
@Suite struct RecordTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// Twenty records of which some have no time.
    private func packets(_ bad: Set<Int64>) -> [OddPacket] {
        (Int64(1)...20).map { number in
            var packet = OddPacket(candid: number)
            if bad.contains(number) { packet.set(.double("jd", .nan)) }
            return packet
        }
    }

    @Test(
        "a record without a usable time is a dead letter of its own, and the others are stored",
        arguments: ContainerCodec.allCases)
    func oneOfMany(codec: ContainerCodec) throws {
        try folder.write(OddPacket.container(packets([4]), codec: codec), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.received] == 20 && report[.stored] == 19 && report[.deadLettered] == 1)
        #expect(try folder.ledger() == [20, 19, 0, 1])
        let letter = try #require(try folder.letters().first)
        #expect(try folder.letters().count == 1 && letter.field == "candidate.jd" && letter.isWhole)
        // Its bytes are a packet of that record alone.
        var reader = try ContainerReader(DataReader([folder.data]).deadLetterPacket(letter.id))
        let block = try #require(try reader.nextBlock())
        #expect(block.count == 1 && Array(block.data) == packets([4])[3].body)
        // Nothing has changed: nothing is freed, and nothing counts twice.
        let replayed = try folder.replay()
        #expect(replayed.report[.received] == 0 && replayed.waiting == 1)
        let again = try folder.run("a.avro")
        #expect(again[.duplicates] == 19 && again[.deadLettered] == 1)
        #expect(try folder.letters().count == 1)
        #expect(try folder.ledger() == [20, 19, 0, 1])
    }

    @Test("a record that was compressed a hundredfold is not stored inflated", arguments: ["deflate", "zstandard"])
    func packed(codec: String) throws {
        let codec = try #require(ContainerCodec(rawValue: codec))
        var random = SeededGenerator(seed: 1)
        let noise = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        var packets = packets([4])
        for index in packets.indices {
            let image = index == 3 ? noise + [UInt8](repeating: 0, count: 8 << 20) : []
            packets[index].top.append(OddPacket.Field("image", #""bytes""#) { $0.bytes(image) })
        }
        let container = try OddPacket.container(packets, codec: codec)
        try folder.write(container, to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 19 && report[.deadLettered] == 1)
        let letter = try #require(try folder.letters().first)
        #expect(letter.isWhole && letter.size < 6 * container.count, "\(letter.size) of \(container.count) bytes")
        var reader = try ContainerReader(DataReader([folder.data]).deadLetterPacket(letter.id))
        let block = try #require(try reader.nextBlock())
        #expect(block.count == 1 && Array(block.data) == packets[3].body)
        let replayed = try folder.replay()
        #expect(replayed.report[.received] == 0 && replayed.waiting == 1)
        #expect(try folder.run("a.avro")[.duplicates] == 19)
        #expect(try folder.letters().count == 1)
    }

    @Test("each of several records is a letter")
    func several() throws {
        try folder.write(OddPacket.container(packets([1, 2, 20])), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.received] == 20 && report[.stored] == 17 && report[.deadLettered] == 3)
        #expect(try folder.letters().count == 3)
        #expect(try folder.ledger() == [20, 17, 0, 3])
    }

    @Test("text that is not UTF-8 affects only its record")
    func text() throws {
        var bad = OddPacket(candid: 2)
        bad.top[0] = OddPacket.Field("objectId", #""string""#) { $0.bytes([0xFF, 0xFE]) }
        try folder.write(OddPacket.container([OddPacket(candid: 1), bad, OddPacket(candid: 3)]), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.received] == 3 && report[.stored] == 2 && report[.deadLettered] == 1)
        #expect(try folder.letters().map(\.field) == ["objectId"])
    }

    /// Blocks of one container, of which the second is changed.
    private func blocks(_ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
        let encoder = ContainerEncoder(schema: OddPacket(candid: 1).schema.utf8, sync: SyncMarker(low: 3, high: 4))
        var file = encoder.header
        for block in 0..<3 {
            let records = (1...3).map { OddPacket(candid: Int64(3 * block + $0)).body }
            var bytes: [UInt8] = []
            try encoder.block(count: 3, data: records.flatMap { $0 }[...], into: &bytes)
            if block == 1 { change(&bytes) }
            file += bytes
        }
        return file
    }

    @Test("a time that strict readers cannot represent affects only its record, and is reported")
    func time() throws {
        let packets = (Int64(1)...3).map { number in
            var packet = OddPacket(candid: number)
            packet.top.append(
                OddPacket.Field("timestamp", #"{"type": "long", "logicalType": "timestamp-micros"}"#) {
                    $0.long(number == 2 ? .min : number)
                })
            return packet
        }
        try folder.write(OddPacket.container(packets), to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.received] == 3 && report[.stored] == 2 && report[.deadLettered] == 1)
        let letter = try #require(try folder.letters().first)
        #expect(letter.code == "damaged" && letter.field == "timestamp")
        #expect(
            letter.reason.hasPrefix("invalidLogicalValue in timestamp at byte 14: -9223372036854775808 is no"))
        #expect(try folder.replay().waiting == 1)
    }

    @Test("damage within a block ends that block, and the next is read")
    func damagedRecord() throws {
        // The second record's name begins with its length, here of more bytes than there are.
        let second = 3 + OddPacket(candid: 1).body.count
        try folder.write(
            blocks {
                $0[second] = 0x7E; $0[second + 1] = 0xFF
            }, to: "a.avro")
        let report = try folder.run("a.avro")
        #expect(report[.stored] == 7 && report[.deadLettered] == 1)
        #expect(
            try folder.query("SELECT group_concat(candid) FROM (SELECT candid FROM ztf_alerts ORDER BY 1)") == [
                ["1,2,3,4,7,8,9"]
            ])
        #expect(try folder.letters().first?.reason.contains("the 2 records from there on") == true)
        #expect(try folder.replay().waiting == 1)
        #expect(try folder.ledger() == [8, 7, 0, 1])
    }

    @Test("a block without its end loses only itself", arguments: ["marker", "length"])
    func damagedBlock(what: String) throws {
        try folder.write(
            blocks { if what == "marker" { $0[$0.count - 1] ^= 1 } else { $0[1] = 0x02; $0[2] = 0x02 } }, to: "a.avro")
        let report = try folder.run("a.avro")
        // Without its marker the block's end is the next one's.
        let stored = what == "marker" ? "1,2,3" : "1,2,3,7,8,9"
        #expect(
            try folder.query("SELECT group_concat(candid) FROM (SELECT candid FROM ztf_alerts ORDER BY 1)") == [
                [stored]
            ])
        #expect(report[.deadLettered] == 1)
        #expect(try folder.letters().count == 1)
        #expect(try folder.run("a.avro")[.duplicates] == report[.stored])
        #expect(try folder.letters().count == 1)
    }

    @Test("bad records of a large schema do not fill the disk: beyond sixteen times the packet its rest is one letter")
    func amplification() throws {
        var packets = packets(Set(1...20))
        let wide = (0..<1_000).map { OddPacket.Field.null("a_long_name_for_a_field_that_is_null_\($0)") }
        for index in packets.indices { packets[index].top += wide }
        for number in 21...40 {
            var packet = OddPacket(candid: Int64(number))
            packet.top += wide
            packets.append(packet)
        }
        let container = try OddPacket.container(packets)
        try folder.write(container, to: "a.avro")
        let report = try folder.run("a.avro")
        let letters = try folder.letters()
        #expect(letters.reduce(0) { $0 + $1.size } <= 18 * container.count)
        #expect(letters.count == report[.deadLettered] && report[.deadLettered] < 21)
        // The sound ones behind are in the last letter, which is a packet with bounds of its own.
        #expect(try folder.replay().report[.stored] + report[.stored] == 20)
    }
}
