import Sky
import Testing

@Suite struct WrittenPositionTests {
    /// 10 h 00 min 12.3 s is 150.05125 degrees, 2 degrees 12′ 20″ is 2.2055556.
    @Test(
        "a position in any usual form",
        arguments: [
            "10:00:12.3 +02:12:20", "10h00m12.3s +2d12m20s", "10 00 12.3 +02 12 20", "10 00 12.3 02 12 20",
            "150.05125 2.2055555556", "150.05125, 2.2055555556", "150.05125,+2.2055555556", "150.05125;2.2055555556",
            "150.05125+2.2055555556", "150.05125d 2.2055555556d", "150.05125° +2.2055555556°", "J100012.3+021220",
            "SDSS J100012.3+021220", "J100012.30+021220.0", "10h 00m 12.3s +02° 12′ 20″", "10:00:12.3,+02:12:20",
            "RA 10:00:12.3 Dec +02:12:20", "ra=150.05125 dec=2.2055555556", "(150.05125, 2.2055555556)",
            "10:00:12.3 +02:12:20 J2000", "ICRS 150.05125 + 2.2055555556", "10h00m12.3s+02d12m20s",
            "  150.05125\t2.2055555556  ", "10.00341666667h 2.2055555556",
        ])
    func forms(text: String) throws {
        let written = try #require(WrittenPosition(text))
        #expect(abs(written.position.ra - 150.05125) < 1e-8 && abs(written.position.dec - 2.2055555556) < 1e-8)
    }

    @Test("a sign belongs to the declination, also where it is 0 degrees") func south() throws {
        for text in [
            "10:00:12.3 -00:12:20", "J100012.3-001220", "10 00 12.3 \u{2212}00 12 20", "150.05125-0.2055555556",
        ] {
            let written = try #require(WrittenPosition(text))
            #expect(abs(written.position.dec + 0.2055555556) < 1e-8, "\(text)")
        }
    }

    @Test(
        "it is as good as its last digit",
        arguments: [
            ("150.05 2.2", 360.0), ("150.05125 2.20556", 0.036), ("10:00:12.3 +02:12:20", 1.5), ("J1000+0212", 900),
            ("150 2", 3_600), ("10:00:12.300 +02:12:20.0", 0.1),
        ])
    func uncertainty(text: String, arcsec: Double) throws {
        let written = try #require(WrittenPosition(text))
        #expect(abs(written.uncertainty - arcsec) < 2e-3 * arcsec)
    }

    @Test(
        "what is no position",
        arguments: [
            "", " ", "x", "ZTF24vhjvuvd", "1548252010015010003", "150.05", "150.05 2.2 3", "150.05 91", "361 0",
            "24:00:01 +02:12:20", "10:00:60 +02:12:20", "10 00 12.3 02 12", "J100012.3+0212", "nan nan", "inf 0",
            "1,2,3", "150.05,,2.2", "0x1p3 0x1p3", "-150.05 +2.2", String(repeating: "1", count: 300), "J",
            "J991212+001122", "+-", "170028485706776685",
        ])
    func none(text: String) { #expect(WrittenPosition(text) == nil) }
}
