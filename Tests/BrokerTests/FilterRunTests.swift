import Alerts
import Avro
import Broker
import DataLayout
import Filters
import Foundation
import Packets
import Pipeline
import Synchronization
import TestSupport
import Testing

/// Filters of somebody's in a run: each with a stream, rows, and an account.
@Suite struct FilterRunTests {
    private let folder: RunFolder
    private let log = Log()

    private final class Log: Sendable {
        private let text = Mutex<[String]>([])
        var lines: [String] { text.withLock { $0 } }
        func add(_ line: String) { text.withLock { $0.append(line) } }
    }

    private static let bright = "SELECT magpsf < 19 AS is_bright, fid = 1 AS is_green FROM alert"
    /// More steps than a filter may take, but on an alert with a short history.
    private static let endless = """
        SELECT (SELECT count(*) FROM detections a, detections b, detections c, detections d, detections e, detections f)
        > 0 AS is_seen FROM alert
        """

    init() throws {
        folder = try RunFolder()
        for (candid, magpsf) in [(1, 18.0), (2, 18.5), (3, 21.0)] { try write(candid, magpsf) }
    }

    private func write(_ candid: Int, _ magpsf: Double, to night: String = "night", past: Int = 1) throws {
        var packet = SmallPacket(candid: Int64(candid))
        packet.objectId = "ZTF24aaaaa\(candid)"
        packet.magpsf = Float(magpsf)
        packet.past = (0..<past).map { number in
            SmallPacket.Past(
                jd: packet.jd - 3 - Double(number), candid: Int64(candid * 100 + number), magpsf: 19, isdiffpos: "t")
        }
        try folder.write(packet.container(), to: "\(night)/\(candid).avro")
    }

    private func write(filter name: String, _ sql: String) throws {
        try folder.write(Array(sql.utf8), to: "filters/ztf/\(name).sql")
    }

    private func library(
        _ change: (inout FilterLibrary.Options) -> Void = { _ in }
    ) throws(FilterError) -> FilterLibrary {
        var options = FilterLibrary.Options(FilterFolder(folder.folder.file("filters")))
        options.log = { [log] in log.add($0) }
        change(&options)
        return try FilterLibrary(options)
    }

    private func run(_ library: FilterLibrary, night: String = "night") throws -> Report {
        var options = Run.Options(folder: folder.data, sources: [try Source.local(folder.folder.file(night))])
        options.filters = library
        return try Run(options).run().report
    }

    private func messages(of topic: Topic) throws -> [String] {
        let reader = try TopicReader(OpenFolder(folder.data), topic: topic)
        var messages: [String] = []
        while let message = try reader.next() {
            var line: [UInt8] = []
            _ = try AvroJSON.append(message.body, schema: message.schema, to: &line)
            messages.append(String(decoding: line, as: UTF8.self))
        }
        return messages
    }

    @Test("a filter has a stream, rows, and counts by cut") func products() throws {
        try write(filter: "bright", Self.bright)
        let report = try run(library())
        let counts = try #require(report.filters["ztf_bright"])
        #expect(counts.judged == 3 && counts.passed == 2 && counts.rejected == ["is_bright": 1])
        let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
        #expect(json.contains(#""bright":{"#), "\(json)")
        let messages = try messages(of: Topic(.ztf, .filter("bright")))
        #expect(messages.count == 2 && messages.allSatisfy { !$0.contains("cutoutScience") })
        #expect(
            try folder.query("SELECT candid, filter, objectId, night FROM ztf_passes ORDER BY candid")
                == [["1", "bright", "ZTF24aaaaa1", "20240915"], ["2", "bright", "ZTF24aaaaa2", "20240915"]])
    }

    @Test("the ledger says which version judged which alerts, and keeps its text") func versions() throws {
        try write(filter: "bright", Self.bright)
        _ = try run(library())
        let second = "SELECT magpsf < 22 AS is_there FROM alert"
        try write(filter: "bright", second)
        try write(4, 20, to: "later")
        _ = try run(library(), night: "later")
        // The same again changes nothing.
        _ = try run(library(), night: "later")
        #expect(
            try folder.query(
                "SELECT judged, passed, version = (SELECT min(version) FROM filter_ledger) FROM filter_ledger"
            )
            .sorted { $0[0] < $1[0] }.map { Array($0.prefix(2)) } == [["1", "1"], ["3", "2"]])
        #expect(
            try folder.query("SELECT count(DISTINCT version) FROM filter_ledger JOIN filter_versions USING (version)")
                == [["2"]])
        let versions = try OpenFolder(folder.data).filterVersions()
        #expect(Set(versions.map(\.sql)) == [Self.bright, second])
        #expect(
            try versions.allSatisfy {
                try FilterText(name: $0.name, survey: $0.survey, sql: $0.sql, path: "").version == $0.version
            })
    }

    @Test("one that breaks its bounds is switched off, and the others go on") func bounds() throws {
        try write(filter: "bright", Self.bright)
        try write(filter: "endless", Self.endless)
        try write(9, 18, past: 30)
        let report = try run(library())
        #expect(report.filters["ztf_bright"]?.judged == 4 && report.filters["ztf_bright"]?.switchedOff == nil)
        let endless = try #require(report.filters["ztf_endless"])
        #expect(endless.switchedOff == "it took more than 1000000 steps on one alert")
        #expect(endless.judged + endless.broken == 4 && endless.broken >= 1)
        #expect(log.lines.contains("ztf_endless is switched off: it took more than 1000000 steps on one alert"))
        #expect(
            try folder.query("SELECT sum(broken) FROM filter_ledger WHERE filter = 'endless'") == [
                ["\(endless.broken)"]
            ])
    }

    @Test("a folder that changes is read anew; a mistake leaves the filters as they are") func reload() throws {
        try write(filter: "bright", Self.bright)
        let library = try library()
        var pipeline = AlertPipeline(
            filters: library, demandsPurity: false, supernovae: nil, schemaOfID: { _ in .unknown })
        func passed() throws -> [String] {
            let packet = try pipeline.decode(SmallPacket(candid: 1).container()[...], position: 0, member: nil)
            return try #require(packet.alerts.first).judged.passed.map(\.name)
        }
        #expect(try passed() == ["bright"])
        try write(filter: "bright", "SELECT magpsf < 10 AS is_bright FROM alert")
        try write(filter: "green", "SELECT fid = 1 AS is_green FROM alert")
        library.reload()
        #expect(try passed() == ["green"])
        try write(filter: "green", "SELECT fidd = 1 AS is_green FROM alert")
        library.reload()
        library.reload()
        #expect(try passed() == ["green"])
        let complaints = log.lines.filter { $0.hasPrefix("the filters stay as they were") }
        #expect(
            complaints.count == 1 && complaints[0].hasSuffix("no such column: fidd (did you mean fid?)"), "\(log.lines)"
        )
        try FileManager.default.removeItem(atPath: folder.folder.file("filters/ztf/green.sql"))
        library.reload()
        let none = try passed()
        #expect(none.isEmpty && library.generation.all.map(\.name) == ["bright"])
    }

    @Test("an error on one alert counts there alone") func value() throws {
        try write(
            filter: "odd",
            "SELECT abs(CASE WHEN candid = 2 THEN -9223372036854775808 ELSE 1 END) = 1 AS is_one FROM alert")
        let report = try run(library())
        let counts = try #require(report.filters["ztf_odd"])
        #expect(counts.judged == 2 && counts.passed == 2 && counts.broken == 1 && counts.switchedOff == nil)
        #expect(log.lines.contains("ztf_odd cannot judge alert 2: integer overflow"), "\(log.lines)")
    }

    @Test(
        "what cannot be a filter is said, and not left out",
        arguments: ["zft", "ztf/y.SQL", "ztf/y.sql.txt", "ztf/sub"])
    func strays(_ name: String) throws {
        try write(filter: "bright", Self.bright)
        let path = folder.folder.file("filters/\(name)")
        if name.contains(".") {
            try folder.write(Array(Self.bright.utf8), to: "filters/\(name)")
        } else {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let error = #expect(throws: FilterError.self) { try library() }
        #expect(error?.path == path, "\(String(describing: error))")
    }

    @Test("a pipe in the folder is not waited for") func pipe() throws {
        try write(filter: "bright", Self.bright)
        #expect(mkfifo(folder.folder.file("filters/ztf/pipe.sql"), 0o600) == 0)
        #expect(throws: FilterError.self) { try library() }
    }

    @Test("filters of one name of two surveys are apart, and added under the name in the report") func sameName() throws
    {
        let both = FilterCounts.byName(["ztf_x": Self.counts(3, nil), "lsst_x": Self.counts(2, "too long")])
        #expect(both["x"]?.judged == 5 && both["x"]?.switchedOff == "too long" && both.count == 1)
    }

    private static func counts(_ judged: Int, _ reason: String?) -> FilterCounts {
        var counts = FilterCounts()
        (counts.judged, counts.switchedOff) = (judged, reason)
        return counts
    }

    @Test("a folder that is gone leaves the filters as they are, and says so once") func gone() throws {
        try write(filter: "bright", Self.bright)
        let library = try library()
        try FileManager.default.removeItem(atPath: folder.folder.file("filters"))
        library.reload()
        library.reload()
        #expect(library.generation.all.map(\.name) == ["bright"])
        #expect(log.lines.count { $0.contains("there is no folder of filters") } == 1, "\(log.lines)")
    }

    @Test("dead letters that are replayed are judged too") func replayed() throws {
        try write(filter: "bright", Self.bright)
        var packet = SmallPacket(candid: 5)
        packet.magpsf = 18
        try folder.write(ConfluentFrame(schemaID: 4, body: packet.body[...]).bytes, to: "framed.avro")
        var options = Run.Options(folder: folder.data, sources: [try Source.local(folder.folder.file("framed.avro"))])
        options.filters = try library()
        #expect(try Run(options).run().report[.deadLettered] == 1)
        let schema = try AvroSchema.parse(SmallPacket.schema)
        options.schemaOfID = { $0 == 4 ? .found(schema) : .unknown }
        let outcome = try Replay.run(in: HeldFolder(folder.data), options)
        #expect(outcome.waiting == 0 && outcome.report.filters["ztf_bright"]?.passed == 1)
        #expect(try folder.query("SELECT candid FROM ztf_passes") == [["5"]])
        #expect(try folder.query("SELECT judged, passed FROM filter_ledger") == [["1", "1"]])
    }

    @Test("those that read the fit can be live apart from the others, and one survey's alone") func parts() throws {
        try write(filter: "bright", Self.bright)
        try write(filter: "fitted", "SELECT (SELECT success FROM fit) = 1 AS is_fitted FROM alert")
        // Nobody has looked at another survey's.
        try folder.write(Array("SELECT no_such AS is_wrong FROM alert".utf8), to: "filters/lsst/wrong.sql")
        for (part, names) in [
            (.all, ["bright", "fitted"]), (.beforeFit, ["bright"]), (.afterFit, ["fitted"]),
        ] as [(FilterLibrary.Options.Part, [String])] {
            let library = try library { ($0.part, $0.survey) = (part, .ztf) }
            #expect(library.generation.all.map(\.name) == names)
        }
        #expect(throws: FilterError.self) { try self.library() }
        // A mistake counts in each part.
        try write(filter: "fitted", "SELECT (SELECT no_such FROM fit) = 1 AS is_fitted FROM alert")
        #expect(throws: FilterError.self) { try self.library { ($0.part, $0.survey) = (.beforeFit, .ztf) } }
    }

    @Test("a filter of choice says what is fitted") func fitFilter() throws {
        try write(filter: "bright", Self.bright)
        let library = try library { $0.fitFilter = "bright" }
        var options = Run.Options(folder: folder.data, sources: [try Source.local(folder.folder.file("night"))])
        options.filters = library
        options.supernovae = .withoutModels
        let report = try Run(options).run().report
        // Each of the two is too young to be fitted, and says so.
        #expect(report.tallies[.unfitted].values.reduce(0, +) == 2, "\(report.tallies)")
        #expect(throws: FilterError.self) { try self.library { $0.fitFilter = "faint" } }
        try write(filter: "fitted", "SELECT (SELECT success FROM fit) = 1 AS is_fitted FROM alert")
        let circular = #expect(throws: FilterError.self) { try self.library { $0.fitFilter = "fitted" } }
        #expect(circular?.reason == "it chooses what is fitted, and cannot look at the fit")
    }

    @Test(
        "no filter has the name of a stream or table of ours",
        arguments: ["alert_data", "exgalac_trans", "salt2", "passes", "alerts", "detections", "pure", "dead_letters"])
    func names(_ name: String) throws {
        try write(filter: name, Self.bright)
        #expect(throws: FilterError.self) { try library() }
    }

    @Test("those that pass too much do not go live, and all of them are named") func refusal() throws {
        for name in ["bright", "faint", "green"] { try write(filter: name, Self.bright) }
        let error = #expect(throws: FilterError.self) {
            try library { $0.refusal = { $0.name == "faint" ? nil : "passes all" } }
        }
        #expect(
            error?.reason
                == "ztf_bright passes all; ztf_green passes all; --allow-wide bright,green has them go live")
        #expect(try library { $0.refusal = { _ in nil } }.generation.all.count == 3)
    }
}
