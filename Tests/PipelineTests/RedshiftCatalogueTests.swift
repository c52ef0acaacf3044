import Foundation
import Pipeline
import Testing
import TestSupport

@Suite struct RedshiftCatalogueTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func catalogue(_ text: String) throws -> RedshiftCatalogue {
        try folder.write(Array(text.utf8), to: "z.csv")
        return try RedshiftCatalogue(path: folder.file("z.csv"))
    }

    @Test func findsByNameAndByPlace() throws {
        let known = try catalogue(
            "# from somewhere\r\nobjectId,ra,dec,z,note\r\nZTF24aaa,,,0.05,\"a, b\"\r\n\r\n,10.0,-20.0,0.1,\n,10.0003,-20.0,0.2,\n"
        )
        #expect(known.redshift(objectId: "ZTF24aaa", ra: nil, dec: nil) == 0.05)
        #expect(known.redshift(objectId: "ZTF24bbb", ra: 10.00005, dec: -20.0001) == 0.1)
        // 1.08 arcsec off the second at this declination is 1.01 on the sky; 0.02 off.
        #expect(known.redshift(objectId: nil, ra: 10.0003, dec: -20.00001) == 0.2)
        #expect(known.redshift(objectId: nil, ra: 10.0, dec: -20.0006) == nil)
        #expect(known.redshift(objectId: nil, ra: .nan, dec: 0) == nil)
    }

    @Test("places meet across 0 h and at the pole") func seams() throws {
        let known = try catalogue("ra,dec,z\n359.9999,5,0.3\n10,89.9999,0.4\n")
        #expect(known.redshift(objectId: nil, ra: 0.0001, dec: 5) == 0.3)
        #expect(known.redshift(objectId: nil, ra: 190, dec: 89.9999) == 0.4)
    }

    @Test("a row that cannot be used is left out and counted, and the others are read")
    func rowsLeftOut() throws {
        let known = try catalogue(
            """
            \u{FEFF}"objectId",ra,dec,z,note\r
            sound,,,0.1,\r
            sentinel,,,-99,\r
            nan,,,NaN,\r
            infinite,,,inf,\r
            empty,,,,\r
            text,,,unknown,\r
            negative,,,-0.3,\r
            far,,,10,\r
            sound,,,0.2,the same again\r
            ,400,1,0.1,\r
            ,,,0.1,\r
            short\r
            "quoted, by name",10.0,-20.0,"0.3","a, b",more\r
            """)
        #expect(known.redshift(objectId: "sound", ra: nil, dec: nil) == 0.1)
        #expect(known.redshift(objectId: "quoted, by name", ra: nil, dec: nil) == 0.3)
        #expect(known.redshift(objectId: nil, ra: 10, dec: -20) == 0.3)
        for name in ["sentinel", "nan", "infinite", "empty", "text", "negative", "far", "short"] {
            #expect(known.redshift(objectId: name, ra: nil, dec: nil) == nil)
        }
        #expect(known.leftOut.count == 11)
        #expect(
            "\(known.leftOut)" == "11 rows left out: line 3 has no redshift, line 4 has no redshift, "
                + "line 5 has no redshift, line 6 has no redshift, line 7 has no redshift, ...")
        let few = try catalogue("objectId,z\na,0\na,0\nb,x\n")
        #expect("\(few.leftOut)" == "2 rows left out: line 3 repeats an objectId, line 4 has no redshift")
        let places = try catalogue("ra,dec,z\n400,1,0.1\n,,0.1\n1,1,0.1\n")
        #expect(places.count == 1)
        #expect(
            "\(places.leftOut)"
                == "2 rows left out: line 2 has no valid position, line 3 has neither an objectId nor a position")
    }

    @Test(
        "a file without the columns is refused",
        arguments: [
            ("name,z\n", "line 1: the header"), ("objectId;z\na;0.1\n", "line 1: the header"), ("", "no header"),
        ])
    func noColumns(_ text: String, _ words: String) throws {
        do {
            _ = try catalogue(text)
            Issue.record("it was read")
        } catch let error as RedshiftCatalogueError {
            #expect(error.description.contains(words) && error.description.contains("z.csv"))
        }
    }

    @Test func missingFile() throws {
        #expect(throws: RedshiftCatalogueError.self) { try RedshiftCatalogue(path: folder.file("none.csv")) }
    }
}
