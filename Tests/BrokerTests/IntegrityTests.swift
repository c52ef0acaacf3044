import Alerts
import Avro
import Broker
import DataLayout
import Foundation
import Packets
import Query
import SQLite
import Pipeline
import TestSupport
import Testing

/// What lies on the disk is compared with what was written, whenever it is read.
@Suite struct IntegrityTests {
    private let folder: TemporaryFolder
    private var data: String { folder.file("data") }

    init() throws { folder = try TemporaryFolder() }

    private func run(_ packets: [(name: String, bytes: [UInt8])]) throws {
        for packet in packets { try folder.write(packet.bytes, to: "night/\(packet.name)") }
        let outcome = try Run(Run.Options(folder: data, sources: [try Source.local(folder.file("night"))])).run()
        #expect(outcome.failures.isEmpty && outcome.report.addsUp)
    }

    private static func packet(_ number: Int64) -> SmallPacket {
        var packet = SmallPacket(candid: number)
        packet.image = Array(repeating: 7, count: 40)
        packet.past = [SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t")]
        return packet
    }

    /// One packet of each form in which received bytes are given back, and one that is of no use.
    private static func packets() throws -> [(name: String, bytes: [UInt8])] {
        [
            ("1.avro", try packet(1).container()),
            ("2.avro", try packet(2).container(codec: .deflate)),
            ("3.avro", try SmallPacket.container([packet(3), packet(4)])),
            ("4.avro", ConfluentFrame(schemaID: 4, body: packet(5).body[...]).bytes),
        ]
    }

    private func execute(_ sql: String) throws {
        try Database(path: data + "/nightjar.db", mode: .readWrite).execute(sql)
    }

    /// The bodies of a topic's messages, `nil` for each that is damaged, and how many headers are.
    private func read(_ topic: Topic) throws -> (bodies: [[UInt8]?], headers: Int) {
        let reader = try TopicReader(OpenFolder(data), topic: topic)
        var bodies: [[UInt8]?] = []
        while true {
            do throws(BrokerError) {
                guard let message = try reader.next() else { return (bodies, reader.damagedHeaders.count) }
                bodies.append(Array(message.body))
            } catch {
                guard error.code == .damagedArchive else { throw error }
                #expect(error.description.contains("message \(bodies.count) of \(topic.name)"))
                bodies.append(nil)
            }
        }
    }

    @Test("a flipped bit in any byte of a segment damages one record, or the header, and is reported")
    func everyByte() throws {
        try run([("1.avro", Self.packet(1).container()), ("2.avro", Self.packet(2).container())])
        let topic = Topic(.ztf, .alertData)
        let path = data + "/archive/ztf/20240915/00000001.avro"
        let sound = try Data(contentsOf: URL(fileURLWithPath: path))
        let bodies = try read(topic).bodies
        #expect(bodies.count == 2 && !bodies.contains(nil))
        let places = try Database(path: data + "/nightjar.db", mode: .readOnly).prepare(
            "SELECT position, position + length FROM messages WHERE topic = 'ztf_alert_data' ORDER BY offset")
        var blocks: [Range<Int>] = []
        while try places.step() { blocks.append(Int(places.integer(0))..<Int(places.integer(1))) }
        #expect(blocks.count == 2 && blocks[1].upperBound == sound.count)
        for index in sound.indices {
            var flipped = sound
            flipped[index] ^= 1 << UInt8(index % 8)
            try flipped.write(to: URL(fileURLWithPath: path))
            let found = try read(topic)
            let isHeader = index < blocks[0].lowerBound
            #expect(found.headers == (isHeader ? 1 : 0), "byte \(index)")
            #expect(found.bodies == zip(blocks, bodies).map { $0.contains(index) ? nil : $1 }, "byte \(index)")
        }
    }

    @Test("a flipped bit in the streams, the dead letters and the received packets is reported")
    func otherSegments() throws {
        try run(try Self.packets())
        var random = SeededGenerator(seed: 3)
        func flip(_ path: String, from first: Int = 0, _ work: (Int) throws -> Void) throws {
            let url = URL(fileURLWithPath: "\(data)/\(path)")
            let sound = try Data(contentsOf: url)
            for _ in 0..<40 {
                var flipped = sound
                let index = Int.random(in: first..<sound.count, using: &random)
                flipped[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try flipped.write(to: url)
                try work(index)
            }
            try sound.write(to: url)
        }
        for kind in [StreamKind.exgalacTrans, .avroBucket] {
            let topic = Topic(.ztf, kind)
            try flip("topics/\(topic.name)/00000001.avro") { index in
                let found = try read(topic)
                #expect(found.headers + found.bodies.count { $0 == nil } == 1, "byte \(index) of \(topic.name)")
            }
        }
        // Behind the headers: these are not shown message by message.
        let letter = try #require(try DataReader([data]).deadLetters().map(\.letter).first)
        let letters = try position("dead_letters")
        try flip("dead-letter/00000001.avro", from: letters) { index in
            #expect(throws: BrokerError.self, "byte \(index)") {
                try DataReader([data]).deadLetterPacket(letter.id)
            }
        }
        try flip("archive/received/00000001.avro", from: try position("received")) { index in
            let archive = try OpenFolder(data)
            let archived = try archive.alert(2)
            #expect(throws: BrokerError.self, "byte \(index)") { try archived.received() }
        }
    }

    private func position(_ topic: String) throws -> Int {
        let database = try Database(path: data + "/nightjar.db", mode: .readOnly)
        return Int(try database.integer("SELECT min(position) FROM messages WHERE topic = '\(topic)'") ?? -1)
    }

    @Test("a packet that cannot be restored exactly is refused")
    func receivedBytes() throws {
        try run(try Self.packets())
        let schema = try AvroSchema.parse(SmallPacket.schema)
        #expect(try Replay.run(folder: data, supernovae: nil) { _ in .found(schema) }.waiting == 0)
        func received(_ id: Int64) throws -> [UInt8] {
            let archive = try OpenFolder(data)
            return try Array(archive.alert(id).received())
        }
        let sound = try (1...5).map { try received($0) }
        #expect(sound[0] == (try Self.packet(1).container()))
        // Of a container with several each comes in one of its own.
        let own = try ContainerReader(sound[2][...])
        #expect(own.header.schema.json == schema.json)
        // The sync marker of a container, the number of a frame, the place of a packet.
        for id in [Int64(1), 2, 5] {
            let extra = "SELECT hex(extra) FROM archive WHERE id = \(id)"
            let before = try Database(path: data + "/nightjar.db", mode: .readOnly).text(extra) ?? ""
            let other = String(before.dropLast()) + (before.hasSuffix("1") ? "0" : "1")
            try execute("UPDATE archive SET extra = x'\(other)' WHERE id = \(id)")
            #expect(throws: BrokerError.self, "alert \(id)") { try received(id) }
            try execute("UPDATE archive SET extra = x'\(before)' WHERE id = \(id)")
            #expect(try received(id) == sound[Int(id) - 1])
        }
        for id in [Int64(1), 3, 4, 5] {
            let checksum = try Database(path: data + "/nightjar.db", mode: .readOnly).integer(
                "SELECT checksum FROM archive WHERE id = \(id)")
            try execute("UPDATE archive SET checksum = checksum + 1 WHERE id = \(id)")
            #expect(throws: BrokerError.self, "alert \(id)") { try received(id) }
            try execute("UPDATE archive SET checksum = \(checksum ?? -1) WHERE id = \(id)")
        }
        try execute("UPDATE envelopes SET header = header || x'00'")
        for id in Int64(1)...5 { #expect(throws: BrokerError.self, "alert \(id)") { try received(id) } }
        // What is archived needs nothing of that.
        #expect(try OpenFolder(data).alert(1).isChecked)
    }

    @Test("a damaged dead letter waits, and the others are replayed") func replay() throws {
        let frames = (1...3).map { ConfluentFrame(schemaID: 4, body: Self.packet($0).body[...]).bytes }
        try run(frames.enumerated().map { ("\($0).avro", $1) })
        let url = URL(fileURLWithPath: data + "/dead-letter/00000001.avro")
        var bytes = try Data(contentsOf: url)
        bytes[try position("dead_letters") + 100] ^= 4
        try bytes.write(to: url)
        let schema = try AvroSchema.parse(SmallPacket.schema)
        var complaints: [String] = []
        let outcome = try Replay.run(folder: data, supernovae: nil) { _ in
            .found(schema)
        } complain: {
            complaints.append($0.description)
        }
        #expect(outcome.report[.stored] == 2 && outcome.waiting == 1)
        #expect(complaints.count == 1 && complaints[0].contains("message 0 of dead_letters is damaged"))
    }

    @Test("a folder of layout 1 is read as it is, unchecked, and written to after its upgrade")
    func olderFolder() throws {
        try run([("1.avro", Self.packet(1).container()), ("2.avro", Self.packet(2).container())])
        let bodies = try read(Topic(.ztf, .alertData)).bodies
        // What layout 1 did not have.
        try execute(
            """
            ALTER TABLE messages DROP COLUMN checksum; ALTER TABLE archive DROP COLUMN checksum; DROP TABLE schemas;
            PRAGMA user_version = 1
            """)
        #expect(try read(Topic(.ztf, .alertData)).bodies == bodies)
        let archive = try OpenFolder(data)
        let archived = try archive.alert(1)
        #expect(!archived.isChecked)
        #expect(try Array(archived.received()) == Self.packet(1).container())
        // Its header is known by the schema's fingerprint alone.
        let url = URL(fileURLWithPath: data + "/archive/ztf/20240915/00000001.avro")
        var flipped = try Data(contentsOf: url)
        flipped[200] ^= 1
        try flipped.write(to: url)
        #expect(try read(Topic(.ztf, .alertData)).bodies == [nil, nil])
        try run([("1.avro", Self.packet(1).container()), ("3.avro", Self.packet(3).container())])
        let reader = try TopicReader(OpenFolder(data), topic: Topic(.ztf, .alertData))
        var count = 0
        while try reader.next() != nil { count += 1 }
        #expect(count == 3 && reader.unchecked == 2)
        #expect(try OpenFolder(data).alert(3).isChecked)
        #expect(
            try Database(path: data + "/nightjar.db", mode: .readOnly).integer("PRAGMA user_version")
                == Int64(DatabaseSchema.version))
        // The new segment brought the schema, by which the older one's records are read too.
        let found = try read(Topic(.ztf, .alertData))
        #expect(found.headers == 1 && Array(found.bodies.prefix(2)) == bodies && found.bodies.count == 3)
    }

    @Test("a missing and a cut segment lose only their own messages") func missingSegment() throws {
        try run([("1.avro", Self.packet(1).container()), ("2.avro", Self.packet(2).container())])
        var later = Self.packet(3)
        later.jd += 1
        try run([("3.avro", later.container())])
        let path = data + "/archive/ztf/20240915/00000001.avro"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes.removeLast()
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try read(Topic(.ztf, .alertData)).bodies.map { $0 == nil } == [false, true, false])
        try FileManager.default.removeItem(atPath: path)
        #expect(try read(Topic(.ztf, .alertData)).bodies.map { $0 == nil } == [true, true, false])
    }
}
