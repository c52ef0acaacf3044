import Catalogues
import Foundation
import Sky
import TestSupport
import Testing

/// Catalogues made of tables. Expected: brute force over the table's own rows.
@Suite struct CatalogueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func catalogue(
        _ text: String, _ change: (inout CatalogueBuilder.Options) -> Void = { _ in }
    ) throws -> Catalogue {
        try folder.write(Array(text.utf8), to: "table.csv")
        var options = CatalogueBuilder.Options()
        change(&options)
        let path = CatalogueFolder.file("mine", in: folder.path)
        _ = try CatalogueBuilder.build("mine", from: folder.file("table.csv"), to: path, options)
        return try Catalogue(path: path)
    }

    @Test("matches are those of brute force, at the poles and at 0 h too") func bruteForce() throws {
        var random = SeededGenerator(seed: 5)
        func position() -> SkyPosition {
            let ra = Double.random(in: 0..<360, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return SkyPosition(ra: ra, dec: 90 - Double.random(in: 0..<0.02, using: &random))
            case 1: return SkyPosition(ra: ra, dec: Double.random(in: 0..<0.02, using: &random) - 90)
            case 2:
                return SkyPosition(
                    ra: (359.99 + Double.random(in: 0..<0.02, using: &random)).truncatingRemainder(dividingBy: 360),
                    dec: Double.random(in: 29.99..<30.01, using: &random))
            default: return SkyPosition(ra: ra, dec: asin(Double.random(in: -1...1, using: &random)) * 180 / .pi)
            }
        }
        let sources = (0..<4_000).map { _ in position() }
        let rows = sources.enumerated().map { "\($0),\($1.ra),\($1.dec)" }
        let catalogue = try catalogue((["number,ra,dec"] + rows).joined(separator: "\n") + "\n")
        #expect(catalogue.count == 4_000)
        var found = 0
        for radius in [2.0, 20, 600] {
            for _ in 0..<300 {
                let place = position()
                let expected = sources.indices.filter { place.separation(from: sources[$0]) <= radius }
                let matches = catalogue.matches(place, within: radius)
                let numbers = matches.map { catalogue.value($0.source, 0) }
                #expect(Set(numbers) == Set(expected.map { .integer(Int64($0)) }))
                #expect(matches.map(\.distance) == matches.map(\.distance).sorted())
                found += expected.count
            }
        }
        #expect(found > 500)
    }

    @Test("values keep their kinds; what is not there is null") func values() throws {
        let catalogue = try catalogue(
            #"""
            name,ra,dec,number,magnitude
            "RR Lyr, the ""first""",291.366,42.784,1,7.06
            ,10,10,,

            x,20,-20,9007199254740993,nan
            """#)
        #expect(catalogue.columns.map(\.kind) == [.text, .real, .real, .integer, .real])
        let rr = try #require(catalogue.matches(SkyPosition(ra: 291.366, dec: 42.784)).first?.source)
        #expect(catalogue.value(rr, 0) == .text(#"RR Lyr, the "first""#) && catalogue.value(rr, 4) == .real(7.06))
        let none = try #require(catalogue.matches(SkyPosition(ra: 10, dec: 10)).first?.source)
        #expect([0, 3, 4].allSatisfy { catalogue.value(none, $0) == .null })
        let last = try #require(catalogue.matches(SkyPosition(ra: 20, dec: -20)).first?.source)
        #expect(catalogue.value(last, 3) == .integer(9_007_199_254_740_993) && catalogue.value(last, 4) == .null)
    }

    /// Expected: Avro 1.11, Names: `[A-Za-z_][A-Za-z0-9_]*`; SQL's names are the same in either case.
    @Test("columns have names that SQL and Avro take, each its own; the table's are kept beside them") func names()
        throws
    {
        let header = "ra,dec,B-V,B_V,b v,pm (mas/yr),\u{e9},x.y,2MASS,distance,matches,A,a,++"
        let catalogue = try catalogue("\(header)\n1,2,3,4,5,6,7,8,9,10,11,12,13,14\n")
        #expect(
            catalogue.columns.map(\.name) == [
                "ra", "dec", "B_V_2", "B_V", "b_v_3", "pm_mas_yr", "e", "x_y", "_2MASS", "distance_2", "matches_2", "A",
                "a_2", "column",
            ])
        let originals = zip(header.split(separator: ","), catalogue.columns).map { ($0 == $1.name ? nil : String($0)) }
        #expect(catalogue.columns.map(\.original) == originals)
        #expect(catalogue.value(0, 2) == .integer(3) && catalogue.value(0, 12) == .integer(13))
        let long = String(repeating: "x", count: 200)
        #expect(try self.catalogue("ra,dec,\(long)\n1,2,3\n").columns[2].name.count == 128)
    }

    @Test("ECSV and tabs are read") func forms() throws {
        let ecsv = try catalogue("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra}\nra dec z\n10 5 0.1\n")
        #expect(ecsv.matches(SkyPosition(ra: 10, dec: 5)).count == 1)
        let tabs = try catalogue("RAJ2000\tDEJ2000\tz\n10\t5\t0.1\n") { ($0.ra, $0.dec) = ("RAJ2000", "DEJ2000") }
        #expect(tabs.value(0, 2) == .real(0.1))
    }

    private static let ecsv = "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"

    /// Headers as astropy 5.2 writes them, and the same YAML with a key a line.
    @Test(
        "the header of ECSV says units and booleans",
        arguments: [
            (
                "# - {name: ra, unit: rad, datatype: float64}\n# - {name: dec, unit: rad, datatype: float64}\n",
                "the column 'ra' is in rad, and must be in degrees"
            ),
            (
                "# - {name: ra, datatype: float64, description: 'a, b', unit: hourangle}\n",
                "the column 'ra' is in hourangle, and must be in degrees"
            ),
            ("# - name: dec\n#   unit: arcmin\n", "the column 'dec' is in arcmin, and must be in degrees"),
            (
                "# - {name: pmra, unit: arcsec / yr, datatype: float64}\n",
                "the column 'pmra' is in arcsec/yr, and must be in mas/yr"
            ),
            ("# - {name: flag, datatype: bool}\n# meta: {x: 1}\n", "line 8: 'x' is no boolean of 'flag'"),
        ])
    func ecsvMistakes(header: String, reason: String) throws {
        let error = #expect(throws: CatalogueError.self) {
            try catalogue(Self.ecsv + header + "ra,dec,pmra,pmdec,flag\n1,2,3,4,x\n") {
                ($0.motion, $0.epoch) = (("pmra", "pmdec"), 2016)
            }
        }
        #expect(error?.reason == reason)
    }

    @Test("ECSV in the right units is read, its booleans as 1 and 0") func ecsv() throws {
        let header = """
            # - {name: ra, unit: deg, datatype: float64, description: "it's, \\"right\\" ascension",
            #   meta: !!omap [{a: '{'}]}
            # - {name: dec, unit: deg, datatype: float64}
            # - {name: pmra, unit: mas / yr, datatype: float64}
            # - {name: pmdec, unit: 'mas / yr', datatype: float64}
            # - {name: flag, datatype: bool}
            # schema: astropy-2.0

            """
        let catalogue = try catalogue(
            Self.ecsv + header + "ra,dec,pmra,pmdec,flag\n1,2,3,4,True\n1,2.1,3,4,False\n1,2.2,3,4,\n"
        ) { ($0.motion, $0.epoch) = (("pmra", "pmdec"), 2016) }
        #expect(catalogue.columns[4].kind == .integer && catalogue.hasMotion)
        #expect((0..<3).map { catalogue.value($0, 4) } == [.integer(1), .integer(0), .null])
    }

    /// Barnard's star, Gaia DR3 (2016.0): astropy's `apply_space_motion` to 2026.0 gives 269.4487037, 4.7681 (no parallax).
    @Test("sources move to the alert's year") func motion() throws {
        let star = "ra,dec,pmra,pmdec\n269.44850252543836,4.739420051112412,-801.551,10362.394\n"
        let catalogue = try catalogue(star) { ($0.motion, $0.epoch) = (("pmra", "pmdec"), 2016) }
        #expect(catalogue.hasMotion && catalogue.matches(SkyPosition(ra: 269.4485025, dec: 4.7394201)).count == 1)
        let later = SkyPosition(
            ra: 269.44850252543836 - 8.01551 / 3600 / cos(4.7538 * .pi / 180), dec: 4.739420051112412 + 103.62394 / 3600
        )
        let match = try #require(catalogue.matches(later, within: 1, year: 2026).first)
        #expect(match.distance < 0.05)
        #expect(catalogue.matches(later, within: 1, year: 2016).isEmpty)
        // Over the pole in a straight line.
        let polar = try self.catalogue("ra,dec,pmra,pmdec\n0,89.9999,0,1000\n") {
            ($0.motion, $0.epoch) = (("pmra", "pmdec"), 2000)
        }
        #expect(
            try #require(polar.matches(SkyPosition(ra: 180, dec: 89.9999), within: 2, year: 2000.72).first).distance
                < 0.01)
    }

    @Test("what is covered is what has sources, or all of the sky") func coverage() throws {
        let rows = (0..<2_000).map { "\(100 + Double($0 % 50) / 10),\(Double($0 / 50) / 10)" }
        let text = (["ra,dec"] + rows).joined(separator: "\n")
        let part = try catalogue(text)
        #expect(part.covers(SkyPosition(ra: 102, dec: 2)) && !part.covers(SkyPosition(ra: 280, dec: 2)))
        #expect(!part.covers(SkyPosition(ra: 102, dec: -60)))
        #expect(try catalogue(text) { $0.isOfAllSky = true }.covers(SkyPosition(ra: 280, dec: 2)))
    }

    @Test(
        "what is wrong with a table is said",
        arguments: [
            ("", "has no header"), ("a,b\n1,2\n", "has no column 'ra'; it has a, b"),
            ("ra,dec\n1\n", "line 2 has 1 values, and the header 2"),
            ("ra,dec\n", "has no row with a position in degrees"),
            ("ra,dec\n12 34 56,-10\n", "has no row with a position in degrees"),
            ("ra,dec,ra\n1,2,3\n", "the header names a column twice, or not at all"),
            (
                "ra,dec,n\n1,2,x\n1,2,\"open\n3,4,y\n",
                "line 3 has a quote that is not closed; a value has no line break, and a row is a line"
            ),
            (
                "ra,\"dec\n",
                "the header has a quote that is not closed; a value has no line break, and a row is a line"
            ),
            ("ra,dec\r1,2\r3,4\r", "its lines end in CR alone: let them end in LF"),
            ("r\0a\0,\0d\0e\0c\0\n\0", "is no text in UTF-8: its header has bytes of 0"),
        ])
    func mistakes(text: String, reason: String) throws {
        let error = #expect(throws: CatalogueError.self) { try catalogue(text) }
        #expect(error?.reason == reason)
        #expect(!FileManager.default.fileExists(atPath: CatalogueFolder.file("mine", in: folder.path) + ".part"))
    }

    @Test("a table in UTF-16, and a pipe, are refused with the reason") func kinds() throws {
        func reason(_ path: String) -> String? {
            #expect(throws: CatalogueError.self) {
                _ = try CatalogueBuilder.build("mine", from: path, to: folder.file("mine.catalogue"), .init())
            }?.reason
        }
        for text in [Array("\u{feff}ra,dec\n1,2\n".utf16), Array("\u{feff}ra,dec\n".utf16.map(\.byteSwapped))] {
            try folder.write(text.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }, to: "table.csv")
            #expect(reason(folder.file("table.csv")) == "is text in UTF-16: write it in UTF-8")
        }
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        #expect(reason(folder.file("pipe"))?.hasPrefix("is no regular file") == true)
        #expect(reason(folder.path)?.hasPrefix("is no regular file") == true)
    }

    @Test("a byte order mark of UTF-8 is no part of a name, and a quote within a value none of its marks") func marks()
        throws
    {
        let catalogue = try catalogue("\u{feff}ra,dec,size,name\r\n1,2,5\" wide, \"a, b\"\r\n")
        #expect(catalogue.columns.map(\.name) == ["ra", "dec", "size", "name"])
        #expect(catalogue.value(0, 2) == .text("5\" wide") && catalogue.value(0, 3) == .text("a, b"))
    }

    @Test("a file that is cut or is none is refused") func damaged() throws {
        let catalogue = try catalogue("ra,dec\n1,2\n")
        #expect(catalogue.count == 1)
        let path = CatalogueFolder.file("mine", in: folder.path)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        for some in [Array(bytes.dropLast()), Array(bytes.prefix(40)), Array("nothing".utf8), bytes + [0]] {
            try folder.write(some, to: "other.catalogue")
            #expect(throws: CatalogueError.self) { try Catalogue(path: folder.file("other.catalogue")) }
        }
        #expect(throws: CatalogueError.self) { try Catalogue(path: folder.file("none")) }
    }

    @Test("a folder that is not there, that is a file, or has two catalogues of one name, is an error that says so")
    func folders() throws {
        _ = try catalogue("ra,dec\n1,2\n")
        #expect(try CatalogueFolder.all(in: folder.path).map(\.name) == ["mine"])
        func reason(_ name: String) -> String {
            #expect(throws: CatalogueError.self) { try CatalogueFolder.all(in: folder.file(name)) }?.description ?? ""
        }
        #expect(reason("nowhere") == "\(folder.file("nowhere")): there is no such folder of catalogues")
        #expect(reason("table.csv") == "\(folder.file("table.csv")): is no folder of catalogues")
        try FileManager.default.copyItem(atPath: folder.file("mine.catalogue"), toPath: folder.file("copy.catalogue"))
        let twice = reason("")
        #expect(["mine.catalogue", "copy.catalogue"].allSatisfy(twice.contains), "\(twice)")
    }
}
