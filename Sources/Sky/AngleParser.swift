/// Parses right ascensions and declinations as people write them.
///
/// `150.0021` and `-20.5` are degrees. `10:00:00.5`, `10h00m00.5s` and `10 00 00.5` are hours of a right ascension;
/// `-20:30:00`, `-20d30m00s`, `-20°30′00″` and `-20 30 00` degrees of a declination. `d` and `h` hold for both, also behind
/// one number: `10.5h`, `150.05d`.
package enum AngleParser {
    /// Degrees, 0 to 360; `nil` for what is no right ascension.
    package static func rightAscension(_ text: String) -> Double? { rightAscension(of: text)?.degrees }

    /// Degrees, -90 to 90; `nil` for what is no declination.
    package static func declination(_ text: String) -> Double? { declination(of: text)?.degrees }

    /// An angle, and what one more in its last digit is, both in degrees.
    typealias Angle = (degrees: Double, step: Double)

    static func rightAscension(of text: String) -> Angle? {
        parse(text, bareUnit: 15).flatMap { (0...360).contains($0.degrees) ? $0 : nil }
    }

    static func declination(of text: String) -> Angle? {
        parse(text, bareUnit: 1).flatMap { (-90...90).contains($0.degrees) ? $0 : nil }
    }

    /// - Parameters:
    ///   - text: One angle.
    ///   - bareUnit: Degrees of the first of several numbers, where no letter says what it is.
    /// - Returns: `nil` for what is no angle.
    private static func parse(_ text: String, bareUnit: Double) -> Angle? {
        // Papers print a minus sign, keyboards have a hyphen.
        let text = text.replacing("\u{2212}", with: "-")
        if let angle = decimal(text) { return angle }
        let pattern =
            /([+-]?)(\d{1,3})\s*([:hd°\s])\s*(\d{1,2})(?:\s*['′m:\s]\s*(\d{1,2}(?:\.\d*)?))?\s*["″ms'′]?/
        guard let match = text.wholeMatch(of: pattern), let whole = Double(match.2), let minutes = Double(match.4),
            let seconds = Double(match.5 ?? "0"), minutes < 60, seconds < 60
        else { return nil }
        let unit: Double =
            switch match.3 {
            case "h": 15
            case "d", "°": 1
            default: bareUnit
            }
        let degrees = (match.1 == "-" ? -1 : 1) * unit * (whole + minutes / 60 + seconds / 3600)
        return (degrees, unit * (match.5.map { step($0) / 3600 } ?? 1 / 60))
    }

    /// One number: degrees, or hours where it says so.
    private static func decimal(_ text: String) -> Angle? {
        let pattern = /([+-]?(?:\d{1,12}\.?\d{0,30}|\.\d{1,30}))([eE][+-]?\d{1,2})?(?:\s*(h|d|°|deg))?/
        guard let match = text.wholeMatch(of: pattern), let number = Double("\(match.1)\(match.2 ?? "")"),
            let scale = Double("1\(match.2 ?? "")")
        else { return nil }
        // `10h` may be the beginning of more.
        if match.3 == "h", !match.1.contains(".") { return nil }
        let unit: Double = match.3 == "h" ? 15 : 1
        return (unit * number, unit * scale * step(match.1))
    }

    /// One in the last digit of a number.
    private static func step(_ number: Substring) -> Double {
        guard let point = number.firstIndex(of: ".") else { return 1 }
        return number[number.index(after: point)...].reduce(1) { step, _ in step / 10 }
    }
}
