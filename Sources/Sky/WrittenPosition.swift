internal import Foundation

/// A position as people write it, in ICRS: degrees, sexagesimal in the usual forms, or in the name of a source.
///
/// `150.05 2.2`, `150.05, +2.2`, `10:00:12.3 +02:12:20`, `10h00m12.3s +2d12m20s`, `10 00 12.3 +02 12 20`,
/// `J100012.3+021220`, `SDSS J1000+0212`; `RA` and `Dec`, `J2000` and brackets may stand around them.
package struct WrittenPosition: Sendable, Hashable {
    /// What is written.
    package let position: SkyPosition
    /// How far the position may be from what was meant, arcsec: one in the last digit that is written.
    package let uncertainty: Double

    /// Bytes of a text that is looked at.
    private static let longest = 256

    /// - Returns: `nil` for what is no position.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let plain = text.replacing("\u{2212}", with: "-")
            .replacing(/(?:^|\s)(?:J2000(?:\.0)?|ICRS|FK5)(?=\s|$)/.ignoresCase(), with: "")
            .replacing(/^[\s(\[]*(?:ra\b\s*[:=]?)?\s*/.ignoresCase(), with: "")
            .replacing(/[\s,;]+dec?l?\b\.?\s*[:=]?\s*/.ignoresCase(), with: ", ")
            .replacing(/[\s)\]]+$/, with: "")
        guard let (ra, dec) = Self.ofName(plain) ?? Self.ofHalves(plain) else { return nil }
        position = SkyPosition(ra: ra.degrees, dec: dec.degrees)
        uncertainty = 3_600 * max(ra.step * cos(dec.degrees * .pi / 180), dec.step)
    }

    private typealias Angles = (ra: AngleParser.Angle, dec: AngleParser.Angle)

    /// Hours and degrees without anything between their digits, behind a J.
    private static func ofName(_ text: String) -> Angles? {
        let pattern =
            /(?:[A-Za-z0-9-]{1,16}[\s_]?)?J\s?(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?)?\s?([+-])(\d\d)(\d\d)(\d\d(?:\.\d{1,6})?)?/
        guard let match = text.wholeMatch(of: pattern), (match.3 == nil) == (match.7 == nil) else { return nil }
        func joined(_ parts: [Substring?]) -> String {
            parts.compactMap { $0.map { String($0) } }.joined(separator: ":")
        }
        return angles(joined([match.1, match.2, match.3]), match.4 + joined([match.5, match.6, match.7]))
    }

    private static func ofHalves(_ text: String) -> Angles? {
        let separated = text.split(separator: /[,;]/, omittingEmptySubsequences: false)
        if separated.count > 1 {
            return separated.count == 2 ? angles(String(separated[0]), String(separated[1])) : nil
        }
        // The declination's sign is the last one.
        if let sign = text.indices.dropFirst().last(where: { text[$0] == "+" || text[$0] == "-" }) {
            let declination = text[text.index(after: sign)...].drop(while: \.isWhitespace)
            return angles(String(text[..<sign]), "\(text[sign])\(declination)")
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard [2, 4, 6].contains(words.count) else { return nil }
        let half = words.count / 2
        return angles(words[..<half].joined(separator: " "), words[half...].joined(separator: " "))
    }

    private static func angles(_ ra: String, _ dec: String) -> Angles? {
        guard let ra = AngleParser.rightAscension(of: ra.trimmingCharacters(in: .whitespaces)),
            let dec = AngleParser.declination(of: dec.trimmingCharacters(in: .whitespaces))
        else { return nil }
        return (ra, dec)
    }
}
