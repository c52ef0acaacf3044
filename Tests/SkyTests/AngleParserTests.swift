import Sky
import Testing

@Suite struct AngleParserTests {
    /// Degrees as astropy 6.1 gives them: `Angle("10h00m00.5s").deg`, `Angle("-20d30m36s").deg`.
    @Test(
        "right ascensions and declinations as people write them",
        arguments: [
            ("150.0020833333", 150.0020833333), ("10:00:00.5", 150.0020833333), ("10h00m00.5s", 150.0020833333),
            ("10 00 00.5", 150.0020833333), ("150d00m07.5s", 150.0020833333), ("10h30m", 157.5), ("360", 360), ("0", 0),
            ("10.5h", 157.5), ("157.5d", 157.5), ("157.5°", 157.5), (".5", 0.5), (".5e1", 5), ("1e2", 100),
        ])
    func rightAscension(text: String, degrees: Double) throws {
        #expect(abs(try #require(AngleParser.rightAscension(text)) - degrees) < 1e-9)
    }

    @Test(
        arguments: [
            ("-20.51", -20.51), ("-20:30:36", -20.51), ("-20d30m36s", -20.51), ("-20°30′36″", -20.51),
            ("\u{2212}20 30 36", -20.51), ("-00:30:00", -0.5), ("+20:00:00", 20), ("90", 90), ("-90:00:00", -90),
            ("-.5e1", -5),
        ])
    func declination(text: String, degrees: Double) throws {
        #expect(abs(try #require(AngleParser.declination(text)) - degrees) < 1e-9)
    }

    @Test(
        "what is no angle",
        arguments: [
            "", "x", "nan", "inf", "400", "24:00:01", "10:60:00", "10:00:60", "10:00:00:00", "10h", "1e9", "--5",
            "0x1p3", ".", "+", "10..5",
        ])
    func noAngle(text: String) {
        #expect(AngleParser.rightAscension(text) == nil && AngleParser.declination("9" + text + ":") == nil)
    }
}
