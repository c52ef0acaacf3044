/// One object of a field: what it is, where, and what decides its brightness.
struct SkyObject: Sendable {
    /// What makes it vary.
    enum Light: Sendable {
        case periodic(PeriodicLight)
        case wandering(WanderingLight)
        case residual(ResidualLight)
        case supernova(LSSTSupernova)
        case asteroid(Asteroid)
    }

    let kind: LSSTClass
    /// Its number in the field, part of its sources' numbers.
    let counter: Int
    /// Random numbers of the object follow from it.
    let key: UInt64
    /// Degrees from the field's centre.
    let east: Double
    let north: Double
    /// Of what the template has at its place.
    let template: TemplateSource
    let light: Light

    /// Whether its detections are spread over two objects: two images within minutes are associated apart.
    var isSplit: Bool {
        guard kind != .asteroid else { return false }
        var random = SeededRandom(key: key, 9)
        return random.chance(0.006)
    }

    /// Which of the two objects of a split one a visit's detection belongs to.
    func half(in visit: Visit) -> Int {
        var random = SeededRandom(key: key ^ visit.key, 10)
        return random.int(0...1)
    }

    /// Where it is at a time, degrees from the field's centre.
    func offset(at time: Double) -> (east: Double, north: Double) {
        if case .asteroid(let asteroid) = light { return asteroid.offset(at: time) }
        return (east, north)
    }
}

/// What the template has at a place: a star's or a galaxy's flux as a point source.
struct TemplateSource: Sendable {
    /// Magnitudes by which a red source is brighter than a blue one, in each band.
    private static let slopes = SIMD8(2.2, 0.9, 0, -0.35, -0.55, -0.65, 0, 0)

    private let magnitudes: SIMD8<Double>
    let isGalaxy: Bool

    /// Nothing.
    static let none = TemplateSource(magnitude: .infinity, colour: 0.15, isGalaxy: false)

    /// - Parameters:
    ///   - magnitude: In r, AB.
    ///   - colour: From 0, blue, to 1, red.
    ///   - isGalaxy: Whether it is extended.
    init(magnitude: Double, colour: Double, isGalaxy: Bool) {
        magnitudes = SIMD8(repeating: magnitude) + Self.slopes * (colour - 0.15)
        self.isGalaxy = isGalaxy
    }

    /// Flux in a band, nJy.
    subscript(band: LSSTBand) -> Double { LSSTBand.flux(magnitude: magnitudes[band.rawValue]) }
}
