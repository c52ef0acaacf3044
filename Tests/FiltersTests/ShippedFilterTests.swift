import Alerts
import Catalogues
import Filters
import Foundation
import TestSupport
import Testing

/// The filters of the folder `filters`, and the surveys' own, with and without the catalogues that they ask.
@Suite struct ShippedFilterTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "filters")
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    /// All filters of a survey that lie in the folder, and its own.
    private static func filters(of survey: Survey) throws -> [FilterText] {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: survey.name).path)
        return try files.filter { $0.hasSuffix(".sql") }.sorted().map { file in
            let path = folder.appending(path: "\(survey.name)/\(file)")
            let sql = try String(contentsOf: path, encoding: .utf8)
            return try FilterText(name: String(file.dropLast(4)), survey: survey, sql: sql, path: path.path)
        }
            + survey.filters.map { name, sql in
                try FilterText(name: name, survey: survey, sql: sql, path: "\(name).sql")
            }
    }

    private static func ownFilter() throws -> FilterText {
        try #require(try filters(of: .lsst).first { $0.name == "extragalactic_transient" })
    }

    private static func alert(of survey: Survey) throws -> DecodedAlert {
        let packet = try survey == .ztf ? SmallPacket(candid: 7).container() : OddPacket(diaSourceId: 2).container()
        var alerts: [DecodedAlert] = []
        var decoder = AlertDecoder()
        try decoder.decode(packet[...]) { alerts.append($0) }
        return try #require(alerts.first)
    }

    /// Each standard catalogue with a source at the packets' place.
    private func catalogues() throws -> [Catalogue] {
        try StandardCatalogue.all.map { standard in
            let names = standard.columns.map(\.name)
            let values = standard.columns.map { $0.kind == .text ? "RR" : "1" }
            let text =
                "\((["ra", "dec"] + names).joined(separator: ","))\n\((["150", "2"] + values).joined(separator: ","))\n"
            try temporary.write(Array(text.utf8), to: "\(standard.name).csv")
            var options = CatalogueBuilder.Options()
            options.isOfAllSky = true
            let path = CatalogueFolder.file(standard.name, in: temporary.path)
            _ = try CatalogueBuilder.build(
                standard.name, from: temporary.file("\(standard.name).csv"), to: path, options)
            return try Catalogue(path: path)
        }
    }

    private func verdicts(_ survey: Survey, _ catalogues: [Catalogue]) throws -> [String: CutVerdicts] {
        let engine = try FilterEngine(survey, catalogues: catalogues)
        let alert = try Self.alert(of: survey)
        var verdicts: [String: CutVerdicts] = [:]
        for text in try Self.filters(of: survey) {
            let filter = try engine.compile(text)
            #expect(filter.uncovered.allSatisfy { _ in survey.filters[text.name] != nil }, "\(text.path)")
            #expect(filter.absent.isEmpty == (!catalogues.isEmpty || filter.catalogues.isEmpty), "\(text.path)")
            verdicts[text.name] = try engine.with(alert) {
                Result { () throws(FilterError) in try engine.verdict(of: filter) }
            }.get()
        }
        return verdicts
    }

    @Test("every shipped filter has a verdict, with and without catalogues", arguments: [Survey.ztf, .lsst])
    func shipped(survey: Survey) throws {
        let without = try verdicts(survey, [])
        #expect(without.count >= 8 && without.values.allSatisfy { $0.count > 1 })
        // Nobody could be asked.
        #expect(without["watch_list"]?[0] == .some(nil))
        let with = try verdicts(survey, catalogues())
        #expect(with["watch_list"]?[0] == true)
        #expect(with.keys == without.keys)
    }

    @Test("LSST's own filter asks the catalogues that are there") func ownFilter() throws {
        let text = try Self.ownFilter()
        let cuts = try FilterEngine(.lsst).compile(text).cuts
        let place = try #require(cuts.firstIndex(of: "no_pointsource_counterpart"))
        #expect(try verdicts(.lsst, [])["extragalactic_transient"]?[place] == true)
        for catalogue in try catalogues() where ["gaia_bright", "lspsc", "ps1", "vsx"].contains(catalogue.name) {
            #expect(
                try verdictsOfOwn(catalogue, place) == false, "a star of \(catalogue.name)")
        }
        // One that does not move, and has no parallax, is none.
        let gaia = try #require(try catalogues().first { $0.name == "gaia" })
        #expect(try verdictsOfOwn(gaia, place) == true)
    }

    private func verdictsOfOwn(_ catalogue: Catalogue, _ place: Int) throws -> Bool? {
        let engine = try FilterEngine(.lsst, catalogues: [catalogue])
        let filter = try engine.compile(try Self.ownFilter())
        #expect(!filter.absent.contains(catalogue.name) && filter.absent.count == 4)
        return try engine.with(try Self.alert(of: .lsst)) {
            Result { () throws(FilterError) in try engine.verdict(of: filter) }
        }.get()[place]
    }

    @Test("a standard catalogue that lacks a column has null in it; another that is not there is a mistake")
    func columns()
        throws
    {
        try temporary.write(Array("ra,dec,parallax\n150,2,1.5\n".utf8), to: "gaia.csv")
        let path = CatalogueFolder.file("gaia", in: temporary.path)
        _ = try CatalogueBuilder.build("gaia", from: temporary.file("gaia.csv"), to: path, .init())
        let engine = try FilterEngine(.ztf, catalogues: [try Catalogue(path: path)])
        func text(_ sql: String) throws -> FilterText {
            try FilterText(name: "mine", survey: .ztf, sql: sql, path: "mine.sql")
        }
        let query = try engine.query(text("SELECT parallax, pmra, parallax_error FROM gaia"))
        let rows = try engine.with(try Self.alert(of: .ztf)) {
            Result { () throws(FilterError) in try query.rows(atMost: 5) }
        }.get()
        #expect(rows == [[.real(1.5), .null, .null]])
        let covers = try engine.query(text("SELECT covers('vsx'), count(*) FROM vsx"))
        let none = try engine.with(try Self.alert(of: .ztf)) {
            Result { () throws(FilterError) in try covers.rows(atMost: 5) }
        }.get()
        #expect(none == [[.integer(0), .integer(0)]])
        #expect(throws: FilterError.self) { try engine.compile(try text("SELECT count(*) > 1 AS a FROM mylist")) }
    }
}
