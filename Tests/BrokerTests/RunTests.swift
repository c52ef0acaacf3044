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

@Suite struct RunTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var data: String { folder.file("data") }

    /// Packets of two objects, one seen twice; the first passes the filter.
    private static func packets() -> [SmallPacket] {
        (1...6).map { number in
            var packet = SmallPacket(candid: Int64(number))
            packet.objectId = number % 2 == 0 ? "ZTF24even000" : "ZTF24odd0000"
            packet.jd += Double(number) / 100
            packet.ra += Double(number) / 3600
            packet.past = [
                SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t"),
                SmallPacket.Past(jd: 2_460_561.5),
            ]
            if number > 1 { packet.isdiffpos = "f" }
            return packet
        }
    }

    private func write(_ packets: [SmallPacket], to name: String) throws {
        for packet in packets { try folder.write(packet.container(), to: "\(name)/\(packet.candid).avro") }
    }

    private func run(_ names: String...) throws -> Report {
        let sources = try names.map { try Source.local(folder.file($0)) }
        let outcome = try Run(Run.Options(folder: data, sources: sources)).run()
        #expect(outcome.failures.isEmpty)
        #expect(outcome.report.addsUp)
        return outcome.report
    }

    private func query(_ sql: String) throws -> [[String]] {
        let statement = try Database(path: data + "/nightjar.db", mode: .readOnly).prepare(sql)
        var rows: [[String]] = []
        while try statement.step() { rows.append((0..<statement.columnCount).map { statement.text($0) ?? "-" }) }
        return rows
    }

    @Test func storesEachAlertOnce() throws {
        try write(Self.packets(), to: "night")
        let first = try run("night")
        #expect(first[.received] == 6 && first[.stored] == 6 && first[.archived] == 6 && first[.duplicates] == 0)
        #expect(first[.passedFilter] == 1)
        #expect(first.tallies[.rejected]["is_positive_sub"] == 5)
        #expect(first.nights == [20_240_915: 6])
        let again = try run("night")
        #expect(again[.received] == 6 && again[.stored] == 0 && again[.duplicates] == 6)
        #expect(try query("SELECT count(*) FROM ztf_alerts") == [["6"]])
        // What came again was accounted for when it first came.
        let ledger = try DataReader([data]).ledger().entries.map(\.row)
        #expect(
            ledger.map { $0[.received] } == [6] && ledger.map { $0[.stored] } == [6]
                && ledger.map { $0[.passedFilter] } == [1])
    }

    /// Replaces a file by an alert of the same size.
    private func replace(_ name: String, by candid: Int64, changed: Date) throws {
        try folder.write(SmallPacket(candid: candid).container(), to: name)
        try FileManager.default.setAttributes([.modificationDate: changed], ofItemAtPath: folder.file(name))
    }

    @Test("a folder whose files were replaced by others of the same names and sizes is another source")
    func replacedFolder() throws {
        for candid in [Int64(1), 2] {
            try replace(
                "night/a.avro", by: candid, changed: Date(timeIntervalSince1970: 1_726_400_000 + Double(candid)))
            #expect(try run("night")[.stored] == 1)
            // The same again is the same.
            #expect(try run("night")[.duplicates] == 1)
        }
        let ledger = try DataReader([data]).ledger().entries.map(\.row)
        #expect(ledger.map { $0[.received] } == [1, 1] && ledger.map { $0[.stored] } == [1, 1])
    }

    @Test("the ledger counts new alerts in a source with an unchanged key")
    func disguisedFolder() throws {
        let date = Date(timeIntervalSince1970: 1_726_400_000)
        try replace("night/a.avro", by: 1, changed: date)
        #expect(try run("night")[.stored] == 1)
        try replace("night/a.avro", by: 2, changed: date)
        #expect(try run("night")[.stored] == 1)
        #expect(try run("night")[.duplicates] == 1)
        var bad = try SmallPacket(candid: 3).container()
        bad[bad.count - 1] ^= 1
        try folder.write(bad, to: "night/a.avro")
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.file("night/a.avro"))
        #expect(try run("night")[.deadLettered] == 1)
        let ledger = try DataReader([data]).ledger().entries.map(\.row)
        #expect(ledger.allSatisfy { $0.addsUp })
        #expect(ledger.reduce(0) { $0 + $1[.received] } == 3 && ledger.reduce(0) { $0 + $1[.stored] } == 2)
        #expect(ledger.reduce(0) { $0 + $1[.deadLettered] } == 1 && ledger.reduce(0) { $0 + $1[.duplicates] } == 0)
        #expect(try query("SELECT candid FROM ztf_alerts ORDER BY candid") == [["1"], ["2"]])
    }

    @Test("a batch that is long once inflated is stored whole, and counts once") func inflates() throws {
        var random = SeededGenerator(seed: 7)
        var image: [UInt8] = []
        while image.count < 6 << 20 {
            image += withUnsafeBytes(of: random.next()) { Array($0) } + [UInt8](repeating: 0, count: 56)
        }
        for number in 1...7 {
            var packet = SmallPacket(candid: Int64(number))
            packet.image = image
            try folder.write(packet.container(codec: .deflate), to: "night/\(number).avro")
        }
        let report = try run("night")
        #expect(report[.received] == 7 && report[.stored] == 7)
        let again = try run("night")
        #expect(again[.duplicates] == 7 && again[.stored] == 0)
    }

    @Test("each of many schemas keeps its own columns") func manySchemas() throws {
        for number in 1...150 {
            let packet = SmallPacket(candid: Int64(number))
            let field = "{\"name\": \"x\(number)\", \"type\": \"int\"}"
            let encoder = ContainerEncoder(schema: "\(SmallPacket.schema.dropLast(2)), \(field)]}".utf8)
            var body = BinaryEncoder()
            body.raw(packet.body)
            body.int(Int32(number))
            var file = encoder.header
            try encoder.block(count: 1, data: body.bytes[...], into: &file)
            try folder.write(file, to: "night/\(number).avro")
        }
        #expect(try run("night")[.stored] == 150)
        for number in [1, 2, 64, 65, 129, 150] {
            let row = try query("SELECT candid, x\(number) FROM ztf_alerts WHERE x\(number) IS NOT NULL")
            #expect(row == [["\(number)", "\(number)"]])
        }
    }

    @Test("text that is not UTF-8 is a dead letter in any field, and stays one") func text() throws {
        let sound = try SmallPacket(candid: 1).container()
        let place = try #require(sound.firstRange(of: "candid1.fits.gz".utf8))
        var packet = sound
        packet[place.lowerBound + 3] = 0xFF
        try folder.write(packet, to: "night/a.avro")
        try folder.write(SmallPacket(candid: 2).container(), to: "night/b.avro")
        let report = try run("night")
        #expect(report[.stored] == 1 && report[.deadLettered] == 1)
        let letter = try #require(try DataReader([data]).deadLetters().map(\.letter).first)
        #expect(letter.field == "cutoutScience.fileName")
        #expect(letter.byte == place.lowerBound)
        #expect(letter.reason.hasPrefix("invalidUTF8"))
    }

    @Test func twoSourcesShareAlerts() throws {
        let packets = Self.packets()
        try write(Array(packets[..<4]), to: "first")
        try write(Array(packets[2...]), to: "second")
        let report = try run("first", "second")
        #expect(report[.received] == 8 && report[.stored] == 6 && report[.duplicates] == 2)
        let ledger = try DataReader([data]).ledger().entries.map(\.row)
        #expect(ledger.map { $0[.stored] }.sorted() == [2, 4])
        #expect(ledger.allSatisfy { $0.addsUp })
    }

    @Test("a light curve has each point once") func lightCurve() throws {
        try write(Self.packets(), to: "night")
        _ = try run("night")
        let curve = try query(
            "SELECT fid, candid, magpsf, diffmaglim FROM ztf_detections WHERE objectId = 'ZTF24odd0000' ORDER BY jd")
        #expect(
            curve == [
                ["2", "100", "19.0", "20.5"], ["1", "0", "-", "20.5"], ["1", "1", "18.5", "-"],
                ["1", "3", "18.5", "-"],
                ["1", "5", "18.5", "-"],
            ])
    }

    @Test("a detection replaces an upper limit, in either order", arguments: [false, true])
    func detectionOverLimit(detectionFirst: Bool) throws {
        var limit = SmallPacket(candid: 1)
        limit.past = [SmallPacket.Past(jd: 2_460_560.5)]
        var detection = SmallPacket(candid: 2)
        detection.jd += 0.1
        detection.past = [SmallPacket.Past(jd: 2_460_560.5, candid: 9, magpsf: 19, isdiffpos: "t")]
        let order = detectionFirst ? [detection, limit] : [limit, detection]
        for (index, packet) in order.enumerated() { try folder.write(packet.container(), to: "night/\(index).avro") }
        _ = try run("night")
        #expect(try query("SELECT candid, magpsf FROM ztf_detections WHERE jd = 2460560.5") == [["9", "19.0"]])
    }

    @Test("bad packets do not stop a run and are stored whole") func deadLetters() throws {
        try write(Self.packets(), to: "night")
        let bad: [UInt8] = Array("Obj\u{1}this is no container".utf8)
        try folder.write(bad, to: "night/0-bad.avro")
        try folder.write([], to: "night/3-empty.avro")
        let cut = try SmallPacket(candid: 77).container().dropLast(40)
        try folder.write(cut, to: "night/9-cut.avro")
        let report = try run("night")
        #expect(report[.received] == 9 && report[.stored] == 6 && report[.deadLettered] == 3)
        let letters = try DataReader([data]).deadLetters().map(\.letter)
        #expect(letters.map(\.member) == ["0-bad.avro", "3-empty.avro", "9-cut.avro"])
        #expect(try Array(DataReader([data]).deadLetterPacket(letters[0].id)) == bad)
        #expect(try Array(DataReader([data]).deadLetterPacket(letters[2].id)) == Array(cut))
        #expect(try run("night")[.deadLettered] == 3)
        #expect(try DataReader([data]).deadLetters().map(\.letter).count == 3)
        // Still as bad.
        let replayed = try Replay.run(folder: data, supernovae: nil) { _ in .unknown }
        #expect(replayed.report[.received] == 0 && replayed.waiting == 3)
    }

    @Test("a dead letter is replayed once its schema is available") func replay() throws {
        let frame = ConfluentFrame(schemaID: 4, body: SmallPacket(candid: 5).body[...])
        try folder.write(frame.bytes, to: "night/5.avro")
        try folder.write(SmallPacket(candid: 6).container(), to: "night/6.avro")
        #expect(try run("night")[.deadLettered] == 1)
        let schema = try AvroSchema.parse(SmallPacket.schema)
        let outcome = try Replay.run(folder: data, supernovae: nil) { $0 == 4 ? .found(schema) : .unknown }
        #expect(outcome.report[.stored] == 1 && outcome.waiting == 0)
        #expect(try DataReader([data]).deadLetters().map(\.letter).map(\.state) == ["replayed"])
        let ledger = try DataReader([data]).ledger().entries.map(\.row)
        #expect(ledger.allSatisfy { $0.addsUp })
        #expect(ledger.reduce(0) { $0 + $1[.received] } == 2 && ledger.reduce(0) { $0 + $1[.stored] } == 2)
        #expect(ledger.reduce(0) { $0 + $1[.deadLettered] } == 0)
        // Its bytes come back as they were sent.
        let archive = try OpenFolder(data)
        #expect(try Array(archive.alert(5).received()) == frame.bytes)
    }

    @Test("received packets are restored byte for byte", arguments: ContainerCodec.allCases)
    func originalBytes(codec: ContainerCodec) throws {
        let packets = Self.packets()
        for packet in packets { try folder.write(packet.container(codec: codec), to: "night/\(packet.candid).avro") }
        _ = try run("night")
        let archive = try OpenFolder(data)
        for packet in packets {
            let archived = try archive.alert(packet.candid)
            #expect(try Array(archived.received()) == packet.container(codec: codec))
        }
    }

    @Test("the archive's schema puts null first, and its values are the packet's") func correctedSchema() throws {
        let packet = Self.packets()[0]
        try write([packet], to: "night")
        _ = try run("night")
        let archived = try OpenFolder(data).alert(packet.candid)
        #expect(SchemaCorrection.of(archived.schema) == nil)
        let history = try #require(archived.schema.root.record?.field(named: "prv_candidates"))
        #expect(history.type.nullable?.nullBranch == 0)
        func values(_ body: ArraySlice<UInt8>, _ schema: AvroSchema) throws -> String {
            var line: [UInt8] = []
            try AvroJSON.append(body, schema: schema, to: &line)
            return String(decoding: line, as: UTF8.self)
        }
        let received = try AvroSchema.parse(SmallPacket.schema)
        #expect(try values(archived.body, archived.schema) == values(packet.body[...], received))
    }

    @Test("topics hold their messages in order") func topics() throws {
        try write(Self.packets(), to: "night")
        _ = try run("night")
        func ids(_ topic: Topic, from offset: Int64 = 0) throws -> [Int64] {
            let reader = try TopicReader(OpenFolder(data), topic: topic, from: offset)
            var ids: [Int64] = []
            while let message = try reader.next() {
                var record = ProjectedRecord()
                try Projection(schema: message.schema, columns: ["candid"]).decode(message.body, into: &record)
                ids.append(record.columns[0].long ?? -1)
            }
            return ids
        }
        #expect(try ids(Topic(.ztf, .alertData)) == [1, 2, 3, 4, 5, 6])
        #expect(try ids(Topic(.ztf, .alertData), from: 4) == [5, 6])
        #expect(try ids(Topic(.ztf, .exgalacTrans)) == [1])
        let bucket = try TopicReader(OpenFolder(data), topic: Topic(.ztf, .avroBucket))
        let announcement = try #require(try bucket.next())
        var line: [UInt8] = []
        try AvroJSON.append(announcement.body, schema: announcement.schema, to: &line)
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.contains(#""objectId":"ztf/20240915/00000001.avro""#) && text.contains(#""alerts":6"#))
        #expect(FileManager.default.fileExists(atPath: data + "/archive/ztf/20240915/00000001.avro"))
        #expect(try bucket.next() == nil)
    }

    @Test("a filtered message is the alert without images, with the verdict") func filteredMessage() throws {
        try write([Self.packets()[0]], to: "night")
        _ = try run("night")
        let message = try #require(try TopicReader(OpenFolder(data), topic: Topic(.ztf, .exgalacTrans)).next())
        let fields = try #require(message.schema.root.record?.fields.map(\.name))
        #expect(fields == ["objectId", "candid", "candidate", "prv_candidates"] + FilterVerdict.columns.map(\.name))
        var record = ProjectedRecord()
        let columns = FilterVerdict.columns.map(\.name) + ["candidate.magpsf"]
        try Projection(schema: message.schema, columns: columns).decode(message.body, into: &record)
        #expect(record.columns.map(\.boolean) == [true, true, true, true, true, false, nil])
        #expect(record.columns[6] == .float(18.5))
    }

    @Test("a cone finds what is in it, at 0 h and at the pole too") func cone() throws {
        let places = [(0.0001, 10.0), (359.9999, 10.0), (180.0, 10.0), (10.0, 89.9999), (190.0, 89.9999)]
        for (index, place) in places.enumerated() {
            var packet = SmallPacket(candid: Int64(index))
            (packet.ra, packet.dec) = place
            try folder.write(packet.container(), to: "night/\(index).avro")
        }
        _ = try run("night")
        func ids(_ ra: Double, _ dec: Double, _ radius: Double) throws -> [Int64] {
            try DataReader([data]).cone(survey: .ztf, ra: ra, dec: dec, radius: radius).map(\.id)
        }
        #expect(try ids(0.0001, 10, 2) == [0, 1])
        #expect(try ids(0.0001, 10, 0.5) == [0])
        #expect(try ids(10, 89.9999, 2) == [3, 4])
        #expect(try ids(90, -45, 100) == [])
        #expect(try ids(0, 0, 648_000).count == 5)
    }

    @Test("two runs cannot write to one folder") func lock() throws {
        try write(Self.packets(), to: "night")
        let options = Run.Options(folder: data, sources: [try Source.local(folder.file("night"))])
        var tries = 0
        _ = try Run(options).run(watch: { _ in
            tries += 1
            #expect(throws: BrokerError.self) { _ = try Run(options).run() }
        })
        #expect(tries > 0)
    }

    @Test func refusesAForeignDatabase() throws {
        try write(Self.packets(), to: "night")
        try folder.write(
            Array("this is no database, whatever its name says, and long enough".utf8), to: "data/nightjar.db")
        do {
            _ = try run("night")
            Issue.record("a text was taken for a database")
        } catch let error as BrokerError {
            #expect(error.description.contains("nightjar.db: this is not an SQLite database"))
        }
    }
}
