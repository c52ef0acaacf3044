internal import Foundation

/// Distances in a flat universe of matter and a cosmological constant, H0 = 70 km/s/Mpc and Omega_m = 0.3.
///
/// Source: Hogg 1999, astro-ph/9905116, equations 14 to 21.
enum FlatUniverse {
    private static let (hubbleDistance, matter) = (299_792.458 / 70, 0.3)
    /// The largest redshift that is looked for.
    private static let mostRedshift = 20.0

    /// The luminosity distance, Mpc.
    static func luminosityDistance(_ z: Double) -> Double { (1 + z) * comovingDistance(z) }

    /// The distance by which an angle becomes a length, Mpc.
    static func angularDistance(_ z: Double) -> Double { comovingDistance(z) / (1 + z) }

    /// The redshift of a luminosity distance in Mpc; `nil` for one that is not positive or beyond redshift 20.
    static func redshift(luminosityDistance distance: Double) -> Double? {
        guard distance > 0, distance <= luminosityDistance(mostRedshift) else { return nil }
        var (low, high) = (0.0, mostRedshift)
        // Newton's steps, and halves where one leads out.
        var z = min(distance / hubbleDistance, high / 2)
        for _ in 0..<60 {
            let excess = luminosityDistance(z) - distance
            if excess > 0 { high = z } else { low = z }
            let slope = comovingDistance(z) + (1 + z) * hubbleDistance / rate(z)
            let next = z - excess / slope
            let step = low...high ~= next ? next : (low + high) / 2
            if abs(step - z) <= 1e-14 * (1 + z) { return step }
            z = step
        }
        return z
    }

    /// H(z) / H0.
    private static func rate(_ z: Double) -> Double { (matter * (1 + z) * (1 + z) * (1 + z) + 1 - matter).squareRoot() }

    /// Mpc, by Gauss's rule of eight points in pieces of half a unit of redshift.
    private static func comovingDistance(_ z: Double) -> Double {
        let pieces = max(1, Int((z * 2).rounded(.up)))
        let half = z / Double(pieces) / 2
        var sum = 0.0
        for piece in 0..<pieces {
            let middle = Double(2 * piece + 1) * half
            for (place, weight) in rule {
                sum += weight * (1 / rate(middle - half * place) + 1 / rate(middle + half * place))
            }
        }
        return hubbleDistance * half * sum
    }

    /// Abramowitz & Stegun 1964, table 25.4, n = 8.
    private static let rule: [(place: Double, weight: Double)] = [
        (0.183434642495649805, 0.362683783378361983), (0.525532409916328986, 0.313706645877887287),
        (0.796666477413626740, 0.222381034453374471), (0.960289856497536232, 0.101228536290376259),
    ]
}
