internal import Foundation
internal import Salt2

/// One alert of a simulated LSST night, with what is true of it and all that its packet tells.
struct LSSTAlert {
    /// One visit's measurement of the object.
    struct Point {
        let visit: Visit
        let look: Look
        let object: SkyObject
    }

    /// One visit's forced photometry at the object's place.
    struct ForcedPoint {
        let visit: Visit
        let detector: Int
        let counter: Int
        /// nJy.
        let flux, error, template: Double

        init(_ object: SkyObject, _ look: Look, in visit: Visit) {
            (self.visit, detector, counter) = (visit, look.place.detector, object.counter)
            (flux, error, template) = (look.forcedFlux, look.forcedError, look.template)
        }

        init(_ artefact: LSSTArtefact, in visit: Visit) {
            (self.visit, detector, counter) = (visit, artefact.detector, artefact.counter)
            (flux, error, template) = (artefact.flux, artefact.error, artefact.template)
        }
    }

    /// Days of history in a packet.
    static let history = 365.0

    let visit: Visit
    let entry: VisitAlerts.Entry
    let centre: (ra: Double, dec: Double)
    /// `diaObjectId`; 0 for an object of the solar system.
    let objectID: Int64
    /// Earlier detections of the last twelve months, oldest first.
    let past: [Point]
    /// Forced photometry of the last twelve months since the object was found, this visit's at the end.
    let forced: [ForcedPoint]
    /// Of the object's first detection, MJD TAI.
    let first: Double
    /// Detections until now.
    let detections: Int

    init(_ index: Int, of alerts: VisitAlerts, model: SupernovaModel) {
        visit = alerts.visit
        entry = alerts.entries[index]
        centre = alerts.centre
        guard case .object(let object, let look) = entry, object.kind != .asteroid else {
            if case .artefact(let artefact) = entry {
                objectID = Self.id(of: entry, in: alerts.visit)
                forced = [ForcedPoint(artefact, in: alerts.visit)]
            } else {
                (objectID, forced) = (0, [])
            }
            (past, first, detections) = ([], alerts.visit.time, 1)
            return
        }
        var (past, forced): ([Point], [ForcedPoint]) = ([], [])
        var (objectID, first, detections): (Int64?, Double, Int) = (nil, alerts.visit.time, 0)
        let isSplit = object.isSplit
        let half = object.half(in: visit)
        let fluxes = Self.supernovaFluxes(object, alerts.log, model)
        // The last visit of the log is this one; fluxes are of its end.
        let start = alerts.log.count - max(fluxes.count, fluxes.isEmpty ? alerts.log.count : 0)
        for index in start..<alerts.log.count - 1 {
            let earlier = alerts.log[index]
            let flux = fluxes.isEmpty ? nil : fluxes[index - start]
            guard let look = Look(object, in: earlier, supernovaFlux: flux, model: model) else { continue }
            let isOwn = look.isFound && (!isSplit || object.half(in: earlier) == half)
            if isOwn {
                detections += 1
                if objectID == nil {
                    objectID = earlier.sourceID(detector: look.place.detector, counter: object.counter)
                    first = earlier.time
                }
            }
            guard objectID != nil, earlier.time > visit.time - Self.history else { continue }
            if isOwn { past.append(Point(visit: earlier, look: look, object: object)) }
            forced.append(ForcedPoint(object, look, in: earlier))
        }
        forced.append(ForcedPoint(object, look, in: visit))
        (self.past, self.forced, self.first, self.detections) = (past, forced, first, detections + 1)
        self.objectID = objectID ?? Self.id(of: entry, in: visit)
    }

    /// The number of the alert's source.
    var sourceID: Int64 { Self.id(of: entry, in: visit) }

    private static func id(of entry: VisitAlerts.Entry, in visit: Visit) -> Int64 {
        switch entry {
        case .object(let object, let look):
            visit.sourceID(detector: look.place.detector, counter: object.counter)
        case .artefact(let artefact):
            visit.sourceID(detector: artefact.detector, counter: artefact.counter)
        }
    }

    /// A supernova's fluxes in the visits since it exploded; none for other objects.
    private static func supernovaFluxes(_ object: SkyObject, _ log: [Visit], _ model: SupernovaModel) -> [Double] {
        guard case .supernova(let supernova) = object.light else { return [] }
        let truth = supernova.truth
        let start = truth.t0 + SupernovaModel.phases.lowerBound * (1 + truth.z)
        let seen = log[(log.firstIndex { $0.time >= start } ?? log.count - 1)...]
        var fluxes = [Double](repeating: 0, count: seen.count)
        for band in LSSTBand.allCases {
            let places = seen.indices.filter { seen[$0].band == band }
            guard !places.isEmpty else { continue }
            let found = model.flux(truth, band: band, times: places.map { seen[$0].time })
            for (place, flux) in zip(places, found) { fluxes[place - seen.startIndex] = flux }
        }
        return fluxes
    }

    /// The object of the solar system that it is of.
    var asteroid: Asteroid? {
        guard case .object(let object, _) = entry, case .asteroid(let asteroid) = object.light else { return nil }
        return asteroid
    }

    // MARK: - Truth

    /// What the source is.
    var kind: LSSTClass {
        if case .object(let object, _) = entry { object.kind } else { .artefact }
    }

    /// Where it truly is, degrees.
    var position: (ra: Double, dec: Double) {
        let offset: (east: Double, north: Double) =
            switch entry {
            case .object(let object, _): object.offset(at: visit.time)
            case .artefact(let artefact):
                FocalPlane.offset(detector: artefact.detector, x: artefact.x, y: artefact.y, in: visit)
            }
        return Self.position(offset, from: centre)
    }

    /// A place on the sky by its degrees from a field's centre.
    static func position(
        _ offset: (east: Double, north: Double), from centre: (ra: Double, dec: Double)
    ) -> (ra: Double, dec: Double) {
        let dec = centre.dec + offset.north
        let ra = centre.ra + offset.east / cos(dec * Double.pi / 180)
        return (ra < 0 ? ra + 360 : ra >= 360 ? ra - 360 : ra, dec)
    }

    /// The truth table's columns.
    static let truthHeader =
        "diaSourceId,diaObjectId,ssObjectId,class,ra,dec,midpointMjdTai,band,flux,detections,z,t0,x0,x1,c"

    /// The alert's row of the truth table.
    var truthRow: String {
        let (ra, dec) = position
        var (flux, asteroid, supernova): (Double, String, LSSTSupernova?) = (0, "", nil)
        if case .object(let object, let look) = entry {
            flux = look.trueFlux
            if case .asteroid(let found) = object.light { asteroid = String(found.ssObjectId) }
            if case .supernova(let found) = object.light { supernova = found }
        }
        var cells: [String] = [
            String(sourceID), objectID == 0 ? "" : String(objectID), asteroid, kind.rawValue, ra.description,
            dec.description, visit.time.description, String(decoding: visit.band.letter, as: UTF8.self),
            flux.description, String(detections),
        ]
        let truth = supernova.map {
            [$0.truth.z, $0.truth.t0, $0.truth.x0, $0.truth.x1, $0.truth.c].map(\.description)
        }
        cells += truth ?? Array(repeating: "", count: 5)
        return cells.joined(separator: ",")
    }
}
