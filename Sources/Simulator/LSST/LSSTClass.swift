/// What a simulated LSST source is.
package enum LSSTClass: String, Sendable, CaseIterable {
    /// A variable star: it is in the template.
    case star
    /// An active nucleus of a galaxy.
    case agn
    /// What subtraction leaves of a bright star or galaxy, again and again: most are dipoles, or negative.
    case residual
    /// A type Ia supernova.
    case supernova
    /// A known object of the solar system.
    case asteroid
    /// Seen once and never again: a cosmic ray, a streak, a glint, noise.
    case artefact
}

/// How many objects of each class a field has, so that its visits have the alerts they should have.
struct LSSTMix: Sendable {
    /// A class's part of a visit's alerts. What is left are artefacts, which fill a visit up to its number.
    ///
    /// Source: yields of Fink's filters over all alerts, which are 14% stars of Gaia, 4.6% objects of the solar system, 4.6%
    /// supernova candidates near galaxies, 22% new objects.
    private static let shares: [LSSTClass: Double] = [
        .residual: 0.41, .star: 0.14, .agn: 0.11, .supernova: 0.04, .asteroid: 0.046,
    ]
    /// How often a visit of its field finds an object of a class, in the mean over filters; of supernovae and asteroids the
    /// days for which it would.
    private static let found: [LSSTClass: Double] = [
        .residual: 0.24, .star: 0.5, .agn: 0.4, .supernova: 40, .asteroid: 8,
    ]

    let stars, nuclei, residuals: Int
    /// Supernovae and asteroids a day.
    let supernovaRate, asteroidRate: Double

    /// - Parameter alerts: Alerts of a visit.
    init(alerts: Int) {
        // Objects are found by chance, and a deep visit finds more. So many that a visit of a fifth more than usual, and five
        // times its scatter, still has room for all.
        let total = Self.shares.values.reduce(0, +)
        let root = (-5 + (25 + 4 * Double(alerts)).squareRoot()) / 2
        let mean = min(root * root / 1.2, total * Double(alerts)) / total
        func count(_ kind: LSSTClass) -> Double { mean * Self.shares[kind, default: 0] / Self.found[kind, default: 1] }
        stars = Int(count(.star))
        nuclei = Int(count(.agn))
        residuals = Int(count(.residual))
        supernovaRate = count(.supernova)
        asteroidRate = count(.asteroid)
    }
}
