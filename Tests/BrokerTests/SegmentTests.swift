import Alerts
import Avro
import Broker
import DataLayout
import Foundation
import Packets
import SQLite
import Simulator
import Pipeline
import TestSupport
import Testing

/// The files of the archive: their names, their bytes, and what is said of them.
@Suite struct SegmentTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult private func run(
        _ sources: [String], data: String, _ change: (inout Run.Options) -> Void = { _ in }
    ) throws -> Report {
        var options = Run.Options(
            folder: folder.file(data), sources: try sources.map { try Source.local(folder.file($0)) })
        change(&options)
        let outcome = try Run(options).run()
        #expect(outcome.failures.isEmpty && outcome.report.addsUp)
        return outcome.report
    }

    /// The files below a folder by their paths.
    private func files(_ top: String, in data: String) throws -> [String: Data] {
        let base = folder.file("\(data)/\(top)")
        var files: [String: Data] = [:]
        for case let name as String in FileManager.default.enumerator(atPath: base) ?? .init() {
            let url = URL(fileURLWithPath: "\(base)/\(name)")
            if try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
                files[name] = try Data(contentsOf: url)
            }
        }
        return files
    }

    private struct Announcement {
        let name: String
        let size: Int64
        let night: Int64
        let alerts: Int64
    }

    private func announcements(_ survey: Survey, in data: String) throws -> [Announcement] {
        let reader = try TopicReader(OpenFolder(folder.file(data)), topic: Topic(survey, .avroBucket))
        var found: [Announcement] = []
        while let message = try reader.next() {
            let value = try AvroValue.decode(message.body, schema: message.schema)
            guard case .string(let name)? = value["objectId"], case .long(let size)? = value["size"],
                case .int(let night)? = value["night"], case .long(let alerts)? = value["alerts"]
            else {
                Issue.record("not an announcement: \(value)")
                continue
            }
            found.append(Announcement(name: name, size: size, night: night, alerts: alerts))
        }
        return found
    }

    /// Each announced file is there with its size and holds its alerts, and each of the archive's is announced once.
    private func expectTrueAnnouncements(in data: String, alerts: Int) throws {
        let announced = try announcements(.ztf, in: data)
        let files = try files("archive", in: data).filter { !$0.key.hasPrefix("received/") }
        #expect(announced.map(\.name).sorted() == files.keys.sorted())
        for announcement in announced {
            let file = try #require(files[announcement.name])
            #expect(file.count == Int(announcement.size))
            #expect(announcement.name.hasPrefix("ztf/\(announcement.night)/"))
            var reader = try ContainerReader(Array(file)[...])
            var records = 0
            while let block = try reader.nextBlock() { records += block.count }
            #expect(records == Int(announcement.alerts), "\(announcement.name)")
        }
        #expect(announced.map(\.alerts).reduce(0, +) == Int64(alerts))
    }

    /// Packets of several nights and schemas, of which some pass the filter and some come compressed.
    private func write(_ name: String, nights: Int, schemas: Int, each: Int) throws {
        var number: Int64 = 0
        for round in 0..<each {
            for schema in 0..<schemas {
                for night in 0..<nights {
                    number += 1
                    var packet = SmallPacket(candid: number)
                    packet.jd += Double(night) + Double(round) / 100
                    packet.past = [
                        SmallPacket.Past(jd: 2_460_560.5, fid: 2, candid: 100_000, magpsf: 19, isdiffpos: "t")
                    ]
                    let bytes = try SmallPacket.container(
                        [packet], codec: number % 5 == 0 ? .deflate : .null, version: "3.\(schema)")
                    try folder.write(bytes, to: "\(name)/\(1_000_000 + number).avro")
                }
            }
        }
    }

    @Test("announcements name the archive's segments, and their counts add up")
    func announcementsAddUp() throws {
        // More nights and schemas than segments may grow at once, each of which comes again after it was closed.
        try write("night", nights: 3, schemas: 20, each: 2)
        let report = try run(["night"], data: "data")
        #expect(report[.stored] == 120 && report[.passedFilter] == 120)
        try expectTrueAnnouncements(in: "data", alerts: 120)
        #expect(try announcements(.ztf, in: "data").count > 60)
        #expect(try announcements(.lsst, in: "data").isEmpty)
        // The same again adds nothing.
        let before = try announcements(.ztf, in: "data").count
        try run(["night"], data: "data")
        #expect(try announcements(.ztf, in: "data").count == before)
    }

    @Test("no segment is open after the end of a run") func closed() throws {
        try write("night", nights: 2, schemas: 2, each: 2)
        try folder.write(Array("no packet".utf8), to: "night/0.avro")
        try run(["night"], data: "data")
        var names: [String] = []
        for top in ["archive", "topics", "dead-letter"] {
            names += try files(top, in: "data").keys.map { "\(top)/\($0)" }
        }
        #expect(
            names.sorted() == [
                "archive/received/00000001.avro", "archive/ztf/20240915/00000001.avro",
                "archive/ztf/20240915/00000002.avro", "archive/ztf/20240916/00000001.avro",
                "archive/ztf/20240916/00000002.avro", "dead-letter/00000001.avro",
                "topics/ztf_alert_avro_bucket/00000001.avro", "topics/ztf_exgalac_trans/00000001.avro",
                "topics/ztf_exgalac_trans/00000002.avro",
            ])
        let database = try Database(path: folder.file("data/nightjar.db"), mode: .readOnly)
        #expect(try database.integer("SELECT count(*) FROM segments WHERE state < 2") == 0)
    }

    @Test("the same sources give the same archive, whatever is computed of them") func sameArchive() throws {
        for (seed, night) in [(UInt64(1), 20_240_915), (2, 20_240_916), (3, 20_240_915)] {
            try SimulatedNight(alerts: 60, seed: seed, night: night).write(
                to: folder.file("\(seed).tar.gz"), truth: nil)
        }
        let sources = ["1.tar.gz", "2.tar.gz", "3.tar.gz"]
        try run(sources, data: "plain")
        try run(sources, data: "fitted") {
            $0.supernovae = SupernovaOptions.withoutModels
            $0.demandsPurity = true
        }
        let expected = try files("archive", in: "plain")
        #expect(expected.keys.sorted() == ["ztf/20240915/00000001.avro", "ztf/20240916/00000001.avro"])
        #expect(try files("archive", in: "fitted") == expected)
        // One night more in the same folder changes nothing of those that are closed.
        try SimulatedNight(alerts: 60, seed: 4, night: 20_240_917).write(to: folder.file("4.tar.gz"), truth: nil)
        try run(["4.tar.gz"], data: "fitted")
        let later = try files("archive", in: "fitted")
        #expect(later.count == 3 && expected.allSatisfy { later[$0.key] == $0.value })
        // A night by itself has the same bytes as beside others.
        try run(["4.tar.gz"], data: "alone")
        let path = "ztf/20240917/00000001.avro"
        #expect(try files("archive", in: "alone") == [path: try #require(later[path])])
    }

    @Test("what a night's segments hold does not depend on how many schemas the streams have")
    func sameArchiveOfManySchemas() throws {
        try write("night", nights: 1, schemas: 50, each: 2)
        try run(["night"], data: "plain")
        try run(["night"], data: "fitted") { $0.supernovae = SupernovaOptions.withoutModels }
        let expected = try files("archive", in: "plain")
        #expect(expected.count > 51)
        #expect(try files("archive", in: "fitted") == expected)
    }
}
