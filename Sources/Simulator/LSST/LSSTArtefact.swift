internal import Foundation

/// A source that one visit has and no other: a cosmic ray, a streak, a glint, a ghost, or noise.
struct LSSTArtefact: Sendable {
    /// What it comes from.
    enum Cause: Int, Sendable { case noise, cosmicRay, streak, glint, edge, saturated, injected }

    let counter: Int
    let detector: Int
    /// Pixels.
    let x: Double
    let y: Double
    let cause: Cause
    let flux: Double
    let error: Double
    let key: UInt64

    init(number: Int, in visit: Visit) {
        counter = FieldPopulation.firstArtefact + number
        var random = SeededRandom(key: visit.key, 1 << 40 + UInt64(number))
        detector = random.int(0...FocalPlane.detectors - 1)
        (x, y) = (random.uniform(8, FocalPlane.side - 8), random.uniform(8, FocalPlane.side - 8))
        let share = random.unit()
        cause =
            share < 0.6
            ? .noise
            : share < 0.78
                ? .cosmicRay
                : share < 0.86
                    ? .streak : share < 0.92 ? .glint : share < 0.96 ? .edge : share < 0.993 ? .saturated : .injected
        error = visit.noise * (1 + 0.04 * random.normal())
        // Steep towards the limit: half of them are below 6 sigma.
        let strength = 5.02 - (cause == .noise ? 1.4 : 6) * log(1 - 0.999 * random.unit())
        flux = error * (random.chance(cause == .noise ? 0.35 : 0.1) ? -strength : strength)
        key = random.next()
    }

    /// Nothing of the kind is known at its place.
    var template: Double { cause == .saturated ? 4e5 : 0 }
}
