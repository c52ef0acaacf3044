import Alerts
import DataLayout
import Testing

@Suite struct PlotPathTests {
    private func path(_ objectId: String?) -> String {
        let detection = Detection(
            id: nil, epoch: Epoch(ztfJD: 2_460_570.5), bandpass: nil, ra: nil, dec: nil, brightness: nil,
            isPositive: nil, zeroPoint: nil, realBogus: nil)
        return PlotPath.of(
            Alert(
                survey: .ztf, id: -7, objectId: objectId, detection: detection, catalogueMatch: nil,
                solarSystemMatch: nil, lightCurve: LightCurve(),
                cutouts: Cutouts(science: nil, template: nil, difference: nil), quality: nil))
    }

    /// A name of a file has 255 bytes at most, and neither / nor NUL (POSIX).
    @Test(
        "whatever an object's name, its plot is in a folder of its own below plots",
        arguments: [
            "../../etc", "/etc/passwd", ".", "..", "", "a/b", "a\u{0}b", "\n\u{1B}[31m", "\u{202E}x", "日本語", "%2e%2e",
            "~",
            "-rf", "con:", "a b", String(repeating: "x", count: 10_000), String(repeating: "é", count: 10_000),
        ])
    func names(_ objectId: String) {
        let parts = path(objectId).split(separator: "/", omittingEmptySubsequences: false)
        #expect(parts.count == 3 && parts[0] == "plots" && parts[2] == "-7.png")
        #expect((1...255).contains(parts[1].utf8.count) && parts[1] != "." && parts[1] != "..")
        #expect(
            parts[1].utf8.allSatisfy { byte in
                let letter = Character(UnicodeScalar(byte))
                return letter.isASCII && (letter.isLetter || letter.isNumber) || "-_%".contains(letter)
            })
    }

    @Test func usualNames() {
        #expect(path("ZTF24aaaaaaa") == "plots/ZTF24aaaaaaa/-7.png")
        #expect(path(nil) == "plots/unnamed/-7.png")
    }
}
