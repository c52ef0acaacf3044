internal import Alerts
internal import FITS
internal import Plots
internal import Foundation
internal import Salt2

/// Converts a fit and its alert to the plot that ``Plots`` draws.
enum SupernovaPlot {
    /// Times at which the model's curve is computed in each band.
    private static let curvePoints = 96
    /// Phases outside of which no SALT model has a flux, rest-frame days from t0.
    private static let phases = -21.0...51.0
    /// Phases that a plot always includes, rest-frame days from t0, so that it shows the peak in every band.
    private static let peak = -3.0...5.0

    static func plot(
        of alert: Alert, _ result: SupernovaFit, fitter: Salt2Fitter?, cutouts: Cutouts
    ) -> LightCurvePlot {
        let light = result.light
        let unit: LightCurvePlot.FluxUnit = alert.survey.plotUnit
        let names = Set(light.points.map(\.bandpass)).union(light.limits.map(\.bandpass.name))
        let line = times(of: result.fit, result.light)
        let bands = alert.survey.bands.map(\.name).filter(names.contains).map {
            band($0, result, line: line, unit: unit, fitter: fitter)
        }
        var plot = LightCurvePlot(
            objectId: alert.objectId ?? "no object", id: alert.id, date: date(alert), bands: bands)
        plot.idName = alert.survey.idName
        plot.fluxUnit = unit
        plot.timeScale =
            switch alert.detection.epoch.scale {
            case .utcStart: "UTC, start of the exposure"
            case .taiMiddle: "TAI, middle of the exposure"
            }
        let fit = result.fit
        if !fit.names.isEmpty && !fit.errors.isEmpty {
            plot.parameters = Salt2Parameters.names.enumerated().map { parameter($1, fit.parameters[$0], result) }
            plot.t0 = fit.parameters.t0
            plot.redshift = fit.parameters.z
        }
        plot.failure = result.detail
        plot.cautions = FitCautions.of(fit)
        plot.notes = notes(result)
        plot.cutouts = [
            ("science", cutouts.science), ("template", cutouts.template), ("difference", cutouts.difference),
        ].compactMap { label, bytes in
            guard let bytes else {
                // A packet without any image has no frames.
                return cutouts.isEmpty ? nil : LightCurvePlot.Cutout(label: label, image: nil, failure: "none sent")
            }
            return cutout(label, bytes, alert)
        }
        return plot
    }

    private static func parameter(
        _ name: String, _ value: Double, _ result: SupernovaFit
    ) -> LightCurvePlot.Parameter {
        let fit = result.fit
        let isOnBound = fit.atBound.contains(name)
        let isFree = fit.names.contains(name)
        return LightCurvePlot.Parameter(
            name: name, value: value, error: isOnBound ? nil : fit.error(of: name),
            state: isOnBound ? .onBound : !isFree ? .held : name == "z" && result.prior != nil ? .prior : .free)
    }

    // MARK: - Cutouts

    private static func cutout(
        _ label: String, _ bytes: ArraySlice<UInt8>, _ alert: Alert
    ) -> LightCurvePlot.Cutout {
        do throws(FITSError) {
            let image = try CutoutImage(fits: bytes)
            return LightCurvePlot.Cutout(label: label, image: image, sky: ImageSky.of(image, alert))
        } catch {
            return LightCurvePlot.Cutout(
                label: label, image: nil, failure: error.code == .tooLarge ? "too large" : "no FITS image")
        }
    }

    // MARK: - Light curves

    /// The times of the model's curve, MJD: the panel's range, extended to the peak.
    static func times(of fit: Salt2Fit, _ light: AlertPoints) -> [Double] {
        let observed = light.points.map(\.mjd) + light.limits.map(\.mjd)
        let (t0, stretch) = (fit.parameters.t0, 1 + fit.parameters.z)
        guard let first = observed.min(), let last = observed.max(), t0.isFinite, stretch.isFinite else { return [] }
        let pad = max(5, 0.05 * (last - first))
        let low = min(first - pad, t0 + peak.lowerBound * stretch)
        let high = max(last + pad, t0 + peak.upperBound * stretch)
        // The curve is sampled where the model has a flux; outside it is straight.
        let start = max(low, t0 + phases.lowerBound * stretch)
        let end = min(high, t0 + phases.upperBound * stretch)
        guard end > start else { return [low, high] }
        let step = (end - start) / Double(curvePoints - 1)
        let line = (0..<curvePoints).map { start + step * Double($0) }
        return (low < start ? [low] : []) + line + (high > end ? [high] : [])
    }

    private static func band(
        _ name: String, _ result: SupernovaFit, line: [Double], unit: LightCurvePlot.FluxUnit, fitter: Salt2Fitter?
    ) -> LightCurvePlot.Band {
        let (light, fit) = (result.light, result.fit)
        let scale = pow(10, 0.4 * (unit.zeroPoint - AlertPhotometry.zeroPoint))
        let indices = light.points.indices.filter { light.points[$0].bandpass == name }
        let own = indices.map { light.points[$0] }
        let hasCurve = fit.parameters.t0.isFinite && fit.parameters.x0 > 0 && fit.bands.contains(name)
        // The model is computed once for the times of the points and of the curve.
        let curve =
            hasCurve
            ? fitter?.lightCurve(of: fit, bandpass: name, mjds: own.map(\.mjd) + line, zeroPoint: unit.zeroPoint) : nil
        let points = indices.enumerated().map { number, index in
            LightCurvePlot.Point(
                mjd: own[number].mjd, flux: own[number].flux * scale, error: own[number].fluxError * scale,
                model: curve?.flux[number], isFitted: index < fit.isUsed.count && fit.isUsed[index],
                isForced: light.isForced[index], isAlert: index == light.alertIndex)
        }
        let drawn = curve.map { curve in
            LightCurvePlot.Curve(
                mjds: line, fluxes: Array(curve.flux.dropFirst(own.count)),
                errors: Array(curve.error.dropFirst(own.count)))
        }
        let limits = light.limits.filter { $0.bandpass.name == name }.map { (mjd: $0.mjd, flux: $0.flux * scale) }
        return LightCurvePlot.Band(name: name, points: points, limits: limits, curve: drawn)
    }

    // MARK: - Texts

    private static func notes(_ result: SupernovaFit) -> [String] {
        let fit = result.fit
        var notes: [String] = []
        if let quality = result.quality { notes.append("quality: " + quality.rawValue) }
        if fit.chisq.isFinite {
            let chisq = String(format: "χ²/ndof %.2f/%d", fit.chisq, fit.ndof).replacing("-", with: "−")
            let p = fit.fitProbability
            notes.append(p.isFinite ? chisq + ", " + FitCautions.probability(p) : chisq)
        }
        if let phases = fit.phaseRange {
            let text = String(format: "%+.1f to %+.1f d", phases.lowerBound, phases.upperBound)
            notes.append("rest-frame phases " + text.replacing("-", with: "−"))
        }
        if !fit.model.isEmpty {
            notes.append(fit.model + (result.mwebv.map { String(format: ", E(B−V) = %.3f", $0) } ?? ", no dust map"))
        }
        if let prior = result.prior {
            notes.append(String(format: "the host has z = %.4f ± %.4f", prior.mean, prior.sigma))
        }
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

extension Survey {
    fileprivate var plotUnit: LightCurvePlot.FluxUnit {
        switch fluxUnit {
        case .microjansky: .microjansky
        case .nanojansky: .nanojansky
        }
    }
}
