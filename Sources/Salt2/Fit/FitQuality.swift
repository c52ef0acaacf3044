/// How far a fit that converged can be trusted: good, or the worst of what speaks against it.
package enum FitQuality: String, Sendable, CaseIterable {
    case good
    /// A parameter ended on one of its bounds: the light curve wants another value.
    case bound
    /// The model does not describe the points: the chi^2 is larger than chance allows.
    case poor
    /// Hardly more points than parameters.
    case fewPoints = "few points"
    /// The points cover too little of the light curve.
    case phaseSpan = "phase span"
    /// Another minimum is nearly as good.
    case secondMinimum = "second minimum"
    /// All points are before the peak, or all after it.
    case oneSided = "one-sided"

    /// The least probability of a fit that is not poor.
    package static let leastProbability = 1e-3
    /// The least degrees of freedom.
    package static let leastFreedom = 2
    /// Days, rest frame: the least that the points cover.
    package static let leastSpan = 10.0
}

extension Salt2Fit {
    /// `nil` where there is no fit.
    package var quality: FitQuality? {
        guard success, let phases = phaseRange else { return nil }
        if !atBound.isEmpty { return .bound }
        if ndof > 0, !(fitProbability >= FitQuality.leastProbability) { return .poor }
        if ndof < FitQuality.leastFreedom { return .fewPoints }
        if phases.upperBound - phases.lowerBound < FitQuality.leastSpan { return .phaseSpan }
        if secondMinimum != nil { return .secondMinimum }
        return phases.lowerBound < 0 && phases.upperBound > 0 ? .good : .oneSided
    }
}
