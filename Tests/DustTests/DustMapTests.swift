import Dust
import Foundation
import Testing
import TestSupport

@Suite struct DustMapTests {
    private static let side = 64
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A small map of the layout of SFD's, whose pixels follow a formula.
    private func write(_ name: String, sense: Int, base: Double, cards extra: [String] = [], cut: Int = 0) throws {
        let side = Self.side
        func card(_ text: String) -> String { text.padding(toLength: 80, withPad: " ", startingAt: 0) }
        var header = [
            "SIMPLE  =                    T", "BITPIX  =                  -32", "NAXIS   =                    2",
            "NAXIS1  =                   \(side)", "NAXIS2  =                   \(side)",
            "CRPIX1  =                 32.5",
            "CRPIX2  =                 32.5",
        ]
        header += extra.isEmpty ? ["LAM_NSGP=                   \(sense)", "LAM_SCAL=                   32"] : extra
        header.append("END")
        var bytes = Array(header.map(card).joined().utf8)
        while bytes.count % 2880 != 0 { bytes.append(UInt8(ascii: " ")) }
        for row in 0..<side {
            for column in 0..<side {
                let value =
                    0.05 + 0.001 * Double(column) + 0.0007 * Double(row) + 0.00001 * Double(row * column) + base
                withUnsafeBytes(of: Float(value).bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        while bytes.count % 2880 != 0 { bytes.append(0) }
        try folder.write(Array(bytes.dropLast(cut)), to: name)
    }

    private func writeBoth() throws {
        try write(DustMap.fileNames[0], sense: 1, base: 0)
        try write(DustMap.fileNames[1], sense: -1, base: 0.1)
    }

    /// Expected values: sfdmap2 0.2.2 with scaling 1 on the same two maps.
    @Test func readsAsSFDMapDoes() throws {
        try writeBoth()
        let map = try DustMap(folder: folder.path)
        let expected: [(ra: Double, dec: Double, ebv: Double)] = [
            (150.0, 2.0, 0.114384316), (0.0, 0.0, 0.223377438), (192.85948, 27.12825, 0.113472501),
            (266.4, -28.9, 0.154873757), (12.0, -27.0, 0.213980440), (83.6, 22.0, 0.171992110),
            (300.0, 60.0, 0.084032075), (359.999, -89.0, 0.207972297), (45.0, 89.9, 0.078984476),
            (10.0, 41.0, 0.215828661),
        ]
        for place in expected {
            let value = try #require(map.reddening(ra: place.ra, dec: place.dec))
            #expect(abs(value - place.ebv) < 1e-6, "\(place) \(value)")
        }
        #expect(map.reddening(ra: .nan, dec: 0) == nil && map.reddening(ra: 0, dec: 91) == nil)
    }

    @Test func saysWhatIsWrongWithAMap() throws {
        func detail() -> String {
            do throws(DustError) {
                _ = try DustMap(folder: folder.path)
                return "no error"
            } catch { return error.description }
        }
        #expect(detail().contains("SFD_dust_4096_ngp.fits: this dust map is not there"))
        try writeBoth()
        try write(DustMap.fileNames[1], sense: 1, base: 0)
        #expect(detail().contains("the map of the other hemisphere"))
        try write(DustMap.fileNames[1], sense: -1, base: 0, cut: 9_000)
        #expect(detail().contains("SFD_dust_4096_sgp.fits: "))
        #expect(detail().contains("cut") || detail().contains("no FITS file"))
        try write(DustMap.fileNames[1], sense: -1, base: 0, cards: ["LAM_NSGP=                   -1"])
        #expect(detail().contains("no number LAM_SCAL"))
        try folder.write(Array("no map".utf8), to: DustMap.fileNames[1])
        #expect(detail().contains("no FITS file"))
    }
}
