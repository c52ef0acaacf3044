import Broker
import Foundation
import Testing
import TestSupport

@Suite struct RedshiftTests {
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

    @Test(
        "a bad line is named",
        arguments: [
            ("name,z\n", "line 1: the header"), ("objectId,z\na,0.1\nb,much\n", "line 3: no redshift"),
            ("ra,dec,z\n400,1,0.1\n", "line 2: no place"), ("ra,dec,z\n,,0.1\n", "line 2: neither"), ("", "no header"),
        ]) func badLines(_ text: String, _ words: String) throws
    {
        do {
            _ = try catalogue(text)
            Issue.record("it was read")
        } catch let error as BrokerError {
            #expect(error.description.contains(words) && error.description.contains("z.csv"))
        }
    }

    @Test func missingFile() throws {
        #expect(throws: BrokerError.self) { try RedshiftCatalogue(path: folder.file("none.csv")) }
    }
}
