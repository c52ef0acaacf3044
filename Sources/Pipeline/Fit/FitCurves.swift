package import Alerts
internal import Foundation
package import Salt2

/// A fit that a table has, drawn again: the model's light curves with their errors, and how far the points are from them.
package struct FitCurves: Sendable {
    /// A band's model.
    package struct Band: Sendable {
        /// The bandpass's name.
        package let bandpass: String
        /// In the survey's own scale.
        package let times: [Epoch]
        /// The model, and one standard deviation by the fit's covariance, nJy.
        package let flux, error: [Double]
    }

    /// A point that the fit used.
    package struct Residual: Sendable {
        /// The bandpass's name.
        package let bandpass: String
        /// In the survey's own scale.
        package let epoch: Epoch
        /// nJy.
        package let flux, error, model: Double
        /// Whether it is forced photometry.
        package let isForced: Bool

        /// How many of its errors the point is above the model.
        package var pull: Double { (flux - model) / error }
    }

    /// By the survey's order of its bands.
    package let bands: [Band]
    /// By time.
    package let residuals: [Residual]
}

/// A fit as its row has it.
package struct StoredFit: Sendable {
    /// The fit, without what a row does not keep.
    let fit: Salt2Fit
    /// The model's name.
    package var model: String { fit.model }

    /// Reads a row of ``Salt2Row/table``; `nil` for one without parameters, or of an older Nightjar that did not say what was fitted.
    ///
    /// - Parameter value: The value of a column; `nil` where the table lacks it.
    package init?(_ value: (String) -> ProductValue?) {
        func number(_ column: String) -> Double? {
            switch value(column) {
            case .real(let number): number
            case .integer(let number): Double(number)
            default: nil
            }
        }
        func text(_ column: String) -> String? {
            guard case .text(let text) = value(column) else { return nil }
            return text
        }
        let names = Salt2Parameters.names
        let parameters = names.compactMap { number($0) }
        guard parameters.count == names.count, parameters.allSatisfy(\.isFinite), let model = text("model"),
            let bands = text("bands")
        else { return nil }
        var fit = Salt2Fit()
        fit.parameters = Salt2Parameters(
            z: parameters[0], t0: parameters[1], x0: parameters[2], x1: parameters[3], c: parameters[4])
        // What was held, or is on a bound, has no variance.
        fit.names = names.filter { number("\($0)_\($0)_cov") != nil }
        fit.errors = fit.names.map { number("\($0)_err") ?? .nan }
        fit.covariance = fit.names.map { row in fit.names.map { number("\(row)_\($0)_cov") ?? .nan } }
        fit.bands = bands.split(separator: ",").map { String($0) }
        fit.dust = number("mwebv").map { MilkyWayDust(law: .f99, mwebv: $0) } ?? .none
        fit.model = model
        self.fit = fit
    }
}

extension SupernovaOptions {
    /// Draws a fit again.
    ///
    /// - Parameters:
    ///   - stored: The fit.
    ///   - alert: The alert that was fitted, with its history.
    /// - Returns: The curves; `nil` where there are no models.
    /// - Throws: ``Salt2/Salt2Error`` where the fit's model is missing or damaged.
    package func curves(of stored: StoredFit, _ alert: Alert) throws(Salt2Error) -> FitCurves? {
        guard let fitter = try fitter(named: stored.model) else { return nil }
        let (light, fit) = (AlertPoints(alert), stored.fit)
        let scale = alert.detection.epoch.scale
        let used = light.points.indices.filter {
            light.marks[$0].isEmpty && fit.bands.contains(light.points[$0].bandpass)
        }
        let line = SupernovaPlot.times(of: fit, light)
        var (bands, residuals): ([FitCurves.Band], [FitCurves.Residual]) = ([], [])
        let unit = pow(10, 0.4 * (FluxDensity.zeroPoint - AlertPhotometry.zeroPoint))
        for name in alert.survey.bands.map(\.name) where fit.bands.contains(name) {
            let own = used.filter { light.points[$0].bandpass == name }
            // The model is made once for the times of the points and of the curve.
            guard
                let curve = fitter.lightCurve(
                    of: fit, bandpass: name, mjds: own.map { light.points[$0].mjd } + line,
                    zeroPoint: FluxDensity.zeroPoint)
            else { continue }
            for (number, index) in own.enumerated() {
                let point = light.points[index]
                residuals.append(
                    FitCurves.Residual(
                        bandpass: name, epoch: Epoch(mjd: point.mjd, scale: scale), flux: point.flux * unit,
                        error: point.fluxError * unit, model: curve.flux[number], isForced: light.isForced[index]))
            }
            bands.append(
                FitCurves.Band(
                    bandpass: name, times: line.map { Epoch(mjd: $0, scale: scale) },
                    flux: Array(curve.flux.dropFirst(own.count)), error: Array(curve.error.dropFirst(own.count))))
        }
        return FitCurves(bands: bands, residuals: residuals.sorted { $0.epoch.mjd < $1.epoch.mjd })
    }
}
