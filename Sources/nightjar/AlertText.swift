internal import Alerts
internal import Foundation

/// What is known of one alert, for people.
enum AlertText {
    static func lines(_ alert: Alert) -> [String] {
        let source = alert.detection
        var lines = [
            "\(alert.survey.title) alert \(alert.id)" + (alert.objectId.map { " of \($0)" } ?? "")
        ]
        lines.append(
            "time          MJD \(String(format: "%.6f", source.epoch.mjd)) (\(scale(source.epoch.scale))), "
                + "night \(alert.night)")
        if let ra = source.ra, let dec = source.dec {
            lines.append("position      " + position(ra, dec))
        }
        let band = source.bandpass?.name ?? "unknown band"
        lines.append("brightness    " + brightness(source, in: band))
        if let score = source.realBogus {
            lines.append("real          \(String(format: "%.3f", score)) (0 bogus, 1 real)")
        }
        if let match = alert.catalogueMatch {
            let score = match.starScore.map { String(format: ", star score %.2f", $0) } ?? ""
            lines.append("catalogue     nearest source at \(String(format: "%.2f", match.distance)) arcsec" + score)
        }
        if let match = alert.solarSystemMatch {
            let distance = match.distance.map { String(format: " at %.2f arcsec", $0) } ?? ""
            let other = match.isNearest ? "" : "; this source is number \(match.rank ?? 0) by distance from its place"
            lines.append("solar system  \(match.name ?? "unnamed")" + distance + other)
        }
        if alert.dataKind != .survey { lines.append("data          \(alert.dataKind.sentence)") }
        let curve = alert.lightCurve
        lines.append(
            "history       \(curve.detections.count) detections, \(curve.upperLimits.count) upper limits, "
                + "\(curve.forced.count) forced measurements")
        return lines
    }

    static func position(_ ra: Double, _ dec: Double) -> String {
        "ra \(String(format: "%.6f", ra))  dec \(String(format: "%+.6f", dec)) (degrees, ICRS)"
    }

    static func scale(_ scale: Epoch.Scale) -> String {
        switch scale {
        case .utcStart: "UTC, start of the exposure"
        case .taiMiddle: "TAI, middle of the exposure"
        }
    }

    /// How bright a detection is, and which sign it has; with the name of the band where one is given.
    static func brightness(_ source: Detection, in band: String? = nil) -> String {
        let sign =
            source.isPositive.map { $0 ? "brighter than the reference" : "fainter than the reference" }
            ?? "sign unknown"
        let inBand = band.map { " in \($0)" } ?? ""
        switch source.brightness {
        case .magnitude(let magnitude):
            return String(format: "%.3f", magnitude.value) + plusMinus(magnitude.error, "%.3f")
                + " mag\(inBand), \(sign)"
        case .flux(let density):
            return flux((density.nanojansky, density.error)) + "\(inBand), \(sign)"
        case nil: return "none given" + (band.map { ", \($0)" } ?? "")
        }
    }

    /// A flux and its error, nJy.
    static func flux(_ flux: (flux: Double, error: Double?)?) -> String {
        guard let flux else { return "none given" }
        return String(format: "%.1f", flux.flux) + plusMinus(flux.error, "%.1f") + " nJy"
    }

    /// A limit as its survey gives it.
    static func limit(_ limit: Brightness?) -> String {
        switch limit {
        case .magnitude(let magnitude): String(format: "%.3f", magnitude.value) + " mag (5 sigma)"
        case .flux(let noise): String(format: "%.1f", noise.nanojansky) + " nJy (1 sigma)"
        case nil: "none given"
        }
    }

    private static func plusMinus(_ error: Double?, _ format: String) -> String {
        error.map { " ± " + String(format: format, $0) } ?? ""
    }
}

extension DataKind {
    /// What it means.
    var sentence: String {
        switch self {
        case .survey: "survey: observed by the survey's camera"
        case .precursor: "precursor: from before the survey, of another camera, a rehearsal or a sample"
        case .injected: "injected: an artificial source that was put into the image"
        case .withdrawn: "withdrawn: the survey took the source back"
        }
    }
}
