import Catalogues
import Compression
import Foundation
import Sky
import TestSupport
import Testing

/// Catalogues of FITS and VOTable files. Expected: what astropy reads in them (`tables/make_tables.py`).
@Suite struct CatalogueTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let tables = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "tables")
    private static func path(_ name: String) -> String { tables.appending(path: name).path }
    private static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    private func catalogue(
        _ path: String, _ change: (inout CatalogueBuilder.Options) -> Void = { _ in }
    ) throws -> (catalogue: Catalogue, made: CatalogueBuilder.Outcome) {
        var options = CatalogueBuilder.Options()
        change(&options)
        let made = try CatalogueBuilder.build("mine", from: path, to: folder.file("mine.catalogue"), options)
        return (try Catalogue(path: folder.file("mine.catalogue")), made)
    }

    /// A catalogue of a changed text.
    private func mistake(_ bytes: [UInt8], _ name: String) throws -> String {
        try folder.write(bytes, to: name)
        let error = #expect(throws: CatalogueError.self) { try catalogue(folder.file(name)) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("mine.catalogue")))
        #expect(error?.path == folder.file(name))
        return error?.reason ?? ""
    }

    /// The rows of `expected.csv`.
    private static func expected() throws -> [[String]] {
        let lines = String(decoding: try bytes("expected.csv"), as: UTF8.self).split(separator: "\n")
        return lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } }
    }

    @Test(
        "every value is what astropy reads",
        arguments: ["binary.fits", "tabledata.vot", "tabledata.vot.gz", "binary.vot", "binary2.vot"])
    func values(name: String) throws {
        let (catalogue, made) = try catalogue(Self.path(name))
        let rows = try Self.expected()
        #expect(catalogue.columns.map(\.name) == rows[0] && made.sources == 50 && made.skipped == 0)
        #expect(
            catalogue.columns.map(\.kind) == [.integer, .real, .real, .text, .integer, .real, .integer, .real, .real])
        #expect(made.leftOut == ["colors", "wave"])
        for row in rows.dropFirst() {
            let place = SkyPosition(ra: try #require(Double(row[1])), dec: try #require(Double(row[2])))
            let source = try #require(catalogue.matches(place, within: 0.001).first?.source)
            for (number, column) in catalogue.columns.enumerated() {
                let value: CatalogueValue? =
                    switch column.kind {
                    case _ where row[number].isEmpty: .null
                    case .integer: Int64(row[number]).map { .integer($0) }
                    case .real: Double(row[number]).map { .real($0) }
                    case .text: .text(row[number])
                    }
                #expect(catalogue.value(source, number) == value, "\(column.name) of \(row)")
            }
        }
    }

    @Test("an ASCII table of FITS is read too") func ascii() throws {
        let (catalogue, _) = try catalogue(Self.path("ascii.fits")) { $0.columns = ["id", "name"] }
        let row = try Self.expected()[2]
        let place = SkyPosition(ra: try #require(Double(row[1])), dec: try #require(Double(row[2])))
        let source = try #require(catalogue.matches(place, within: 0.001).first?.source)
        #expect(catalogue.value(source, 0) == .integer(740_994) && catalogue.value(source, 1) == .text(row[3]))
    }

    @Test("proper motions of a FITS file move its sources", arguments: ["binary.fits", "binary2.vot"]) func motion(
        name: String
    ) throws {
        let (catalogue, _) = try catalogue(Self.path(name)) { ($0.motion, $0.epoch) = (("pmra", "pmdec"), 2016) }
        #expect(catalogue.hasMotion)
        let row = try Self.expected()[1]
        let (dec, pmdec) = (try #require(Double(row[2])), try #require(Double(row[8])))
        let moved = SkyPosition(ra: try #require(Double(row[1])), dec: dec + pmdec * 10 / 3.6e6)
        let match = try #require(catalogue.matches(moved, within: 5, year: 2026).first)
        // What is left is the motion in right ascension.
        let east = try #require(Double(row[7])) / 100
        #expect(abs(match.distance - abs(east)) < 1e-4)
    }

    // MARK: - What is wrong

    @Test("a FITS file that is cut, or has other units or columns, is refused with the reason") func fits() throws {
        let bytes = try Self.bytes("binary.fits")
        #expect(try mistake(Array(bytes.prefix(bytes.count - 2_880 * 2)), "cut.fits").hasPrefix("the file ends before"))
        #expect(try mistake(Array(bytes.prefix(4_000)), "head.fits").contains("has a header without an end"))
        #expect(try mistake(Array(bytes.prefix(2_880)), "empty.fits").hasPrefix("it has no table"))
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        func changed(_ old: String, _ new: String) throws -> String {
            let place = try #require(text.range(of: old))
            let offset = text.utf8.distance(from: text.startIndex, to: place.lowerBound)
            var bytes = bytes
            bytes.replaceSubrange(offset..<offset + new.utf8.count, with: Array(new.utf8))
            return try mistake(bytes, "changed.fits")
        }
        #expect(
            try changed("TUNIT2  = 'deg ", "TUNIT2  = 'rad ") == "the column 'ra' is in rad, and must be in degrees")
        #expect(try changed("NAXIS2  =                   50", "NAXIS2  =  9000000000000000000").contains("claims more"))
        #expect(
            try changed("NAXIS2  =                   50", "NAXIS2  =                  500").contains(
                "claims more than the file's"))
        #expect(
            try changed("TFIELDS =                   11", "TFIELDS =             50000000").contains(
                "number of columns"))
        #expect(try changed("NAXIS1  =                   86", "NAXIS1  =                   85").contains("cfitsio"))
        #expect(try changed("TTYPE2  = 'ra ", "TTYPE2  = 'dec'").contains("names a column twice"))
    }

    @Test("hostile FITS headers end in an error, and not the program") func hostile() throws {
        let bytes = try Self.bytes("binary.fits")
        var random = SeededGenerator(seed: 1)
        for _ in 0..<150 {
            var some = bytes
            // The table's header: cards in the second and third block.
            for _ in 0..<3 {
                some[Int.random(in: 2_880..<min(8_640, some.count), using: &random)] = UInt8.random(
                    in: 32...126, using: &random)
            }
            try folder.write(some, to: "any.fits")
            do { _ = try catalogue(folder.file("any.fits")) } catch is CatalogueError {}
        }
    }

    @Test(
        "damaged VOTables end in an error or a catalogue, and not the program",
        arguments: ["binary.vot", "binary2.vot"])
    func hostileVOTables(name: String) throws {
        let bytes = try Self.bytes(name)
        var random = SeededGenerator(seed: 2)
        for _ in 0..<150 {
            var some = bytes
            for _ in 0..<3 {
                some[Int.random(in: some.indices, using: &random)] = UInt8.random(in: 32...126, using: &random)
            }
            try folder.write(some, to: "any.vot")
            do { _ = try catalogue(folder.file("any.vot")) } catch is CatalogueError {}
        }
    }

    @Test(
        "what is wrong with a VOTable is said with line and row",
        arguments: [
            ("</TR>", "<TD>1</TD></TR>", "line 32: row 1 has more than the table's 11 values"),
            ("<TD>9007199254740993</TD>", "<TD>x</TD>", "row 1: 'x' is no value of 'id'"),
            ("</TABLEDATA>", "<TR></TR></TABLEDATA>", "row 51 has 0 values, and the table 11 fields"),
            ("datatype=\"long\"", "datatype=\"longer\"", "the field 'id' has a type or a length that no field has"),
            ("<TABLEDATA>", "<FITS/><TABLEDATA>", "its rows are a FITS file: use that"),
            ("<VOTABLE", "<!DOCTYPE x [<!ENTITY y 'z'>]><VOTABLE", "it declares entities of its own"),
            ("unit=\"deg\"", "unit=\"h\"", "the column 'ra' is in h, and must be in degrees"),
            ("</TABLEDATA>", "", "mismatched tag"), ("name=\"ra\"", "name=\"dec\"", "names a column twice"),
        ])
    func voTable(old: String, new: String, reason: String) throws {
        let text = String(decoding: try Self.bytes("tabledata.vot"), as: UTF8.self)
        let place = try #require(text.range(of: old))
        let said = try mistake(Array(text.replacingCharacters(in: place, with: new).utf8), "changed.vot")
        #expect(said.contains(reason), "\(said)")
    }

    @Test("a VOTable's bytes that are cut or damaged are refused", arguments: ["binary.vot", "binary2.vot"])
    func bytes(name: String) throws {
        let text = String(decoding: try Self.bytes(name), as: UTF8.self)
        let begin = try #require(text.range(of: "base64\">")).upperBound
        let end = try #require(text.range(of: "</STREAM>")).lowerBound
        func stream(_ letters: some StringProtocol) throws -> String {
            try mistake(Array((text[..<begin] + letters + text[end...]).utf8), name)
        }
        let letters = text[begin..<end].filter { !$0.isWhitespace }
        #expect(try stream(letters.prefix(400)).contains("the rows end within row"))
        #expect(try stream(letters.prefix(401)).contains("the rows end within row"))
        #expect(try stream("?" + letters).contains("row 1: the rows are no base64"))
        let counted = text.replacing("arraysize=\"11\"", with: "arraysize=\"*\"")
        #expect(try mistake(Array(counted.utf8), name).contains("row 1: 'name' has a length that no field has"))
        #expect(try mistake(Array(text.prefix(2_000).utf8), name).contains("no XML"))
    }

    @Test("gzip that is cut and Parquet are refused") func others() throws {
        let bytes = try Self.bytes("tabledata.vot.gz")
        #expect(try mistake(Array(bytes.dropLast(9)), "cut.vot.gz").contains("cut off"))
        let zipped = try Gzip.compress(try Self.bytes("binary.fits")[...])
        #expect(try mistake(zipped, "binary.fits.gz") == "is a FITS file in gzip: gunzip it first")
        #expect(try mistake(Array("PAR1 PAR1".utf8), "some.parquet").contains("scripts/parquet-to-table"))
    }
}
