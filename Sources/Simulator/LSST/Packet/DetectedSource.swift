internal import Foundation

/// A source as a visit measured it: all that its record and its images follow from.
///
/// The same visit and object give the same source, in its own alert as well as in the history of later ones.
struct DetectedSource {
    let id: Int64
    let kind: LSSTClass
    let cause: LSSTArtefact.Cause?
    let visit: Visit
    let detector: Int
    let x, y: Double
    /// Degrees, as measured.
    let ra, dec: Double
    /// nJy.
    let flux, error, template: Double
    /// Pixels: one sigma of the position.
    let positionError: Double
    let isDipole: Bool
    let isGalaxy: Bool
    /// Whether the survey's flag says negative; it misses some.
    let isNegative: Bool
    let reliability: Double
    /// Pixels.
    let bboxSize: Int
    /// Arcsec, and degrees.
    let trail: (length: Double, angle: Double)
    /// When the survey took it back, MJD TAI.
    let withdrawn: Double?
    /// Random numbers of the record's other fields follow from it.
    let key: UInt64

    /// Of an object.
    init(_ object: SkyObject, _ look: Look, in visit: Visit, centre: (ra: Double, dec: Double)) {
        var random = SeededRandom(key: look.key, 2)
        id = visit.sourceID(detector: look.place.detector, counter: object.counter)
        (kind, cause, self.visit, key) = (object.kind, nil, visit, look.key)
        (detector, x, y) = (look.place.detector, look.place.x, look.place.y)
        (flux, error, template) = (look.flux, look.error, look.template)
        positionError = Self.positionError(flux / error, visit)
        let truth = LSSTAlert.position(object.offset(at: visit.time), from: centre)
        (ra, dec) = Self.moved(truth, by: positionError, &random)
        isGalaxy = object.template.isGalaxy
        var isDipole = false
        if case .residual(let light) = object.light { isDipole = light.isDipole && random.chance(0.8) }
        self.isDipole = isDipole
        isNegative = flux < 0 && !random.chance(object.kind == .residual ? 0.12 : 0.01)
        reliability =
            object.kind == .residual
            ? random.chance(0.08) ? random.uniform(0.1, 0.5) : 0.5 + 0.42 * random.unit() * random.unit()
            : 1 - 0.4 * random.unit() * random.unit()
        let moving =
            if case .asteroid(let asteroid) = object.light { asteroid.trail(visit.band.exposureTime) } else { 0.0 }
        trail = (
            moving > 0 ? moving + 0.3 * random.unit() : 0.5 + 2 * random.unit() * random.unit(), random.uniform(-90, 90)
        )
        bboxSize = Self.bbox(flux / error, trail: moving, isDipole: isDipole, &random)
        withdrawn =
            object.kind == .residual && random.chance(0.01) ? visit.processed + random.uniform(0.3, 0.7) : nil
    }

    /// Of what is seen once.
    init(_ artefact: LSSTArtefact, in visit: Visit, centre: (ra: Double, dec: Double)) {
        var random = SeededRandom(key: artefact.key, 2)
        id = visit.sourceID(detector: artefact.detector, counter: artefact.counter)
        (kind, cause, self.visit, key) = (.artefact, artefact.cause, visit, artefact.key)
        (detector, x, y) = (artefact.detector, artefact.x, artefact.y)
        (flux, error, template) = (artefact.flux, artefact.error, artefact.template)
        positionError = Self.positionError(flux / error, visit)
        let offset = FocalPlane.offset(detector: detector, x: x, y: y, in: visit)
        (ra, dec) = LSSTAlert.position(offset, from: centre)
        (isGalaxy, isDipole) = (false, false)
        isNegative = flux < 0 && !random.chance(0.12)
        reliability = random.chance(0.1) ? random.uniform(0.1, 0.5) : 0.5 + 0.45 * random.unit() * random.unit()
        let isLong = artefact.cause == .streak || artefact.cause == .glint
        trail = (isLong ? random.uniform(4, 14) : 0.5 + 2.5 * random.unit(), random.uniform(-90, 90))
        bboxSize = Self.bbox(flux / error, trail: isLong ? trail.length : 0, isDipole: false, &random)
        withdrawn = nil
    }

    /// Pixels: a star's width over its signal to noise, never less than a hundredth.
    private static func positionError(_ strength: Double, _ visit: Visit) -> Double {
        max(0.01, visit.seeing / FocalPlane.pixel / 2.355 / abs(strength) * 1.2)
    }

    /// A place as measured, with an error in pixels.
    private static func moved(
        _ truth: (ra: Double, dec: Double), by pixels: Double, _ random: inout SeededRandom
    ) -> (ra: Double, dec: Double) {
        let degrees = pixels * FocalPlane.pixel / 3600
        return (
            truth.ra + degrees * random.normal() / cos(truth.dec * Double.pi / 180),
            truth.dec + degrees * random.normal()
        )
    }

    /// Side of the footprint's box.
    ///
    /// Source: packets of schemas 9.0 and 10.0 of 2025 and 2026, whose quantiles of 10, 50 and 90% are 12, 22 and 45.
    private static func bbox(
        _ strength: Double, trail: Double, isDipole: Bool, _ random: inout SeededRandom
    ) -> Int {
        let core = 9 + 5 * log(abs(strength)) * random.uniform(0.5, 1.3) + (isDipole ? 10 : 0)
        let wings = random.chance(0.12) ? 30 * random.unit() * random.unit() : 0
        return Int(min(102, max(8, core + wings + trail / FocalPlane.pixel)))
    }
}
