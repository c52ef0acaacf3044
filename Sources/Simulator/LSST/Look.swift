internal import Foundation

/// What one visit measured at an object's place.
struct Look: Sendable {
    let place: FocalPlane.Place
    /// The truth, nJy.
    let trueFlux: Double
    /// nJy.
    let flux: Double
    let error: Double
    /// Of forced photometry at the object's mean position, nJy: of the same pixels, and so nearly the same number.
    let forcedFlux: Double
    /// nJy.
    var forcedError: Double { 1.03 * error }
    /// What the template has there, nJy.
    let template: Double
    /// Whether the visit found it, and so sent an alert.
    let isFound: Bool
    /// Random numbers of the measurement follow from it.
    let key: UInt64

    /// How well a flux is known beside noise: calibration, and subtraction of what is bright.
    private static let floor = 0.004
    /// The part of what is bright enough that is missed all the same.
    private static let missed = 0.02

    /// What a visit measured; `nil` where no detector had the place.
    ///
    /// - Parameters:
    ///   - object: What is looked at.
    ///   - visit: When, and how.
    ///   - flux: Of a supernova in this visit, computed before for all visits at once.
    ///   - model: What supernovae's fluxes are of.
    init?(_ object: SkyObject, in visit: Visit, supernovaFlux flux: Double? = nil, model: SupernovaModel) {
        let offset = object.offset(at: visit.time)
        guard let place = FocalPlane.place(east: offset.east, north: offset.north, in: visit) else { return nil }
        self.place = place
        key = object.key ^ visit.key
        var random = SeededRandom(key: key, 1)
        template = object.template[visit.band]
        var strength: Double?
        switch object.light {
        case .periodic(let light): trueFlux = template * light.change(at: visit.time, band: visit.band)
        case .wandering(let light): trueFlux = template * light.change(at: visit.time, band: visit.band)
        case .residual(let light):
            strength = light.strength(&random)
            trueFlux = 0
        case .supernova(let supernova):
            trueFlux = flux ?? model.flux(supernova.truth, band: visit.band, times: [visit.time])[0]
        case .asteroid(let asteroid): trueFlux = asteroid.flux(at: visit.time, band: visit.band)
        }
        let bright = Self.floor * (template + abs(trueFlux))
        let sky = visit.noise * (1 + 0.04 * random.normal())
        error = (sky * sky + bright * bright).squareRoot()
        let isMissed = random.chance(Self.missed)
        if case .residual = object.light {
            self.flux = error * (strength ?? min(4, max(-4, random.normal())))
            isFound = strength != nil
        } else {
            let measured = trueFlux + error * random.normal()
            self.flux = measured
            isFound = !isMissed && abs(measured) >= 5 * error
        }
        forcedFlux = self.flux + 0.25 * error * random.normal()
    }
}
