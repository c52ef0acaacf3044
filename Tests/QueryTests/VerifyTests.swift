import Alerts
import Avro
import DataLayout
import Foundation
import Query
import Pipeline
import SQLite
import TestSupport
import Testing

@testable import Broker

/// What is damaged in a folder is found, and nothing else is.
@Suite struct VerifyTests {
    private let folders: DataFolders

    init() throws {
        folders = try DataFolders()
        try folders.run(
            [
                Self.packet(1).container(), Self.packet(2, day: 1).container(codec: .deflate),
                SmallPacket.container([Self.packet(3), Self.packet(4)]), Self.packet(3).container(),
                Array("no packet".utf8),
            ], into: "a")
    }

    private static func packet(_ candid: Int64, day: Double = 0) -> SmallPacket {
        var packet = SmallPacket(candid: candid)
        packet.jd += day
        packet.image = Array(repeating: 7, count: 400)
        packet.past = [SmallPacket.Past(jd: packet.jd - 3, fid: 2, candid: 100, magpsf: 19, isdiffpos: "t")]
        return packet
    }

    private func verify(packets: Bool = true) throws -> FolderVerification {
        try folders.reader("a").verify(wantsPackets: packets)[0]
    }

    private func kinds() throws -> Set<FolderDamage.Kind> { Set(try verify().damages.first.map(\.kind)) }

    private func file(_ path: String) -> URL { URL(filePath: "\(folders.path("a"))/\(path)") }

    private static let segment = "archive/ztf/20240915/00000001.avro"

    @Test("a sound folder has no damage") func sound() throws {
        // A subscriber's offset is no segment.
        try Subscription(folder: folders.path("a"), topic: Topic(.ztf, .alertData), subscriber: "one").save(2)
        let verdict = try verify()
        #expect(verdict.isSound, "\(verdict.damages.first)")
        #expect(verdict.packets == 5 && verdict.unchecked == 0 && verdict.records >= 10 && verdict.bytes > 1_000)
        let json = String(decoding: try JSONEncoder().encode(verdict), as: UTF8.self)
        #expect(json.contains("\"damaged\":0") && json.contains("\"damages\":[]"))
        #expect(try verify(packets: false).packets == 0)
    }

    @Test("a bit that is flipped anywhere in a segment is found, in its file") func flipped() throws {
        let url = file(Self.segment)
        let sound = try Data(contentsOf: url)
        for index in stride(from: 0, to: sound.count, by: 61) {
            var bytes = sound
            bytes[index] ^= 1 << UInt8(index % 8)
            try bytes.write(to: url)
            let verdict = try verify(packets: false)
            #expect(verdict.damages.count == 1 && verdict.damages.first[0].path == Self.segment, "byte \(index)")
            let kind = verdict.damages.first[0].kind
            #expect(kind == .header || kind == .record && verdict.damages.first[0].topic == "ztf_alert_data")
        }
    }

    @Test("a file that was cut, lengthened, removed or added is found") func files() throws {
        let url = file(Self.segment)
        let sound = try Data(contentsOf: url)
        try sound.dropLast(10).write(to: url)
        #expect(try kinds() == [.fileSize, .record])
        try (sound + [0]).write(to: url)
        #expect(try kinds() == [.fileSize])
        try FileManager.default.removeItem(at: url)
        let missing = try verify(packets: false).damages
        #expect(
            missing.count == 1 && missing.first[0].kind == .missingFile && missing.first[0].detail.contains("3 records")
        )
        try sound.write(to: url)
        try sound.write(to: file("archive/ztf/20240915/00000009.avro"))
        let unknown = try verify().damages
        #expect(unknown.count == 1 && unknown.first[0].kind == .unknownFile)
        #expect(unknown.first[0].path == "archive/ztf/20240915/00000009.avro")
    }

    @Test("what is no regular file is named, and the rest is read", arguments: ["pipe", "folder", "loop"])
    func noFile(kind: String) throws {
        let url = file(Self.segment)
        try FileManager.default.removeItem(at: url)
        switch kind {
        case "pipe": #expect(mkfifo(url.path, 0o600) == 0)
        case "folder": try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        default: try FileManager.default.createSymbolicLink(at: url, withDestinationURL: url)
        }
        let verdict = try verify()
        #expect(Set(verdict.damages.first.map(\.kind)) == [.missingFile, .record])
        #expect(verdict.damages.first[0].path == Self.segment)
        #expect(verdict.packets == 2 && verdict.segments > 2)
    }

    @Test("a pipe in the database's place is refused") func databasePipe() throws {
        let url = file("nightjar.db")
        try FileManager.default.removeItem(at: url)
        #expect(mkfifo(url.path, 0o600) == 0)
        #expect(throws: BrokerError.self) { try folders.reader("a") }
    }

    @Test("a sound folder of an older layout has no damage") func olderLayouts() throws {
        try folders.change(
            "a",
            """
            DROP INDEX archive_positions; ALTER TABLE archive DROP COLUMN position; DROP TABLE duplicates;
            ALTER TABLE positions DROP COLUMN isComplete; PRAGMA user_version = 4
            """)
        #expect(try verify().damages.first == [])
        try folders.change(
            "a",
            """
            ALTER TABLE archive DROP COLUMN source; DROP TABLE sources; DROP TABLE lsst_limits;
            ALTER TABLE ztf_detections DROP COLUMN alert_candid; PRAGMA user_version = 2
            """)
        #expect(try verify().damages.first == [])
        try folders.change(
            "a",
            """
            DROP TABLE schemas; ALTER TABLE archive DROP COLUMN checksum; ALTER TABLE messages DROP COLUMN checksum;
            PRAGMA user_version = 1
            """)
        let verdict = try verify()
        #expect(verdict.damages.first == [] && verdict.unchecked == verdict.records)
    }

    @Test("a night whose folder is gone is found") func night() throws {
        try FileManager.default.removeItem(at: file("archive/ztf/20240916"))
        let damages = try verify(packets: false).damages
        #expect(damages.first.map(\.path) == ["archive/ztf/20240916/00000001.avro"])
    }

    @Test(
        "rows that no longer agree are found",
        arguments: [
            ("DELETE FROM ztf_alerts WHERE candid = 2", FolderDamage.Kind.table),
            ("DELETE FROM ztf_alerts WHERE night = 20240916", .ledger),
            ("UPDATE ztf_alerts SET candid = 98 WHERE candid = 2", .table),
            ("UPDATE ztf_detections SET alert_candid = 77 WHERE candid = 1", .table),
            ("DELETE FROM archive WHERE id = 2", .index), ("UPDATE archive SET offset = 0 WHERE id = 2", .index),
            ("UPDATE archive SET offset = 900 WHERE id = 2", .index),
            ("UPDATE archive SET checksum = checksum + 1 WHERE id = 1", .record),
            ("UPDATE archive SET source = NULL", .none), ("UPDATE archive SET position = 7 WHERE id = 1", .index),
            ("INSERT INTO duplicates VALUES (9, 0, 'ztf', 1)", .index),
            ("INSERT INTO duplicates VALUES (1, 9, 'ztf', 1)", .index),
            ("UPDATE archive SET envelope = 900 WHERE id = 1", .index),
            ("UPDATE envelopes SET header = x'00' WHERE envelope = 1", .index),
            ("DELETE FROM messages WHERE topic = 'ztf_alert_data' AND offset = 1", .index),
            ("DELETE FROM messages WHERE topic = 'ztf_exgalac_trans' AND offset = 0", .ledger),
            ("UPDATE messages SET position = position + 1 WHERE topic = 'ztf_alert_data' AND offset = 1", .index),
            ("UPDATE messages SET length = -5 WHERE topic = 'ztf_alert_data' AND offset = 1", .record),
            ("UPDATE messages SET segment = 900 WHERE topic = 'ztf_alert_data' AND offset = 1", .index),
            ("DELETE FROM segments WHERE topic = 'ztf_exgalac_trans'", .unknownFile),
            ("UPDATE segments SET records = 9", .index), ("UPDATE ledger SET stored = stored + 1", .ledger),
            ("UPDATE ledger SET received = 9, stored = 9 - duplicates WHERE night = 20240916", .ledger),
            ("DELETE FROM ledger WHERE night = 20240916", .ledger), ("UPDATE ledger SET fitted = 3", .ledger),
            ("UPDATE positions SET position = 0", .ledger), ("DELETE FROM dead_letters", .ledger),
            ("UPDATE dead_letters SET sha256 = 'none'", .record), ("UPDATE archive SET source = 900", .index),
            ("UPDATE schemas SET json = x'7b7d'", .index), ("DELETE FROM segments", .index),
            ("UPDATE segments SET bytes = \(Int64.max)", .fileSize),
            ("UPDATE messages SET position = \(Int64.max - 5)", .record),
            ("UPDATE messages SET position = -5", .record),
            ("UPDATE messages SET offset = \(Int64.max) WHERE offset = 1", .index),
            ("UPDATE ledger SET stored = \(Int64.max)", .ledger),
            ("UPDATE ledger SET fitted = \(Int64.max), deadLettered = \(Int64.max)", .ledger),
        ] as [(String, FolderDamage.Kind?)]) func rows(sql: String, kind: FolderDamage.Kind?) throws
    {
        try folders.change("a", sql)
        let found = try kinds()
        if let kind { #expect(found.contains(kind), "\(found)") } else { #expect(found.isEmpty, "\(found)") }
    }

    @Test("a row that no archived alert has is found") func added() throws {
        let database = try Database(path: "\(folders.path("a"))/nightjar.db", mode: .readWrite)
        let names = try database.columns(of: "ztf_alerts").subtracting(["candid"]).map { "\"\($0)\"" }
        let others = names.joined(separator: ", ")
        try database.execute(
            "INSERT INTO ztf_alerts (candid, \(others)) SELECT 99, \(others) FROM ztf_alerts WHERE candid = 2")
        #expect(try kinds() == [.table])
    }

    @Test("a damaged page of the database is found, and the segments are read all the same") func page() throws {
        let url = file("nightjar.db")
        try folders.change("a", "PRAGMA wal_checkpoint(TRUNCATE)")
        let root = try #require(
            try Database(path: url.path, mode: .readOnly).integer(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'ztf_detections'"))
        var bytes = try Data(contentsOf: url)
        let size = Int(bytes[16]) << 8 | Int(bytes[17])
        for index in 0..<size { bytes[(Int(root) - 1) * size + index] = 0xA5 }
        try bytes.write(to: url)
        let verdict = try verify(packets: false)
        #expect(verdict.damages.first.contains { $0.kind == .database })
        #expect(verdict.records >= 10)
    }

    @Test("a folder of several and a stop") func several() throws {
        try folders.run([Self.packet(7).container()], into: "b")
        let reader = try folders.reader("a", "b")
        #expect(try reader.verify().map(\.isSound) == [true, true])
        #expect(try reader.verify(isStopped: { true }).map(\.segments) == [0, 0])
    }
}
