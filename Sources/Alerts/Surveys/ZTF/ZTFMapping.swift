internal import Avro

/// Maps a projected ZTF packet, of any schema version and also as Fink rewrites it, onto an ``Alert``.
///
/// Source: ZTF alert schemas 0.x to 4.02. A version that lacks a field leaves it `nil`; the version string is not looked
/// at, since packets are known to carry a wrong one.
struct ZTFMapping: PacketMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let candid = self[.candid].integer(in: body) else { throw .missing(ZTFField.candid.path) }
        guard let epoch = epoch(self[.jd]) else {
            throw .time(self[.jd], ZTFField.jd.path, "date of the years 1900 to 2099")
        }
        return Alert(
            survey: .ztf, id: candid, objectId: objectId(), detection: detection(candid: candid, epoch: epoch),
            catalogueMatch: catalogueMatch(), solarSystemMatch: solarSystemMatch(),
            lightCurve: lightCurve().marked(upTo: epoch),
            cutouts: cutouts, quality: quality())
    }

    private subscript(field: ZTFField) -> AvroScalar { record.columns[field.rawValue] }

    private mutating func number(_ field: ZTFField) -> Double? {
        notes.checked(self[field].ztfNumber(in: body), of: self[field], in: body, field.path)
    }

    private mutating func float(_ field: ZTFField) -> Float? { number(field).map { Float($0) } }

    private mutating func objectId() -> String? {
        let name = self[.objectId].name(in: body).flatMap { $0.utf8.count <= Alert.longestObjectId ? $0 : nil }
        return notes.checked(name, of: self[.objectId], in: body, ZTFField.objectId.path)
    }

    private mutating func detection(candid: Int64, epoch: Epoch) -> Detection {
        let (fid, sign) = (self[.fid], self[.isdiffpos])
        let (drb, rb) = (float(.drb), float(.rb))
        return Detection(
            id: candid, epoch: epoch,
            bandpass: notes.checked(fid.ztfBandpass(in: body), of: fid, in: body, ZTFField.fid.path),
            ra: notes.angle(self[.ra], within: SkyRange.rightAscension, in: body, ZTFField.ra.path),
            dec: notes.angle(self[.dec], within: SkyRange.declination, in: body, ZTFField.dec.path),
            brightness: Self.magnitude(number(.magpsf), number(.sigmapsf)),
            isPositive: notes.checked(sign.ztfSign(in: body), of: sign, in: body, ZTFField.isdiffpos.path),
            zeroPoint: number(.magzpsci), realBogus: drb ?? rb)
    }

    private static func magnitude(_ value: Double?, _ error: Double?) -> Brightness? {
        value.map { .magnitude(Magnitude(value: $0, error: error)) }
    }

    private mutating func catalogueMatch() -> CatalogueMatch? {
        guard let distance = number(.distpsnr1) else { return nil }
        return CatalogueMatch(distance: distance, starScore: float(.sgscore1))
    }

    /// A negative `ssdistnr` means that no known object is near.
    private mutating func solarSystemMatch() -> SolarSystemMatch? {
        guard let distance = number(.ssdistnr), distance >= 0 else { return nil }
        return SolarSystemMatch(
            name: self[.ssnamenr].name(in: body), distance: distance, magnitude: number(.ssmagnr))
    }

    private mutating func quality() -> ImageQuality {
        let nbad = notes.checked(self[.nbad].ztfInteger(in: body), of: self[.nbad], in: body, ZTFField.nbad.path)
        return ImageQuality(
            rb: self[.rb].ztfFloat(in: body), nbad: nbad.map { Int($0) }, fwhm: float(.fwhm), elong: float(.elong),
            magdiff: float(.magdiff))
    }

    private var cutouts: Cutouts {
        Cutouts(
            science: self[.cutoutScience].slice(of: body), template: self[.cutoutTemplate].slice(of: body),
            difference: self[.cutoutDifference].slice(of: body))
    }

    // MARK: - The past

    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let history = record.lists[ZTFLayout.historyList]
        if history.count > 0 {
            curve.detections.reserveCapacity(8)
            curve.upperLimits.reserveCapacity(history.count)
        }
        for row in 0..<history.count { addDetectionOrLimit(history.row(row), to: &curve) }
        let forced = record.lists[ZTFLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count { addForced(forced.row(row), to: &curve) }
        return curve
    }

    /// An entry with a `magpsf` is a detection, any other an upper limit.
    private mutating func addDetectionOrLimit(_ row: HistoryRow<ZTFHistoryField>, to curve: inout LightCurve) {
        guard let epoch = epoch(row[.jd]) else { return notes.leaveOutPoint() }
        let bandpass = bandpass(row, .fid)
        if let brightness = Self.magnitude(number(row, .magpsf), number(row, .sigmapsf)) {
            let sign = row[.isdiffpos]
            curve.detections.append(
                Detection(
                    id: row[.candid].integer(in: body), epoch: epoch, bandpass: bandpass,
                    ra: notes.angle(row[.ra], within: SkyRange.rightAscension, in: body, ZTFHistoryField.ra.path),
                    dec: notes.angle(row[.dec], within: SkyRange.declination, in: body, ZTFHistoryField.dec.path),
                    brightness: brightness,
                    isPositive: notes.checked(
                        sign.ztfSign(in: body), of: sign, in: body, ZTFHistoryField.isdiffpos.path),
                    zeroPoint: number(row, .magzpsci), realBogus: number(row, .rb).map { Float($0) }))
        } else {
            let limit = Self.magnitude(number(row, .diffmaglim), nil)
            curve.upperLimits.append(UpperLimit(epoch: epoch, bandpass: bandpass, limit: limit))
        }
    }

    private mutating func addForced(_ row: HistoryRow<ZTFForcedField>, to curve: inout LightCurve) {
        guard let epoch = epoch(row[.jd]) else { return notes.leaveOutPoint() }
        curve.forced.append(
            ForcedMeasurement(
                epoch: epoch, bandpass: bandpass(row, .fid), flux: number(row, .forcediffimflux),
                fluxError: number(row, .forcediffimfluxunc), zeroPoint: number(row, .magzpsci),
                marks: ZTFMarks.marks(
                    in: body, procstatus: row[.procstatus], scisigpix: row[.scisigpix],
                    sciinpseeing: row[.sciinpseeing])))
    }

    private func epoch(_ time: AvroScalar) -> Epoch? {
        guard let jd = time.number(in: body), ZTFLayout.times.contains(jd) else { return nil }
        return Epoch(ztfJD: jd)
    }

    @inline(__always)
    private mutating func number<Field: HistoryField>(_ row: HistoryRow<Field>, _ field: Field) -> Double? {
        notes.checked(row[field].ztfNumber(in: body), of: row[field], in: body, field.path)
    }

    @inline(__always)
    private mutating func bandpass<Field: HistoryField>(_ row: HistoryRow<Field>, _ field: Field) -> Bandpass? {
        notes.checked(row[field].ztfBandpass(in: body), of: row[field], in: body, field.path)
    }
}
