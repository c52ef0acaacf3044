import Alerts
import DataLayout
import SQLite
import TestSupport
import Testing

@testable import Query

/// Lists of what passed filters.
@Suite struct CandidateTests {
    private let folders: DataFolders
    private let ztf: Survey

    /// Two folders with one alert in common: object a has 1, 2 and 3, b has 4, c has 5, and 6 has passed nothing.
    init() throws {
        ztf = try #require(Survey.named("ztf"))
        folders = try DataFolders()
        let first = try [
            Self.packet(1, "ZTF24a", 0, 19), Self.packet(2, "ZTF24a", 1, 18), Self.packet(4, "ZTF24b", 0.1, 17, fid: 1),
            Self.packet(6, "ZTF24b", 0.2, 16),
        ]
        try folders.run(first, into: "a")
        try folders.run([Self.packet(3, "ZTF24a", 2, 18.5), Self.packet(5, "ZTF24c", 0.1, 20), first[0]], into: "b")
        for name in ["a", "b"] {
            try folders.change(
                name,
                """
                UPDATE ztf_alerts SET is_extragalactic_transient = candid <> 6;
                INSERT INTO ztf_passes SELECT candid, 'bright', 'v1', objectId, jd, night FROM ztf_alerts
                WHERE candid IN (1, 2, 4, 6)
                """)
        }
    }

    private static func packet(
        _ candid: Int64, _ object: String, _ day: Double, _ mag: Float, fid: Int32 = 2
    ) throws -> [UInt8] {
        var packet = SmallPacket(candid: candid)
        (packet.objectId, packet.magpsf, packet.fid) = (object, mag, fid)
        packet.jd += day
        return try packet.container()
    }

    private func ids(_ reader: DataReader, _ request: CandidateRequest) throws -> [Int64] {
        var (ids, request): ([Int64], CandidateRequest) = ([], request)
        repeat {
            let page = try reader.candidates(request)
            #expect(page.candidates.count <= request.limit)
            ids += page.candidates.map(\.id)
            request.place = page.last
        } while request.place != nil
        return ids
    }

    @Test("each object's newest, or each alert, in pages of any length", arguments: [1, 2, 3, 10])
    func pages(limit: Int) throws {
        let both = try folders.reader("a", "b")
        var request = CandidateRequest(ztf, .own)
        request.limit = limit
        #expect(try ids(both, request) == [3, 5, 4])
        request.isOneAnObject = false
        #expect(try ids(both, request) == [3, 2, 5, 4, 1])
        request.isDescending = false
        #expect(try ids(both, request) == [1, 4, 5, 2, 3])
        request.source = .filter("bright")
        #expect(try ids(both, request) == [1, 4, 6, 2])
        request.isOneAnObject = true
        #expect(try ids(both, request) == [6, 2])
        request.source = .filter("none")
        #expect(try ids(both, request).isEmpty)
    }

    @Test("sorted by each quantity, and what has none comes last", arguments: CandidateRequest.Sort.allCases)
    func sorted(sort: CandidateRequest.Sort) throws {
        for name in ["a", "b"] {
            try folders.change(
                name,
                "UPDATE ztf_alerts SET ndethist = candid, jdstarthist = jd - candid, drb = 1.0 / candid;"
                    + "UPDATE ztf_alerts SET ndethist = NULL, jdstarthist = NULL, drb = NULL, rb = NULL WHERE candid = 2"
            )
        }
        var request = CandidateRequest(ztf, .own)
        (request.sort, request.isOneAnObject, request.limit) = (sort, false, 2)
        request.isDescending = sort.isDescending
        let expected: [Int64] =
            switch sort {
            case .time: [3, 2, 5, 4, 1]
            case .mag: [4, 2, 3, 1, 5]
            case .score, .age: [1, 3, 4, 5, 2]
            case .detections: [5, 4, 3, 1, 2]
            }
        #expect(try ids(folders.reader("a", "b"), request) == expected)
    }

    @Test("chosen by night, magnitude and band, of which the newest is told") func chosen() throws {
        let both = try folders.reader("b", "a")
        var request = CandidateRequest(ztf, .own)
        request.night = 20_240_915
        #expect(try ids(both, request) == [5, 4, 1])
        request.night = nil
        request.magnitudes = 17.5...18.2
        #expect(try ids(both, request) == [2])
        request.magnitudes = nil
        request.bandpass = "ztfg"
        #expect(try ids(both, request) == [4])
    }

    @Test("a candidate has its curve, its filters and its brightness") func details() throws {
        let page = try folders.reader("a").candidates(CandidateRequest(ztf, .own))
        let newest = try #require(page.candidates.first)
        #expect(
            newest.id == 2 && newest.objectId == "ZTF24a" && newest.bandpass == "ztfr" && newest.night == 20_240_916)
        #expect(newest.filters.map(\.name) == ["extragalactic_transient", "bright"])
        #expect(newest.filters.map(\.version) == [nil, "v1"])
        #expect(newest.detection.map { PointValues($0).mag } == 18)
        #expect(newest.curve.detections.compactMap(\.id) == [1, 2])
        // A magnitude brighter in a day.
        #expect(abs(try #require(newest.rise) - 1) < 1e-6)
        #expect(page.total == 2 && page.last == nil)
        let flux = newest.detection.flatMap { PointValues($0).flux }
        // AB: 18 mag is 10^(0.4 (31.4 - 18)) nJy.
        #expect(abs(try #require(flux) - 229_086.77) < 1)
    }

    @Test("lists go by their indexes, also where an older folder's lack them") func indexes() throws {
        let reader = try folders.reader("a")
        let database = reader.folders[0].database
        let present = try database.columns(of: "ztf_alerts")
        func plan(_ sql: String) throws -> String {
            let query = try database.prepare("EXPLAIN QUERY PLAN " + sql)
            var lines: [String] = []
            while try query.step() { lines.append(query.text(3) ?? "") }
            return lines.joined(separator: "; ")
        }
        var request = CandidateRequest(ztf, .own)
        let byTime = try plan(CandidateSQL(request, present: present).streamSQL)
        #expect(byTime.contains("USING COVERING INDEX ztf_alerts_passed") && !byTime.contains("TEMP"), "\(byTime)")
        #expect(try plan(CandidateSQL(request, present: present).newerSQL).contains("ztf_alerts_object (objectId=?"))
        (request.sort, request.night) = (.mag, 20_240_915)
        let byMag = try plan(CandidateSQL(request, present: present).streamSQL)
        #expect(byMag.contains("USING COVERING INDEX ztf_alerts_passed (jd>? AND jd<?)"), "\(byMag)")
        var ofFilter = CandidateRequest(ztf, .filter("bright"))
        let passes = try plan(CandidateSQL(ofFilter, present: present).streamSQL)
        #expect(passes.contains("ztf_passes_listed (filter=?)") && !passes.contains("TEMP"), "\(passes)")
        #expect(try plan(CandidateSQL(ofFilter, present: present).newerSQL).contains("ztf_passes_object (objectId=?"))
        try folders.change("a", "DROP INDEX ztf_alerts_passed; DROP INDEX ztf_passes_listed")
        let without = try folders.reader("a")
        #expect(try ids(without, CandidateRequest(ztf, .own)) == [2, 4])
        ofFilter.isOneAnObject = false
        #expect(try ids(without, ofFilter) == [2, 6, 4, 1])
        #expect(try without.candidates(CandidateRequest(ztf, .own)).total == nil)
    }
}
