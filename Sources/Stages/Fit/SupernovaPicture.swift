internal import Alerts
internal import Figures
internal import Foundation
internal import Salt2

/// Puts a fit and its alert into the form that ``Figures`` draws.
enum SupernovaPicture {
    /// Times at which the model's curve is computed, a band.
    private static let curvePoints = 96

    static func figure(of alert: Alert, _ result: SupernovaFit, fitter: Salt2Fitter?) -> LightCurveFigure {
        let light = result.light
        let names = Set(light.points.map(\.bandpass)).union(light.limits.map(\.bandpass.rawValue))
        let bands = Bandpass.allCases.map(\.rawValue).filter { names.contains($0) }
        var figure = LightCurveFigure(
            objectId: alert.objectId ?? "no object", candid: alert.id, date: date(alert),
            bands: bands.map { band($0, alert, result, fitter: fitter) })
        let fit = result.fit
        if !fit.names.isEmpty && !fit.errors.isEmpty {
            figure.parameters = Salt2Parameters.names.enumerated().map { index, name in
                LightCurveFigure.Parameter(name: name, value: fit.parameters[index], error: fit.error(of: name))
            }
            figure.t0 = fit.parameters.t0
        }
        figure.failure = result.detail
        figure.notes = notes(result)
        figure.cutouts = [
            ("science", alert.cutouts.science), ("template", alert.cutouts.template),
            ("difference", alert.cutouts.difference),
        ].map { cutout($0, $1) }
        return figure
    }

    private static func cutout(_ label: String, _ bytes: ArraySlice<UInt8>?) -> LightCurveFigure.Cutout {
        guard let bytes else { return LightCurveFigure.Cutout(label: label, image: nil) }
        do throws(FiguresError) {
            return LightCurveFigure.Cutout(label: label, image: try CutoutImage(fits: bytes))
        } catch {
            return LightCurveFigure.Cutout(
                label: label, image: nil, failure: error.code == .tooLarge ? "too large" : "no FITS image")
        }
    }

    private static func band(
        _ name: String, _ alert: Alert, _ result: SupernovaFit, fitter: Salt2Fitter?
    ) -> LightCurveFigure.Band {
        let (light, fit) = (result.light, result.fit)
        let indices = light.points.indices.filter { light.points[$0].bandpass == name }
        let own = indices.map { light.points[$0] }
        // The model is computed once for the points' times and the line's.
        var line: [Double] = []
        let all = light.points.map(\.mjd)
        if let first = all.min(), let last = all.max() {
            let step = (last - first + 10) / Double(curvePoints - 1)
            line = (0..<curvePoints).map { first - 5 + step * Double($0) }
        }
        let hasCurve = fit.parameters.t0.isFinite && fit.parameters.x0 > 0 && fit.bands.contains(name)
        let curve =
            hasCurve
            ? fitter?.lightCurve(
                of: fit, bandpass: name, mjds: own.map(\.mjd) + line, zeroPoint: AlertPhotometry.zeroPoint)
            : nil
        let points = indices.enumerated().map { place, index in
            LightCurveFigure.Point(
                mjd: own[place].mjd, flux: own[place].flux, error: own[place].fluxError, model: curve?.flux[place],
                isFitted: index < fit.isUsed.count && fit.isUsed[index], isForced: light.isForced[index],
                isAlert: index == light.alertIndex)
        }
        let drawn = curve.map { curve in
            LightCurveFigure.Curve(
                mjds: line, fluxes: Array(curve.flux.dropFirst(own.count)),
                errors: Array(curve.error.dropFirst(own.count)))
        }
        let limits = light.limits.filter { $0.bandpass.rawValue == name }.map { (mjd: $0.mjd, flux: $0.flux) }
        return LightCurveFigure.Band(name: name, points: points, limits: limits, curve: drawn)
    }

    private static func notes(_ result: SupernovaFit) -> [String] {
        let fit = result.fit
        var notes: [String] = []
        if fit.chisq.isFinite {
            notes.append(
                String(format: "χ²/ndof %.2f/%d, p = %.2g", fit.chisq, fit.ndof, fit.fitProbability)
                    .replacing("-", with: "−"))
        }
        if let phases = fit.phaseRange {
            let text = String(format: "phases %+.1f to %+.1f days", phases.lowerBound, phases.upperBound)
            notes.append(text.replacing("-", with: "−"))
        }
        if !fit.model.isEmpty {
            notes.append(fit.model + (result.mwebv.map { String(format: ", E(B−V) = %.3f", $0) } ?? ", no dust map"))
        }
        if !fit.atBound.isEmpty { notes.append("at the bound: " + fit.atBound.joined(separator: ", ")) }
        if let second = fit.secondMinimum {
            notes.append(String(format: "second minimum at z = %.3f: χ² %.2f", second.parameters.z, second.chisq))
        }
        return notes
    }

    private static func date(_ alert: Alert) -> String {
        let epoch = alert.detection.epoch
        // Seconds since 1970 of MJD 40587.
        let date = Date(timeIntervalSince1970: (epoch.mjd - 40_587) * 86_400)
        let text = date.formatted(.iso8601).replacing("T", with: " ").replacing("Z", with: "")
        return text + (epoch.scale == .utcStart ? " UTC" : " TAI")
    }
}
