internal import Avro

/// Maps a projected LSST packet, of schema 7.0 to 11.1 and also as Fink rewrites it, onto an ``Alert``.
struct LSSTMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>

    func alert() throws(AlertError) -> Alert {
        guard let id = self[.diaSourceId].long else { throw missing(.diaSourceId) }
        guard let mjd = self[.midpointMjdTai].number else { throw missing(.midpointMjdTai) }
        return Alert(
            survey: .lsst, id: id, objectId: object.id.map { String($0) },
            detection: Detection(
                id: id, epoch: Epoch(mjd: mjd, scale: .taiMiddle), bandpass: bandpass(self[.band]),
                ra: self[.ra].number, dec: self[.dec].number, brightness: Self.flux(self[.psfFlux], self[.psfFluxErr]),
                isPositive: Self.sign(self[.isNegative], self[.is_negative], flux: self[.psfFlux]), zeroPoint: nil,
                realBogus: self[.reliability].number.map { Float($0) }),
            catalogueMatch: catalogueMatch, solarSystemMatch: solarSystemMatch, lightCurve: lightCurve(),
            cutouts: Cutouts(
                science: self[.cutoutScience].slice(of: body), template: self[.cutoutTemplate].slice(of: body),
                difference: self[.cutoutDifference].slice(of: body)),
            quality: nil)
    }

    private subscript(field: LSSTField) -> AvroScalar { record.columns[field.rawValue] }

    private func missing(_ field: LSSTField) -> AlertError {
        AlertError(.missingField, field: field.path, detail: "the packet has no \(field.path)")
    }

    /// Both ids are 0 where older schemas could not write a null.
    private var diaObjectId: Int64? { self[.diaObjectId].long.flatMap { $0 == 0 ? nil : $0 } }

    private var ssObjectId: Int64? {
        (self[.ssObjectId].long ?? self[.ssSourceObjectId].long).flatMap { $0 == 0 ? nil : $0 }
    }

    /// The object that the alert is of; one of the solar system has no `diaObjectId`.
    var object: (id: Int64?, isSolarSystem: Bool) {
        if let diaObjectId { return (diaObjectId, false) }
        return (ssObjectId, ssObjectId != nil)
    }

    private func bandpass(_ band: AvroScalar) -> Bandpass? {
        guard let text = band.slice(of: body), text.count == 1 else { return nil }
        return Bandpass(lsstBand: text[text.startIndex])
    }

    private static func flux(_ value: AvroScalar, _ error: AvroScalar) -> Brightness? {
        guard let value = value.number else { return nil }
        return .flux(FluxDensity(nanojansky: value, error: error.number))
    }

    /// The survey's own flag where the schema has one, by either of its spellings; else the sign of the flux.
    private static func sign(_ isNegative: AvroScalar, _ is_negative: AvroScalar, flux: AvroScalar) -> Bool? {
        (isNegative.boolean ?? is_negative.boolean).map { !$0 } ?? flux.number.map { $0 > 0 }
    }

    /// `nearbyObj1LnP` is the natural logarithm of the probability that the neighbour is the object's host; it says
    /// nothing of stars, so the score stays `nil`.
    private var catalogueMatch: CatalogueMatch? {
        self[.nearbyObj1Dist].number.map { CatalogueMatch(distance: $0, starScore: nil) }
    }

    private var solarSystemMatch: SolarSystemMatch? {
        guard let ssObjectId else { return nil }
        return SolarSystemMatch(
            name: self[.designation].string(in: body) ?? String(ssObjectId), distance: self[.ephOffset].number,
            magnitude: self[.ephVmag].number)
    }

    private func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let sources = record.lists[LSSTLayout.historyList]
        curve.detections.reserveCapacity(sources.count)
        for row in 0..<sources.count {
            func value(_ field: LSSTHistoryField) -> AvroScalar { sources.values[row * sources.width + field.rawValue] }
            guard let mjd = value(.midpointMjdTai).number else { continue }
            curve.detections.append(
                Detection(
                    id: value(.diaSourceId).long, epoch: Epoch(mjd: mjd, scale: .taiMiddle),
                    bandpass: bandpass(value(.band)), ra: value(.ra).number, dec: value(.dec).number,
                    brightness: Self.flux(value(.psfFlux), value(.psfFluxErr)),
                    isPositive: Self.sign(value(.isNegative), value(.is_negative), flux: value(.psfFlux)),
                    zeroPoint: nil, realBogus: value(.reliability).number.map { Float($0) }))
        }
        addForced(to: &curve)
        addLimits(to: &curve)
        return curve
    }

    private func addForced(to curve: inout LightCurve) {
        let forced = record.lists[LSSTLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count {
            func value(_ field: LSSTForcedField) -> AvroScalar { forced.values[row * forced.width + field.rawValue] }
            guard let mjd = value(.midpointMjdTai).number else { continue }
            curve.forced.append(
                ForcedMeasurement(
                    epoch: Epoch(mjd: mjd, scale: .taiMiddle), bandpass: bandpass(value(.band)),
                    flux: value(.psfFlux).number, fluxError: value(.psfFluxErr).number, zeroPoint: nil))
        }
    }

    private func addLimits(to curve: inout LightCurve) {
        let limits = record.lists[LSSTLayout.limitList]
        for row in 0..<limits.count {
            func value(_ field: LSSTLimitField) -> AvroScalar { limits.values[row * limits.width + field.rawValue] }
            guard let mjd = value(.midpointMjdTai).number else { continue }
            curve.upperLimits.append(
                UpperLimit(
                    epoch: Epoch(mjd: mjd, scale: .taiMiddle), bandpass: bandpass(value(.band)),
                    limit: Self.flux(value(.diaNoise), .absent)))
        }
    }
}
