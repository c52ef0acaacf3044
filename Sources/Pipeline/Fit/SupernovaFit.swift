internal import Alerts
package import Salt2

/// One alert's fit: a row of `<survey>_salt2`, a message of the topic, and a picture.
package struct SupernovaFit: Sendable {
    /// Why there is no fit, one word; `nil` where there is.
    package internal(set) var reason: String?
    /// The same in a sentence.
    var detail: String?
    var fit: Salt2Fit
    let light: AlertPoints
    /// Galactic E(B-V), mag; `nil` where no map was given or it has no value there.
    package let mwebv: Double?
    let isRedshiftKnown: Bool
    /// PNG, where one is wanted.
    package internal(set) var picture: [UInt8]?
    /// Whether one is wanted and could not be drawn; ``detail`` says why.
    package internal(set) var isPlotMissing = false

    package var success: Bool { reason == nil }
    /// How far it can be trusted; `nil` where there is no fit.
    package var quality: FitQuality? { success ? fit.quality : nil }
}

/// What the SALT2 stage says of an alert that passed the filter.
package enum SupernovaOutcome: Sendable {
    case fit(SupernovaFit)
    /// Too little is known yet of the object.
    case tooEarly(AlertPhotometry.Ineligible)

    /// The counter of what came of it; `nil` where there was nothing to fit.
    package var counter: Counts.Counter? {
        switch self {
        case .tooEarly: nil
        case .fit(let fit): fit.success ? .fitted : .fitFailed
        }
    }
}

extension SupernovaOutcome: StageOutput {
    /// A fit is a product of its own (``Salt2Row``), and adds nothing to the alert's row.
    package static let columns: [ProductColumn] = []
    package var values: [ProductValue] { [] }

    /// Each fit's quality, or why there is none.
    package func count(in tallies: inout Tallies) {
        switch self {
        case .tooEarly(let reason): tallies[.unfitted, reason.rawValue] += 1
        case .fit(let fit):
            if let reason = fit.reason { tallies[.unfitted, reason] += 1 }
            if let quality = fit.quality { tallies[.fitQuality, quality.rawValue] += 1 }
        }
    }
}
