/// How far a free redshift may go to either side before chi^2, the other parameters fitted anew, is 1 above its least.
struct RedshiftProfile {
    let search: MinimumSearch
    let best: Minimizer.Outcome

    /// One standard deviation of z.
    struct Width {
        /// nil where chi^2 rises by 1 on neither side within the bounds: z is not measured.
        var error: Double?
        var isFromProfile: Bool
    }

    /// chi^2 at one parabolic error to a side may be this far above its least for the parabola to stand.
    private static let parabolic = 0.7...1.4

    /// The parabola's error where the profile agrees with it on both sides, else half the profile's width; where it is
    /// open on one side, the other's distance.
    func width(parabola: Double) -> Width {
        let bounds = search.zRange
        let z = best.parameters.z
        func agrees(_ step: Double) -> Bool {
            guard bounds.contains(z + step), let rise = rise(z + step) else { return false }
            return Self.parabolic.contains(rise)
        }
        if parabola.isFinite, agrees(parabola), agrees(-parabola) {
            return Width(error: parabola, isFromProfile: false)
        }
        let first = parabola.isFinite ? parabola : 0.01
        let below = distance(first, room: z - bounds.lowerBound, sign: -1)
        let above = distance(first, room: bounds.upperBound - z, sign: 1)
        guard let below, let above else { return Width(error: below ?? above, isFromProfile: true) }
        return Width(error: (below + above) / 2, isFromProfile: true)
    }

    /// chi^2 above the best's at a redshift.
    private func rise(_ z: Double) -> Double? {
        var descent = search.minimizer(z: z...z)
        descent.maximumSteps = 12
        descent.tolerance = 1e-3
        var start = best.parameters
        start.z = z
        return descent.minimize(from: start).map { max(0, $0.chisq - best.chisq) }
    }

    /// How far from the best z chi^2 has first risen by 1; nil where it does not within `room`.
    private func distance(_ first: Double, room: Double, sign: Double) -> Double? {
        let z = best.parameters.z
        guard room > 0 else { return nil }
        // Outward from where no parabola can be wrong yet, so that the nearest crossing is found.
        var (inside, outside) = (0.0, min(room, max(1e-5, min(first, room) / 4)))
        var risen = rise(z + sign * outside) ?? .infinity
        while risen < 1 {
            guard outside < room else { return nil }
            inside = outside
            outside = min(room, outside * 1.6)
            risen = rise(z + sign * outside) ?? .infinity
        }
        for _ in 0..<7 {
            let middle = (inside + outside) / 2
            if let rise = rise(z + sign * middle), rise < 1 { inside = middle } else { outside = middle }
        }
        return (inside + outside) / 2
    }
}
