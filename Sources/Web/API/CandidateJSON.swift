internal import Alerts
internal import Foundation
internal import JSON
internal import Query

/// A candidate as JSON; its light curve is in columns, which is half as long as points.
enum CandidateJSON {
    /// Points of a light curve at most: the newest.
    private static let mostPoints = 200

    static func tree(_ candidate: Candidate) -> JSONTree {
        let own = candidate.detection
        let values = own.map { PointValues($0) }
        let age = candidate.first.map { candidate.epoch.mjd - $0.mjd }
        return [
            "survey": .text(candidate.survey.name), "id": JSONTree(id: candidate.id),
            "objectId": JSONTree(candidate.objectId), "mjd_tai": .number(candidate.epoch.mjdTAI),
            "night": .integer(candidate.night), "ra": JSONTree(candidate.ra), "dec": JSONTree(candidate.dec),
            "bandpass": JSONTree(candidate.bandpass), "mag": short(values?.mag, 4),
            "mag_err": short(values?.magError, 4), "flux_njy": short(values?.flux, 2),
            "flux_err_njy": short(values?.fluxError, 2), "is_positive": JSONTree(own?.isPositive),
            "survey_score": short(candidate.realBogus, 4), "n_detections": .integer(candidate.detections),
            "first_mjd_tai": short(candidate.first?.mjdTAI, 6), "age_days": short(age.map { max(0, $0) }, 4),
            "rise": short(candidate.rise, 4),
            "filters": .list(candidate.filters.map { ["filter": .text($0.name), "version": JSONTree($0.version)] }),
            "fit": candidate.fit.map { JSONTree($0) } ?? .null,
            "scores": .object(candidate.scores.map { (name: $0.name, value: short($0.value, 5)) }),
            "curve": .written(curve(candidate.curve)),
        ]
    }

    private static func short(_ value: Double?, _ decimals: Int) -> JSONTree {
        var bytes: [UInt8] = []
        ShortNumber.append(value, decimals: decimals, to: &bytes)
        return .written(bytes)
    }

    private struct Point {
        let mjd: Double
        let bandpass: Bandpass?
        let values: PointValues
        let isPositive: Bool?
        let kind: UInt8
    }

    private static func curve(_ curve: LightCurve) -> [UInt8] {
        var points: [Point] = []
        points.reserveCapacity(curve.detections.count + curve.forced.count + curve.upperLimits.count)
        for point in curve.detections {
            points.append(
                Point(
                    mjd: point.epoch.mjdTAI, bandpass: point.bandpass, values: PointValues(point),
                    isPositive: point.isPositive, kind: UInt8(ascii: "d")))
        }
        for point in curve.forced where point.flux != nil {
            let values = PointValues(point)
            points.append(
                Point(
                    mjd: point.epoch.mjdTAI, bandpass: point.bandpass, values: values,
                    isPositive: values.flux.map { $0 > 0 }, kind: UInt8(ascii: "f")))
        }
        for limit in curve.upperLimits {
            points.append(
                Point(
                    mjd: limit.epoch.mjdTAI, bandpass: limit.bandpass, values: PointValues(limit), isPositive: nil,
                    kind: UInt8(ascii: "l")))
        }
        points.sort { $0.mjd < $1.mjd }
        return written(points.suffix(mostPoints))
    }

    private static func written(_ points: ArraySlice<Point>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(60 * points.count + 128)
        func column(_ name: String, _ append: (Point, inout [UInt8]) -> Void) {
            bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            bytes += "\"\(name)\":[".utf8
            for (index, point) in points.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(point, &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        }
        func numbers(_ name: String, _ decimals: Int, _ value: (Point) -> Double?) {
            column(name) { ShortNumber.append(value($0), decimals: decimals, to: &$1) }
        }
        numbers("mjd_tai", 5) { $0.mjd }
        column("bandpass") { $1 += ($0.bandpass.map { "\"\($0.name)\"" } ?? "null").utf8 }
        numbers("mag", 3) { $0.values.mag }
        numbers("mag_err", 3) { $0.values.magError }
        numbers("flux_njy", 1) { $0.values.flux }
        numbers("flux_err_njy", 1) { $0.values.fluxError }
        column("is_positive") { $1 += ($0.isPositive.map { $0 ? "true" : "false" } ?? "null").utf8 }
        column("kind") { $1 += [UInt8(ascii: "\""), $0.kind, UInt8(ascii: "\"")] }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The schema of a candidate.
    static var schema: JSONTree {
        func null(_ meaning: String) -> JSONTree { Schema.orNull(Schema.number(meaning)) }
        func column(_ name: String, _ value: JSONTree) -> (String, JSONTree) { (name, Schema.list(value)) }
        let curve = Schema.object([
            column("mjd_tai", Schema.number("MJD in TAI")), column("bandpass", Schema.orNull(Schema.text("its name"))),
            column("mag", null("AB mag of the absolute flux; of a limit 5 sigma")), column("mag_err", null("AB mag")),
            column("flux_njy", null("nJy, with its sign")), column("flux_err_njy", null("nJy")),
            column("is_positive", Schema.orNull(Schema.flag("brighter than the reference"))),
            column("kind", ["type": "string", "enum": ["d", "f", "l"]]),
        ])
        let filter = Schema.object([
            ("filter", Schema.text("the filter's name")),
            ("version", Schema.orNull(Schema.text("the SHA-256 of its text; null for the survey's own"))),
        ])
        return Schema.object([
            ("survey", Schema.text("the survey's name")), ("id", Schema.id("the alert's id")),
            ("objectId", Schema.orNull(Schema.text("its object's name"))), ("mjd_tai", Schema.number("MJD in TAI")),
            ("night", Schema.integer("YYYYMMDD")), ("ra", null("degrees, ICRS")), ("dec", null("degrees, ICRS")),
            ("bandpass", Schema.orNull(Schema.text("the band's name"))), ("mag", null("AB mag")),
            ("mag_err", null("AB mag")), ("flux_njy", null("nJy")), ("flux_err_njy", null("nJy")),
            ("is_positive", Schema.orNull(Schema.flag("brighter than the reference"))),
            (
                "survey_score",
                null("the survey's best score that it is real, 1 for certain: drb of ZTF, else rb; reliability of LSST")
            ),
            ("n_detections", Schema.integer("of the object, as the survey says or the light curve has them")),
            ("first_mjd_tai", null("the object's first detection")), ("age_days", null("since then")),
            (
                "rise",
                null("mag/day from the night before the last to the last one in this band; negative where it faded")
            ), ("filters", Schema.list(filter)),
            ("fit", Schema.orNull(Schema.open("the alert's SALT2 fit, or the object's newest: candid says whose"))),
            ("scores", Schema.open("by the columns of the scores", of: null("from 0 to 1"))), ("curve", curve),
        ])
    }
}
