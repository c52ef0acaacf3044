internal import Avro

/// Maps a projected LSST packet, of schema 7.0 to 11.1 and also as Fink rewrites it, onto an ``Alert``.
struct LSSTMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let id = self[.diaSourceId].integer(in: body) else { throw .missing(LSSTField.diaSourceId.path) }
        guard let mjd = self[.midpointMjdTai].number(in: body), LSSTLayout.times.contains(mjd) else {
            throw .time(
                self[.midpointMjdTai], LSSTField.midpointMjdTai.path, "modified Julian date of the years 1900 to 2099")
        }
        let (isNegative, is_negative) = (flag(.isNegative), flag(.is_negative))
        let (flux, fluxError) = (number(.psfFlux), number(.psfFluxErr))
        let band = self[.band]
        return Alert(
            survey: .lsst, id: id, objectId: object.id.map { String($0) },
            detection: Detection(
                id: id, epoch: Epoch(mjd: mjd, scale: .taiMiddle),
                bandpass: notes.checked(band.lsstBandpass(in: body), of: band, in: body, LSSTField.band.path),
                ra: notes.angle(self[.ra], within: SkyRange.rightAscension, in: body, LSSTField.ra.path),
                dec: notes.angle(self[.dec], within: SkyRange.declination, in: body, LSSTField.dec.path),
                brightness: Self.flux(flux, fluxError),
                isPositive: Self.sign(isNegative ?? is_negative, flux: flux), zeroPoint: nil,
                realBogus: number(.reliability).map { Float($0) }, marks: marks()),
            catalogueMatch: catalogueMatch(), solarSystemMatch: solarSystemMatch(),
            lightCurve: lightCurve().marked(upTo: Epoch(mjd: mjd, scale: .taiMiddle)),
            cutouts: Cutouts(
                science: self[.cutoutScience].slice(of: body), template: self[.cutoutTemplate].slice(of: body),
                difference: self[.cutoutDifference].slice(of: body)),
            quality: nil)
    }

    private subscript(field: LSSTField) -> AvroScalar { record.columns[field.rawValue] }

    private mutating func number(_ field: LSSTField) -> Double? {
        notes.checked(self[field].number(in: body), of: self[field], in: body, field.path)
    }

    private mutating func flag(_ field: LSSTField) -> Bool? {
        notes.checked(self[field].flag(in: body), of: self[field], in: body, field.path)
    }

    /// Both ids are 0 where older schemas could not write a null.
    private var diaObjectId: Int64? { self[.diaObjectId].integer(in: body).flatMap { $0 == 0 ? nil : $0 } }

    private var ssObjectId: Int64? {
        (self[.ssObjectId].integer(in: body) ?? self[.ssSourceObjectId].integer(in: body))
            .flatMap { $0 == 0 ? nil : $0 }
    }

    /// The object that the alert is of; one of the solar system has no `diaObjectId`.
    var object: (id: Int64?, isSolarSystem: Bool) {
        if let diaObjectId { return (diaObjectId, false) }
        return (ssObjectId, ssObjectId != nil)
    }

    private static func flux(_ value: Double?, _ error: Double?) -> Brightness? {
        value.map { .flux(FluxDensity(nanojansky: $0, error: error)) }
    }

    private func marks() -> PointMarks {
        LSSTFlag.marks(in: body, withdrawn: self[.timeWithdrawnMjdTai]) {
            record.columns[LSSTField.psfFlux_flag.rawValue + $0]
        }
    }

    /// Positive is what both the survey's flag, by either of its spellings, and the flux say is positive: the flag is false
    /// on a quarter of the real alerts of negative flux. Where one says nothing the other stands.
    private static func sign(_ isNegative: Bool?, flux: Double?) -> Bool? {
        guard let isNegative else { return flux.map { $0 > 0 } }
        return !isNegative && flux.map { $0 > 0 } ?? true
    }

    /// `nearbyObj1LnP` is the natural logarithm of the probability that the neighbour is the object's host; it says
    /// nothing of stars, so the score stays `nil`.
    private mutating func catalogueMatch() -> CatalogueMatch? {
        number(.nearbyObj1Dist).map { CatalogueMatch(distance: $0, starScore: nil, tellsStars: false) }
    }

    private mutating func solarSystemMatch() -> SolarSystemMatch? {
        guard let ssObjectId else { return nil }
        return SolarSystemMatch(
            name: self[.designation].name(in: body) ?? String(ssObjectId), distance: number(.ephOffset),
            magnitude: number(.ephVmag))
    }

    // MARK: - The past

    /// What the lists say, whichever alert brought them.
    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let sources = record.lists[LSSTLayout.historyList]
        curve.detections.reserveCapacity(sources.count)
        for row in 0..<sources.count { add(sources, row, to: &curve) }
        addForced(to: &curve)
        addLimits(to: &curve)
        return curve
    }

    private mutating func add(_ sources: ProjectedList, _ row: Int, to curve: inout LightCurve) {
        let start = row * sources.width
        func value(_ field: LSSTHistoryField) -> AvroScalar { sources.values[start + field.rawValue] }
        func number(_ field: LSSTHistoryField, _ notes: inout ReadingNotes) -> Double? {
            let scalar = value(field)
            return notes.checked(scalar.number(in: body), of: scalar, in: body, "prvDiaSources.\(field)")
        }
        func flag(_ field: LSSTHistoryField, _ notes: inout ReadingNotes) -> Bool? {
            let scalar = value(field)
            return notes.checked(scalar.flag(in: body), of: scalar, in: body, "prvDiaSources.\(field)")
        }
        guard let epoch = epoch(value(.midpointMjdTai)) else { return notes.leaveOutPoint() }
        let (isNegative, is_negative) = (flag(.isNegative, &notes), flag(.is_negative, &notes))
        let flux = number(.psfFlux, &notes)
        curve.detections.append(
            Detection(
                id: value(.diaSourceId).integer(in: body), epoch: epoch,
                bandpass: bandpass(value(.band), "prvDiaSources.band"),
                ra: notes.angle(value(.ra), within: SkyRange.rightAscension, in: body, "prvDiaSources.ra"),
                dec: notes.angle(value(.dec), within: SkyRange.declination, in: body, "prvDiaSources.dec"),
                brightness: Self.flux(flux, number(.psfFluxErr, &notes)),
                isPositive: Self.sign(isNegative ?? is_negative, flux: flux), zeroPoint: nil,
                realBogus: number(.reliability, &notes).map { Float($0) },
                marks: LSSTFlag.marks(in: body, withdrawn: value(.timeWithdrawnMjdTai)) {
                    sources.values[start + LSSTHistoryField.psfFlux_flag.rawValue + $0]
                }))
    }

    private mutating func addForced(to curve: inout LightCurve) {
        let forced = record.lists[LSSTLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count {
            func value(_ field: LSSTForcedField) -> AvroScalar { forced.values[row * forced.width + field.rawValue] }
            func number(_ field: LSSTForcedField, _ notes: inout ReadingNotes) -> Double? {
                let scalar = value(field)
                return notes.checked(scalar.number(in: body), of: scalar, in: body, "prvDiaForcedSources.\(field)")
            }
            guard let epoch = epoch(value(.midpointMjdTai)) else {
                notes.leaveOutPoint()
                continue
            }
            curve.forced.append(
                ForcedMeasurement(
                    epoch: epoch, bandpass: bandpass(value(.band), "prvDiaForcedSources.band"),
                    flux: number(.psfFlux, &notes), fluxError: number(.psfFluxErr, &notes),
                    zeroPoint: FluxDensity.zeroPoint,
                    marks: LSSTFlag.withdrawn(value(.timeWithdrawnMjdTai), in: body)))
        }
    }

    private mutating func addLimits(to curve: inout LightCurve) {
        let limits = record.lists[LSSTLayout.limitList]
        for row in 0..<limits.count {
            func value(_ field: LSSTLimitField) -> AvroScalar { limits.values[row * limits.width + field.rawValue] }
            guard let epoch = epoch(value(.midpointMjdTai)) else {
                notes.leaveOutPoint()
                continue
            }
            let noise = notes.checked(
                value(.diaNoise).number(in: body), of: value(.diaNoise), in: body, "prvDiaNondetectionLimits.diaNoise")
            curve.upperLimits.append(
                UpperLimit(
                    epoch: epoch, bandpass: bandpass(value(.band), "prvDiaNondetectionLimits.band"),
                    limit: Self.flux(noise, nil)))
        }
    }

    private func epoch(_ time: AvroScalar) -> Epoch? {
        guard let mjd = time.number(in: body), LSSTLayout.times.contains(mjd) else { return nil }
        return Epoch(mjd: mjd, scale: .taiMiddle)
    }

    private mutating func bandpass(_ band: AvroScalar, _ field: @autoclosure () -> String) -> Bandpass? {
        notes.checked(band.lsstBandpass(in: body), of: band, in: body, field())
    }
}

extension AvroScalar {
    /// `band`, one letter of `ugrizy`; also as `LSST-r` or `lsst_r`, and as the filter's own name, `r_57`.
    func lsstBandpass(in body: ArraySlice<UInt8>) -> Bandpass? {
        guard let text = text(in: body), text.count <= 16 else { return nil }
        if text.count == 1 { return Bandpass.lsst(text[text.startIndex] | 0x20) }
        guard var name = string(in: body)?.lowercased() else { return nil }
        if name.hasPrefix("lsst") { name.removeFirst(4) }
        let parts = name.split(whereSeparator: { "_-. ".contains($0) })
        guard let letter = parts.first?.utf8.first, parts[0].utf8.count == 1 else { return nil }
        guard parts.count == 1 || parts.count == 2 && parts[1].allSatisfy(\.isNumber) else { return nil }
        return Bandpass.lsst(letter)
    }
}
