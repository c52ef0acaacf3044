internal import Avro

/// Maps a projected LSST packet, of schema 7.0 to 11.1 and also as Fink rewrites it, onto an ``Alert``.
struct LSSTMapping: PacketMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let id = self[.diaSourceId].integer(in: body) else { throw .missing(LSSTField.diaSourceId.path) }
        guard let epoch = epoch(self[.midpointMjdTai]) else {
            throw .time(
                self[.midpointMjdTai], LSSTField.midpointMjdTai.path, "modified Julian date of the years 1900 to 2099")
        }
        let (isNegative, is_negative) = (flag(.isNegative), flag(.is_negative))
        let (flux, fluxError) = (number(.psfFlux), number(.psfFluxErr))
        let band = self[.band]
        let marks = marks()
        let isPrecursor = LSSTCamera.isPrecursor(visit: self[.visit].integer(in: body), time: epoch.mjd)
        return Alert(
            survey: .lsst, id: id, objectId: objectId.map { String($0) },
            detection: Detection(
                id: id, epoch: epoch,
                bandpass: notes.checked(band.lsstBandpass(in: body), of: band, in: body, LSSTField.band.path),
                ra: notes.angle(self[.ra], within: SkyRange.rightAscension, in: body, LSSTField.ra.path),
                dec: notes.angle(self[.dec], within: SkyRange.declination, in: body, LSSTField.dec.path),
                brightness: Self.flux(flux, fluxError),
                isPositive: Self.sign(isNegative ?? is_negative, flux: flux), zeroPoint: nil,
                realBogus: number(.reliability).map { Float($0) }, marks: marks),
            catalogueMatch: catalogueMatch(), solarSystemMatch: solarSystemMatch(),
            lightCurve: lightCurve().marked(upTo: epoch),
            cutouts: Cutouts(
                science: self[.cutoutScience].slice(of: body), template: self[.cutoutTemplate].slice(of: body),
                difference: self[.cutoutDifference].slice(of: body)),
            quality: nil, exposureTime: number(.exposureTime),
            dataKind: DataKind(marks, isPrecursor: isPrecursor))
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

    /// The object that the packet names; one of the solar system has no `diaObjectId`.
    var object: (id: Int64?, isSolarSystem: Bool) {
        if let diaObjectId { return (diaObjectId, false) }
        return (ssObjectId, ssObjectId != nil)
    }

    /// The object that the alert's source is. Of an image's sources that the survey links with an asteroid only the nearest to its
    /// predicted place is the asteroid; the others are of no object.
    private var objectId: Int64? {
        let object = object
        return object.isSolarSystem && !isNearest ? nil : object.id
    }

    /// `diaDistanceRank`: 1 is the nearest; schemas to 9.0 do not have it, and who writes packets again writes 0.
    private var rank: Int? { self[.diaDistanceRank].integer(in: body).flatMap { $0 > 0 ? Int($0) : nil } }

    private var isNearest: Bool { (rank ?? 1) == 1 }

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
        number(.nearbyObj1Dist).map { CatalogueMatch(distance: $0, starScore: nil) }
    }

    private mutating func solarSystemMatch() -> SolarSystemMatch? {
        guard let ssObjectId else { return nil }
        return SolarSystemMatch(
            name: self[.designation].name(in: body) ?? String(ssObjectId), distance: number(.ephOffset),
            magnitude: number(.ephVmag), rank: rank)
    }

    // MARK: - The past

    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let sources = record.lists[LSSTLayout.historyList]
        curve.detections.reserveCapacity(sources.count)
        for row in 0..<sources.count { addDetection(sources.row(row), to: &curve) }
        let forced = record.lists[LSSTLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count { addForced(forced.row(row), to: &curve) }
        let limits = record.lists[LSSTLayout.limitList]
        for row in 0..<limits.count { addLimit(limits.row(row), to: &curve) }
        return curve
    }

    private mutating func addDetection(_ row: HistoryRow<LSSTHistoryField>, to curve: inout LightCurve) {
        guard let epoch = epoch(row[.midpointMjdTai]) else { return notes.leaveOutPoint() }
        let (isNegative, is_negative) = (flag(row, .isNegative), flag(row, .is_negative))
        let flux = number(row, .psfFlux)
        curve.detections.append(
            Detection(
                id: row[.diaSourceId].integer(in: body), epoch: epoch, bandpass: bandpass(row, .band),
                ra: notes.angle(row[.ra], within: SkyRange.rightAscension, in: body, LSSTHistoryField.ra.path),
                dec: notes.angle(row[.dec], within: SkyRange.declination, in: body, LSSTHistoryField.dec.path),
                brightness: Self.flux(flux, number(row, .psfFluxErr)),
                isPositive: Self.sign(isNegative ?? is_negative, flux: flux), zeroPoint: nil,
                realBogus: number(row, .reliability).map { Float($0) },
                marks: LSSTFlag.marks(in: body, withdrawn: row[.timeWithdrawnMjdTai]) {
                    row[LSSTHistoryField.psfFlux_flag.rawValue + $0]
                }))
    }

    private mutating func addForced(_ row: HistoryRow<LSSTForcedField>, to curve: inout LightCurve) {
        guard let epoch = epoch(row[.midpointMjdTai]) else { return notes.leaveOutPoint() }
        curve.forced.append(
            ForcedMeasurement(
                epoch: epoch, bandpass: bandpass(row, .band), flux: number(row, .psfFlux),
                fluxError: number(row, .psfFluxErr), zeroPoint: FluxDensity.zeroPoint,
                marks: LSSTFlag.withdrawn(row[.timeWithdrawnMjdTai], in: body)))
    }

    private mutating func addLimit(_ row: HistoryRow<LSSTLimitField>, to curve: inout LightCurve) {
        guard let epoch = epoch(row[.midpointMjdTai]) else { return notes.leaveOutPoint() }
        curve.upperLimits.append(
            UpperLimit(
                epoch: epoch, bandpass: bandpass(row, .band), limit: Self.flux(number(row, .diaNoise), nil)))
    }

    private func epoch(_ time: AvroScalar) -> Epoch? {
        guard let mjd = time.number(in: body), LSSTLayout.times.contains(mjd) else { return nil }
        return Epoch(mjd: mjd, scale: .taiMiddle)
    }

    @inline(__always)
    private mutating func number<Field: HistoryField>(_ row: HistoryRow<Field>, _ field: Field) -> Double? {
        notes.checked(row[field].number(in: body), of: row[field], in: body, field.path)
    }

    @inline(__always)
    private mutating func flag<Field: HistoryField>(_ row: HistoryRow<Field>, _ field: Field) -> Bool? {
        notes.checked(row[field].flag(in: body), of: row[field], in: body, field.path)
    }

    @inline(__always)
    private mutating func bandpass<Field: HistoryField>(_ row: HistoryRow<Field>, _ field: Field) -> Bandpass? {
        notes.checked(row[field].lsstBandpass(in: body), of: row[field], in: body, field.path)
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
