/// The range of fluxes of a band's panel.
///
/// Points and the fit's curve set it, so that they fill the panel. Limits do not: one shallow exposure would flatten
/// everything else. Points beyond it are drawn as triangles at the edge.
enum FluxRange {
    /// A point whose flux exceeds nearly all others by this factor does not set the range.
    private static let outlying = 3.0
    /// The factor by which a curve may exceed the points, as at the peak of a supernova that was found early.
    private static let curveRise = 5.0
    /// The factor by which a limit may raise the range.
    private static let limitRise = 1.5

    static func of(_ band: LightCurvePlot.Band) -> ClosedRange<Double> {
        var (low, high) = (0.0, 0.0)
        let reach = reach(of: band.points)
        for point in band.points {
            // The alert's own point is always shown.
            guard abs(point.flux) <= reach || point.isAlert else { continue }
            let error = min(point.error, max(reach, abs(point.flux)))
            high = max(high, point.flux + error)
            low = min(low, point.flux - error)
        }
        if let curve = band.curve {
            let most = curve.fluxes.max() ?? 0
            let edge = zip(curve.fluxes, curve.errors).map { $0 + $1 }.max() ?? 0
            // Large errors of the model must not make the points small.
            let wanted = min(edge, 1.3 * most)
            high = max(high, band.points.isEmpty ? wanted : min(wanted, curveRise * max(high, -low)))
        }
        let limits = band.limits.map(\.flux)
        if high <= 0 && low >= 0 { high = limits.sorted().dropFirst(limits.count / 2).first ?? 0 }
        if let raised = limits.filter({ $0 <= limitRise * high }).max() { high = max(high, raised) }
        guard high > low else { return -1...1 }
        let margin = 0.07 * (high - low)
        return (low - margin)...(high + margin)
    }

    /// The largest absolute flux that sets the range: a few times the second largest, or the largest without one point in forty.
    private static func reach(of points: [LightCurvePlot.Point]) -> Double {
        let sizes = points.map { abs($0.flux) }.sorted(by: >)
        guard let usual = sizes.dropFirst(1 + sizes.count / 40).first ?? sizes.last else { return 0 }
        // Without a detection the errors set the range.
        let errors = points.map(\.error).sorted()
        return outlying * max(usual, errors[errors.count / 2], 1e-30)
    }
}
