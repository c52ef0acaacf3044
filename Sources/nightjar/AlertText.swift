internal import Alerts
internal import Foundation

/// What is known of one alert, for people.
enum AlertText {
    static func lines(_ alert: Alert) -> [String] {
        let source = alert.detection
        var lines = [
            "\(alert.survey.title) alert \(alert.id)" + (alert.objectId.map { " of \($0)" } ?? "")
        ]
        let scale = source.epoch.scale == .utcStart ? "UTC, start of the exposure" : "TAI, middle of the exposure"
        lines.append("time          MJD \(String(format: "%.6f", source.epoch.mjd)) (\(scale)), night \(alert.night)")
        if let ra = source.ra, let dec = source.dec {
            lines.append(
                "place         ra \(String(format: "%.6f", ra))  dec \(String(format: "%+.6f", dec)) (degrees, ICRS)")
        }
        lines.append("brightness    " + brightness(source))
        if let score = source.realBogus {
            lines.append("real          \(String(format: "%.3f", score)) (0 bogus, 1 real)")
        }
        if let match = alert.catalogueMatch {
            let score = match.starScore.map { String(format: ", star score %.2f", $0) } ?? ""
            lines.append("catalogue     nearest source at \(String(format: "%.2f", match.distance)) arcsec" + score)
        }
        if let match = alert.solarSystemMatch {
            let distance = match.distance.map { String(format: " at %.2f arcsec", $0) } ?? ""
            lines.append("solar system  \(match.name ?? "unnamed")" + distance)
        }
        let curve = alert.lightCurve
        lines.append(
            "history       \(curve.detections.count) detections, \(curve.upperLimits.count) upper limits, "
                + "\(curve.forced.count) forced measurements")
        return lines
    }

    private static func brightness(_ source: Detection) -> String {
        let band = source.bandpass?.name ?? "unknown band"
        let sign =
            source.isPositive.map { $0 ? "brighter than the reference" : "fainter than the reference" }
            ?? "sign unknown"
        func plusMinus(_ error: Double?, _ format: String) -> String {
            error.map { " ± " + String(format: format, $0) } ?? ""
        }
        switch source.brightness {
        case .magnitude(let magnitude):
            return String(format: "%.3f", magnitude.value) + plusMinus(magnitude.error, "%.3f")
                + " mag in \(band), \(sign)"
        case .flux(let flux):
            return String(format: "%.1f", flux.nanojansky) + plusMinus(flux.error, "%.1f") + " nJy in \(band), \(sign)"
        case nil: return "none given, \(band)"
        }
    }
}
