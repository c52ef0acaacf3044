internal import Alerts
package import Salt2

/// One alert's fit, from which a row of `<survey>_salt2`, a message and a plot are made.
package struct SupernovaFit: Sendable {
    /// Why there is no fit, as a code; `nil` where there is one.
    package internal(set) var reason: String?
    /// The reason in a sentence.
    var detail: String?
    var fit: Salt2Fit
    let light: AlertPoints
    /// Galactic E(B-V), mag; `nil` without a map, or where it has no value.
    package let mwebv: Double?
    let isRedshiftKnown: Bool
    /// What the host says of a redshift that is not known; `nil` where it is not asked or says nothing.
    var prior: RedshiftPrior?
    /// The plot as PNG; `nil` where plots are not drawn.
    package internal(set) var plot: [UInt8]?
    /// Whether drawing the plot failed; ``detail`` has the reason.
    package internal(set) var isPlotMissing = false

    /// Where the redshift came from.
    package var redshiftSource: RedshiftSource { isRedshiftKnown ? .known : prior != nil ? .host : .free }

    /// Whether there is a fit.
    package var success: Bool { reason == nil }
    /// How far the fit can be trusted; `nil` where there is none.
    package var quality: FitQuality? { success ? fit.quality : nil }
}

/// What a fit was told of the redshift.
package enum RedshiftSource: String, Sendable {
    /// It was known, and held.
    case known
    /// It was free, with the host's as a prior.
    case host
    /// Nothing.
    case free
}

/// The output of the SALT2 stage for an alert that passed the filter.
package enum SupernovaOutcome: Sendable {
    /// A fit, or a fit that failed.
    case fit(SupernovaFit)
    /// The alert is not fitted: its object has too few detections yet, or is too old.
    case ineligible(AlertPhotometry.Ineligible)

    /// The counter of the outcome; `nil` where it is not fitted.
    package var counter: Counts.Counter? {
        switch self {
        case .ineligible: nil
        case .fit(let fit): fit.success ? .fitted : .fitFailed
        }
    }
}

extension SupernovaOutcome: StageOutput {
    /// Empty: a fit has a table of its own (``Salt2Row``).
    package var values: [ProductValue] { [] }

    /// Counts the fit's quality, or the reason why there is no fit.
    package func count(in tallies: inout Tallies) {
        switch self {
        case .ineligible(let reason): tallies[.unfitted, reason.rawValue] += 1
        case .fit(let fit):
            if let reason = fit.reason { tallies[.unfitted, reason] += 1 }
            if let quality = fit.quality { tallies[.fitQuality, quality.rawValue] += 1 }
        }
    }
}
