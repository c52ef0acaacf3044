internal import Foundation
internal import Salt2

/// The objects of a field. Each follows from the seed, the field and its number.
struct FieldPopulation: Sendable {
    // Numbers of 19 bits; of supernovae and asteroids, of which ever new ones come, the lower 16.
    private static let firstSupernova = 1 << 17
    private static let firstAsteroid = 1 << 18
    /// Of what is seen once.
    static let firstArtefact = 3 << 17
    /// From which supernovae and asteroids are counted, MJD: long before any visit.
    private static let epoch = 60_000.0

    let field: Int
    let mix: LSSTMix
    private let key: UInt64

    init(field: Int, seed: UInt64, mix: LSSTMix) {
        self.field = field
        self.mix = mix
        var random = SeededRandom(seed: seed, 43, UInt64(field))
        key = random.next()
    }

    /// How many objects are always there.
    var lasting: Int { mix.residuals + mix.stars + mix.nuclei }

    /// An object that is always there; `nil` if it lies outside the visit's camera, which is checked before the object is made.
    func lastingObject(_ number: Int) -> SkyObject {
        var random = SeededRandom(key: key, UInt64(number))
        let (east, north) = Self.place(&random)
        let objectKey = random.next()
        if number < mix.residuals {
            let light = ResidualLight(&random)
            let isGalaxy = random.chance(0.35)
            return SkyObject(
                kind: .residual, counter: number, key: objectKey, east: east, north: north,
                template: TemplateSource(
                    magnitude: 16.3 + 5 * random.unit(), colour: random.unit(), isGalaxy: isGalaxy),
                light: .residual(light))
        }
        if number < mix.residuals + mix.stars {
            let light = PeriodicLight(&random)
            return SkyObject(
                kind: .star, counter: number, key: objectKey, east: east, north: north,
                template: TemplateSource(
                    magnitude: 15.8 + 6.5 * random.unit().squareRoot(), colour: random.uniform(0, 0.8), isGalaxy: false
                ), light: .periodic(light))
        }
        let light = WanderingLight(&random)
        return SkyObject(
            kind: .agn, counter: number, key: objectKey, east: east, north: north,
            template: TemplateSource(
                magnitude: 18 + 4 * random.unit().squareRoot(), colour: random.uniform(0, 0.3), isGalaxy: true),
            light: .wandering(light))
    }

    /// Where an object that is always there lies, without the rest of it.
    func lastingPlace(_ number: Int) -> (east: Double, north: Double) {
        var random = SeededRandom(key: key, UInt64(number))
        return Self.place(&random)
    }

    private static func place(_ random: inout SeededRandom) -> (east: Double, north: Double) {
        let (radius, angle) = (FocalPlane.radius * random.unit().squareRoot(), random.uniform(0, 2 * Double.pi))
        return (radius * cos(angle), radius * sin(angle))
    }

    /// The supernovae that may be seen at a time.
    func supernovae(at time: Double) -> [SkyObject] {
        let longest = 1 + SupernovaModel.redshifts.upperBound
        let (early, late) = (SupernovaModel.phases.upperBound, SupernovaModel.phases.lowerBound)
        return numbers(mix.supernovaRate, from: time - early * longest, to: time - late * longest).compactMap {
            number in
            var random = SeededRandom(key: key, 1 << 32 + UInt64(number))
            let peak = Self.epoch + (Double(number) + random.unit()) / mix.supernovaRate
            let (east, north) = Self.place(&random)
            let objectKey = random.next()
            let supernova = LSSTSupernova(peak: peak, &random)
            guard SupernovaModel.phases.contains((time - peak) / (1 + supernova.truth.z)) else { return nil }
            let host = TemplateSource(
                magnitude: 19 + 8 * supernova.truth.z + random.uniform(0, 3), colour: random.uniform(0.1, 0.6),
                isGalaxy: true)
            return SkyObject(
                kind: .supernova, counter: Self.firstSupernova + number & 0xFFFF, key: objectKey, east: east,
                north: north, template: host, light: .supernova(supernova))
        }
    }

    /// The asteroids that may be in the field at a time.
    func asteroids(at time: Double) -> [SkyObject] {
        numbers(mix.asteroidRate, from: time - Asteroid.reach, to: time + Asteroid.reach).map { number in
            var random = SeededRandom(key: key, 2 << 32 + UInt64(number))
            let crossing = Self.epoch + (Double(number) + random.unit()) / mix.asteroidRate
            let objectKey = random.next()
            let asteroid = Asteroid(number: number, field: field, time: crossing, &random)
            return SkyObject(
                kind: .asteroid, counter: Self.firstAsteroid + number & 0xFFFF, key: objectKey, east: asteroid.east,
                north: asteroid.north, template: .none, light: .asteroid(asteroid))
        }
    }

    /// Numbers of what comes at a rate a day between two times.
    private func numbers(_ rate: Double, from start: Double, to end: Double) -> Range<Int> {
        guard rate > 0 else { return 0..<0 }
        let first = max(0, Int((start - Self.epoch) * rate) - 1)
        return first..<max(first, Int((end - Self.epoch) * rate) + 1)
    }
}
