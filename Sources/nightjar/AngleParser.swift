/// Parses right ascensions and declinations as people write them.
///
/// `150.0021` and `-20.5` are degrees. `10:00:00.5`, `10h00m00.5s` and `10 00 00.5` are hours of a right ascension;
/// `-20:30:00`, `-20d30m00s`, `-20°30′00″` and `-20 30 00` degrees of a declination. `d` and `h` hold for both.
enum AngleParser {
    /// Degrees, 0 to 360; `nil` for what is no right ascension.
    static func rightAscension(_ text: String) -> Double? {
        parse(text, bareUnit: 15).flatMap { (0...360).contains($0) ? $0 : nil }
    }

    /// Degrees, -90 to 90; `nil` for what is no declination.
    static func declination(_ text: String) -> Double? {
        parse(text, bareUnit: 1).flatMap { (-90...90).contains($0) ? $0 : nil }
    }

    /// - Parameters:
    ///   - text: One angle.
    ///   - bareUnit: Degrees of the first of several numbers, where no letter says what it is.
    /// - Returns: Degrees; `nil` for what is no angle.
    private static func parse(_ text: String, bareUnit: Double) -> Double? {
        // Papers print a minus sign, keyboards have a hyphen.
        let text = text.replacing("\u{2212}", with: "-")
        if let degrees = Double(text) { return degrees.isFinite ? degrees : nil }
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
        return (match.1 == "-" ? -1 : 1) * unit * (whole + minutes / 60 + seconds / 3600)
    }
}
