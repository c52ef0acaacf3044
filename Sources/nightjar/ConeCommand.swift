internal import Alerts
internal import Broker
internal import Foundation

/// `nightjar cone RA DEC RADIUS --data DIR`
enum ConeCommand {
    static func run(_ words: some Sequence<String>) throws {
        // A southern declination is no option.
        let southern = words.map { word in
            Double(word) != nil && word.hasPrefix("-") ? "\u{2212}" + word.dropFirst() : word
        }
        let call = try Invocation(southern, withValue: ["data", "survey"])
        let folder = try call.required("data", "DIR, the data folder,")
        let numbers = call.operands.compactMap { Double($0.replacing("\u{2212}", with: "-")) }
        guard numbers.count == 3, call.operands.count == 3 else {
            throw UsageError("say RA and DEC in degrees and RADIUS in arcsec")
        }
        let (ra, dec, radius) = (numbers[0], numbers[1], numbers[2])
        guard (0...360).contains(ra), (-90...90).contains(dec), (0...648_000).contains(radius) else {
            throw UsageError("RA is 0 to 360 degrees, DEC -90 to 90, RADIUS 0 to 648000 arcsec")
        }
        var surveys = Survey.allCases
        if let name = call.options["survey"] {
            guard let survey = Survey(rawValue: name) else { throw UsageError("--survey is ztf or lsst") }
            surveys = [survey]
        }
        for survey in surveys {
            for match in try ConeSearch.matches(in: folder, survey: survey, ra: ra, dec: dec, radius: radius) {
                try Terminal.say(
                    String(
                        format: "%@  %@  %.6f  ra %.6f  dec %+.6f  %.3f arcsec", String(match.id) as NSString,
                        (match.objectId ?? "-") as NSString, match.time, match.ra, match.dec, match.distance))
            }
        }
    }
}
