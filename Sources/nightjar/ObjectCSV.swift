internal import Alerts
internal import Query

/// An object's light curve as CSV: a point each, by time. Times are MJD in the survey's own scale and in TAI, fluxes in nJy.
///
/// Of a limit, `mag` is the limiting magnitude at 5 sigma and `flux_err_njy` one sigma of the noise.
enum ObjectCSV {
    static let columns = [
        "survey", "objectId", "kind", "id", "mjd", "mjd_tai", "bandpass", "mag", "mag_err", "flux_njy", "flux_err_njy",
        "ra", "dec", "real_bogus", "marks",
    ]

    static func rows(_ object: ObjectRecord) -> [[String]] {
        let curve = object.lightCurve
        let detections = zip(curve.detections, object.owners.detections).map { point, owner in
            let values = BrightnessValues(point.brightness)
            return row(
                owner, "detection", point.epoch, point.bandpass,
                [values.mag, values.magError, values.flux, values.fluxError, point.ra, point.dec],
                id: point.id.map { String($0) }, score: point.realBogus, marks: point.marks.names)
        }
        let forced = zip(curve.forced, object.owners.forced).map { point, owner in
            row(
                owner, "forced", point.epoch, point.bandpass,
                [nil, nil, point.nanojansky?.flux, point.nanojansky?.error, nil, nil], marks: point.marks.names)
        }
        let limits = zip(curve.upperLimits, object.owners.upperLimits).map { point, owner in
            let values = BrightnessValues(point.limit)
            return row(owner, "limit", point.epoch, point.bandpass, [values.mag, nil, nil, values.flux, nil, nil])
        }
        return (detections + forced + limits).sorted { $0.mjd < $1.mjd }
            .map { [object.survey.name] + $0.fields }
    }

    private static func row(
        _ owner: String, _ kind: String, _ epoch: Epoch, _ bandpass: Bandpass?, _ values: [Double?], id: String? = nil,
        score: Float? = nil, marks: [String] = []
    ) -> (mjd: Double, fields: [String]) {
        let times = ["\(epoch.mjd)", "\(epoch.mjdTAI)"]
        return (
            epoch.mjd,
            [owner, kind, id ?? ""] + times + [bandpass?.name ?? ""] + values.map { $0.map { "\($0)" } ?? "" }
                + [score.map { "\($0)" } ?? "", marks.joined(separator: " ")]
        )
    }
}
