internal import Alerts
internal import Foundation
internal import Query
internal import Pipeline

/// An object for people.
enum ObjectText {
    static func lines(_ object: ObjectRecord) -> [String] {
        let nights = Set(object.alerts.map(\.night)).sorted()
        let curve = object.lightCurve
        var lines = ["\(object.survey.title) object \(object.name)"]
        for other in object.joined {
            lines.append("joined        \(other.name), which is at \(String(format: "%.2f", other.distance)) arcsec")
        }
        if let (ra, dec) = object.position { lines.append("position      " + AlertText.position(ra, dec)) }
        if let first = nights.first, let last = nights.last {
            let time = nights.count == 1 ? "night \(first)" : "\(nights.count) nights, \(first) to \(last)"
            lines.append("alerts        \(object.alerts.count), \(time)")
        }
        lines.append(
            "light curve   \(curve.detections.count) detections, \(curve.forced.count) forced measurements, "
                + "\(curve.upperLimits.count) upper limits")
        let gone = object.withdrawn
        if !gone.detections.isEmpty || !gone.forced.isEmpty {
            lines.append(
                "withdrawn     \(gone.detections.count) detections, \(gone.forced.count) forced measurements, which are not "
                    + "in the light curve")
        }
        lines.append("fits          \(object.fits.count)")
        let scale = AlertText.scale(object.survey.time.scale)
        lines += ["", "Alerts, times in MJD (\(scale)):"] + alerts(object)
        if !points(object).isEmpty {
            lines += ["", "Light curve, times in MJD (\(scale)):"] + TextTable.lines(points(object))
        }
        if !object.fits.isEmpty {
            lines += ["", "Fits, the newest alert's first, t0 in MJD (\(scale)):"] + fits(object)
        }
        return lines
    }

    private static func alerts(_ object: ObjectRecord) -> [String] {
        let isJoined = !object.joined.isEmpty
        let saysKinds = object.alerts.contains { $0.dataKind != .survey }
        return TextTable.lines(
            [["id", "MJD", "night", "filter"] + (saysKinds ? ["data"] : []) + (isJoined ? ["object"] : [])]
                + object.alerts.map { alert in
                    let failed = alert.failedCuts
                    return [
                        String(alert.id), String(format: "%.6f", alert.epoch.mjd), String(alert.night),
                        failed.isEmpty ? "passed" : "failed \(failed.joined(separator: ", "))",
                    ] + (saysKinds ? [alert.dataKind.rawValue] : []) + (isJoined ? [alert.object] : [])
                })
    }

    // MARK: - Light curve

    /// A line for each point, by time.
    private static func points(_ object: ObjectRecord) -> [[String]] {
        let (curve, owners) = (object.lightCurve, object.owners)
        let isJoined = !object.joined.isEmpty
        func row(
            _ epoch: Epoch, _ bandpass: Bandpass?, _ kind: String, _ text: String, _ marks: PointMarks, _ owner: String
        ) -> (Double, [String]) {
            let notes = marks.names.joined(separator: ", ")
            let cells = [String(format: "%.6f", epoch.mjd), bandpass?.name ?? "-", kind, text, notes]
            return (epoch.mjd, cells + (isJoined ? [owner] : []))
        }
        let detections = zip(curve.detections, owners.detections).map {
            row($0.epoch, $0.bandpass, "detection", AlertText.brightness($0), $0.marks, $1)
        }
        let forced = zip(curve.forced, owners.forced).map {
            row($0.epoch, $0.bandpass, "forced", AlertText.flux($0.nanojansky), $0.marks, $1)
        }
        let limits = zip(curve.upperLimits, owners.upperLimits).map {
            row($0.epoch, $0.bandpass, "limit", AlertText.limit($0.limit), [], $1)
        }
        let rows = (detections + forced + limits).sorted { $0.0 < $1.0 }
        let header = ["MJD", "band", "what", "brightness", "marks"] + (isJoined ? ["object"] : [])
        return rows.isEmpty ? [] : [header] + rows.map(\.1)
    }

    // MARK: - Fits

    private static func fits(_ object: ObjectRecord) -> [String] {
        let parameters = [("z", "%.4f"), ("t0", "%.2f"), ("x1", "%.2f"), ("c", "%.3f")]
        let header = [object.survey.idName] + ["z", "t0 (MJD)", "x1", "c", "chi2/ndof", "quality"]
        let rows = object.fits.map { fit in
            let chisq = number(fit, "chisq", "%.1f").map { "\($0)/\(integer(fit, "ndof").map { String($0) } ?? "-")" }
            return [integer(fit, "candid").map { String($0) } ?? "-"]
                + parameters.map { name, format in
                    guard let value = number(fit, name, format) else { return "-" }
                    return value + (number(fit, name + "_err", format).map { " ± \($0)" } ?? "")
                }
                + [chisq ?? "-", text(fit, "quality") ?? text(fit, "detail") ?? text(fit, "reason") ?? "-"]
        }
        return TextTable.lines([header] + rows)
    }

    private static func number(_ fit: ObjectRecord.Fit, _ name: String, _ format: String) -> String? {
        if case .real(let value) = fit[name] { String(format: format, value) } else { nil }
    }

    private static func integer(_ fit: ObjectRecord.Fit, _ name: String) -> Int64? {
        if case .integer(let value) = fit[name] { value } else { nil }
    }

    private static func text(_ fit: ObjectRecord.Fit, _ name: String) -> String? {
        if case .text(let value) = fit[name] { value } else { nil }
    }
}
