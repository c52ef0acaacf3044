internal import Foundation

/// A pulsating or eclipsing star: magnitudes follow a sine with a harmonic.
struct PeriodicLight: Sendable {
    /// How much it varies in each band, in units of r.
    private static let colours = [1.2, 1.15, 1, 0.85, 0.8, 0.75]

    let period: Double
    let amplitude: Double
    let phase: Double
    let harmonic: Double

    init(_ random: inout SeededRandom) {
        period = random.chance(0.7) ? pow(10, random.uniform(-0.7, 0.3)) : pow(10, random.uniform(1, 2.6))
        amplitude = pow(10, random.uniform(-1.6, -0.1))
        phase = random.uniform(0, 2 * Double.pi)
        harmonic = random.uniform(0, 0.4)
    }

    /// Flux of the difference, in units of the template's.
    func change(at time: Double, band: LSSTBand) -> Double {
        let angle = 2 * Double.pi * (time / period).truncatingRemainder(dividingBy: 1) + phase
        let colour = Self.colours[band.rawValue]
        return pow(10, -0.4 * amplitude * colour * (sin(angle) + harmonic * sin(2 * angle))) - 1
    }
}

/// An active nucleus: waves from a week to three years, the longer ones the higher, as a damped random walk has them.
struct WanderingLight: Sendable {
    /// Days.
    private static let periods: [Double] = [9, 31, 97, 293, 811]
    private static let weights: [Double] = [0.09, 0.17, 0.3, 0.5, 0.7]
    /// How much it varies in each band, in units of r.
    private static let colours = [1.4, 1.2, 1, 0.85, 0.75, 0.7]

    private var phases = SIMD8<Double>.zero
    /// Magnitudes.
    private let amplitude: Double

    init(_ random: inout SeededRandom) {
        amplitude = pow(10, random.uniform(-1.3, -0.4))
        for wave in Self.periods.indices { phases[wave] = random.uniform(0, 2 * Double.pi) }
    }

    /// Flux of the difference, in units of the template's.
    func change(at time: Double, band: LSSTBand) -> Double {
        var sum = 0.0
        for index in Self.periods.indices {
            sum += Self.weights[index] * sin(2 * Double.pi * time / Self.periods[index] + phases[index])
        }
        let colour = Self.colours[band.rawValue]
        return pow(10, -0.4 * amplitude * colour * sum) - 1
    }
}

/// What subtraction leaves of a bright source: found in some visits, by chance.
struct ResidualLight: Sendable {
    /// How often.
    let chance: Double
    /// How often it is negative.
    let negative: Double
    let isDipole: Bool

    init(_ random: inout SeededRandom) {
        chance = 0.03 + 0.72 * random.unit() * random.unit()
        negative = random.chance(0.3) ? 0.9 : random.uniform(0, 0.5)
        isDipole = random.chance(0.4)
    }

    /// Signal to noise where a visit finds it; `nil` where it does not.
    func strength(_ random: inout SeededRandom) -> Double? {
        guard random.chance(chance) else { return nil }
        let size = 5.02 - 3.5 * log(1 - 0.999 * random.unit())
        return random.chance(negative) ? -size : size
    }
}
