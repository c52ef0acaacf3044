/// A redshift that was measured beside the light curve, such as a host galaxy's: what it adds to chi^2.
package struct RedshiftPrior: Sendable, Hashable {
    /// The measured redshift.
    package let mean: Double
    /// One standard deviation.
    package let sigma: Double

    /// A measurement.
    package init(mean: Double, sigma: Double) { (self.mean, self.sigma) = (mean, sigma) }

    /// What is added to the chi^2 of the points at a redshift.
    package func chisq(at z: Double) -> Double { (z - mean) / sigma * ((z - mean) / sigma) }

    /// Half the curvature of that, and half its downhill gradient.
    func slopes(at z: Double) -> (curvature: Double, gradient: Double) {
        (1 / (sigma * sigma), (mean - z) / (sigma * sigma))
    }

    /// The redshifts of a range that it allows: within five standard deviations; `nil` where there are none.
    func reach(in range: ClosedRange<Double>) -> ClosedRange<Double>? {
        let (low, high) = (max(range.lowerBound, mean - 5 * sigma), min(range.upperBound, mean + 5 * sigma))
        return low < high ? low...high : nil
    }
}
