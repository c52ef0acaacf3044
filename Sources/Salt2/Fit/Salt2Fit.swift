/// Why a light curve has no fit, or none to be trusted.
package enum FitFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case noPoints
    /// A time, flux, error or zero point that is not finite, or an error that is not positive; counted from 0.
    case badPoint(Int)
    /// No bandpass of the points is known, or none lies within the model's wavelengths at every redshift allowed.
    case outsideModel
    /// Fewer points than free parameters.
    case tooFewPoints(have: Int, need: Int)
    /// More than ``Salt2Fitter/mostPoints``.
    case tooManyPoints
    /// One bandpass alone says nothing of colour.
    case oneBand(String)
    /// No point's flux is five times its error: there is nothing to start from.
    case noSignificantPoint
    /// The redshift's, or another parameter's, bounds are empty or beyond what the tables cover.
    case badBounds(String)
    /// The light curve does not bound every parameter: the curvature of chi^2 is singular.
    case degenerate
    /// The best amplitude is not positive.
    case noSupernova
    case notConverged

    package var description: String {
        switch self {
        case .noPoints: "no points"
        case .badPoint(let index): "point \(index) has a value that is not finite, or an error that is not positive"
        case .outsideModel: "no point lies in a known bandpass within the model's wavelengths"
        case .tooFewPoints(let have, let need): "\(have) points for \(need) free parameters"
        case .tooManyPoints: "more than \(Salt2Fitter.mostPoints) points"
        case .oneBand(let name): "points in \(name) alone: the colour is free"
        case .noSignificantPoint: "no point with S/N above 5"
        case .badBounds(let name): "bounds of \(name) are empty or out of range"
        case .degenerate: "the points do not bound every parameter"
        case .noSupernova: "the best amplitude is not positive"
        case .notConverged: "the minimizer did not converge"
        }
    }

    /// One word for tables, such as `noPoints`.
    package var code: String {
        switch self {
        case .noPoints: "noPoints"
        case .badPoint: "badPoint"
        case .outsideModel: "outsideModel"
        case .tooFewPoints: "tooFewPoints"
        case .tooManyPoints: "tooManyPoints"
        case .oneBand: "oneBand"
        case .noSignificantPoint: "noSignificantPoint"
        case .badBounds: "badBounds"
        case .degenerate: "degenerate"
        case .noSupernova: "noSupernova"
        case .notConverged: "notConverged"
        }
    }
}

/// A light curve's best supernova.
package struct Salt2Fit: Sendable {
    /// nil where the fit converged; ``quality`` says how far it can be trusted.
    package var failure: FitFailure?
    /// Whether the fit converged.
    package var success: Bool { failure == nil }
    /// Times the model was computed, all starts together.
    package var ncall = 0
    /// Chi squared of the points at the minimum.
    package var chisq = Double.nan
    /// What a prior of the redshift adds there; 0 without one.
    package var priorChisq = 0.0
    /// Degrees of freedom: points, and the prior where there is one, less the free parameters.
    package var ndof = 0
    /// The parameters at the minimum; NaN where there is none.
    package var parameters = Salt2Parameters(z: .nan, t0: .nan, x0: .nan, x1: .nan, c: .nan)
    /// The free parameters, in the order z, t0, x0, x1, c.
    package var names: [String] = []
    /// One standard deviation of each, one per name; NaN of a parameter on a bound, and of a redshift not measured.
    ///
    /// Square roots of the covariance's diagonal, but where ``isRedshiftErrorFromProfile``.
    package var errors: [Double] = []
    /// Whether z's error is half the width in which chi^2, the others fitted anew, rises by less than 1.
    ///
    /// It is where chi^2 at the parabola's error is not between 0.7 and 1.4 above the best on both sides.
    package var isRedshiftErrorFromProfile = false
    /// Inverse of half the Gauss-Newton curvature of chi^2, rows and columns as ``names``; NaN of those on a bound, which
    /// are held there for the others'.
    package var covariance: [[Double]] = []
    /// Probability of a larger chi^2 by chance, the prior's part in it.
    package var fitProbability = Double.nan
    /// Rest-frame phases of the first and last point used.
    package var phaseRange: ClosedRange<Double>?
    /// True for each point given that was used: the others are in bandpasses unknown or beyond the model.
    package var isUsed: [Bool] = []
    /// How many points were fitted.
    package var pointsUsed: Int { isUsed.count { $0 } }
    /// The bands of the points that were fitted.
    package var bands: [String] = []
    /// Parameters that ended on one of their bounds.
    package var atBound: [String] = []
    /// Another minimum whose chi^2, the prior's part in it, is less than 4 above the best; its chi^2 is that of the points.
    package var secondMinimum: (chisq: Double, parameters: Salt2Parameters)?
    /// The model's name.
    package var model = ""
    /// The dust that was reckoned with.
    package var dust = MilkyWayDust.none

    /// No fit yet.
    package init() {}

    /// `nil` for a parameter that was fixed, is on a bound or not measured, and where the fit failed before there were
    /// errors.
    package func error(of name: String) -> Double? {
        guard let index = names.firstIndex(of: name), index < errors.count, errors[index].isFinite else { return nil }
        return errors[index]
    }
}
