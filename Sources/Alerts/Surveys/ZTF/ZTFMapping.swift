internal import Avro

/// Maps a projected ZTF packet, of any schema version and also as Fink rewrites it, onto an ``Alert``.
///
/// Source: ZTF alert schemas 0.x to 4.02. A version that lacks a field leaves it `nil`; the version string is not looked
/// at, since packets are known to carry a wrong one.
struct ZTFMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let candid = self[.candid].integer(in: body) else { throw .missing(ZTFField.candid.path) }
        guard let jd = self[.jd].number(in: body), ZTFLayout.times.contains(jd) else {
            throw .time(self[.jd], ZTFField.jd.path, "date of the years 1900 to 2099")
        }
        return Alert(
            survey: .ztf, id: candid, objectId: objectId(), detection: detection(candid: candid, jd: jd),
            catalogueMatch: catalogueMatch(), solarSystemMatch: solarSystemMatch(),
            lightCurve: lightCurve().marked(upTo: Epoch(ztfJD: jd)),
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

    private mutating func detection(candid: Int64, jd: Double) -> Detection {
        let (fid, sign) = (self[.fid], self[.isdiffpos])
        let (drb, rb) = (float(.drb), float(.rb))
        return Detection(
            id: candid, epoch: Epoch(ztfJD: jd),
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

    /// What the lists say, whichever alert brought them.
    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let history = record.lists[ZTFLayout.historyList]
        if history.count > 0 {
            curve.detections.reserveCapacity(8)
            curve.upperLimits.reserveCapacity(history.count)
        }
        for row in 0..<history.count { add(history, row, to: &curve) }
        let forced = record.lists[ZTFLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count { addForced(forced, row, to: &curve) }
        return curve
    }

    /// An entry with a `magpsf` is a detection, any other an upper limit.
    private mutating func add(_ history: ProjectedList, _ row: Int, to curve: inout LightCurve) {
        let start = row * history.width
        func value(_ field: ZTFHistoryField) -> AvroScalar { history.values[start + field.rawValue] }
        func number(_ field: ZTFHistoryField, _ notes: inout ReadingNotes) -> Double? {
            let scalar = value(field)
            return notes.checked(scalar.ztfNumber(in: body), of: scalar, in: body, "prv_candidates.\(field)")
        }
        guard let jd = value(.jd).number(in: body), ZTFLayout.times.contains(jd) else { return notes.leaveOutPoint() }
        let epoch = Epoch(ztfJD: jd)
        let bandpass = notes.checked(
            value(.fid).ztfBandpass(in: body), of: value(.fid), in: body, "prv_candidates.fid")
        if let brightness = Self.magnitude(number(.magpsf, &notes), number(.sigmapsf, &notes)) {
            let sign = value(.isdiffpos)
            curve.detections.append(
                Detection(
                    id: value(.candid).integer(in: body), epoch: epoch, bandpass: bandpass,
                    ra: notes.angle(
                        value(.ra), within: SkyRange.rightAscension, in: body, "prv_candidates.ra"),
                    dec: notes.angle(
                        value(.dec), within: SkyRange.declination, in: body, "prv_candidates.dec"),
                    brightness: brightness,
                    isPositive: notes.checked(
                        sign.ztfSign(in: body), of: sign, in: body, "prv_candidates.isdiffpos"),
                    zeroPoint: number(.magzpsci, &notes), realBogus: number(.rb, &notes).map { Float($0) }))
        } else {
            let limit = Self.magnitude(number(.diffmaglim, &notes), nil)
            curve.upperLimits.append(UpperLimit(epoch: epoch, bandpass: bandpass, limit: limit))
        }
    }

    private mutating func addForced(_ forced: ProjectedList, _ row: Int, to curve: inout LightCurve) {
        let start = row * forced.width
        func value(_ field: ZTFForcedField) -> AvroScalar { forced.values[start + field.rawValue] }
        func number(_ field: ZTFForcedField, _ notes: inout ReadingNotes) -> Double? {
            let scalar = value(field)
            return notes.checked(scalar.ztfNumber(in: body), of: scalar, in: body, "fp_hists.\(field)")
        }
        guard let jd = value(.jd).number(in: body), ZTFLayout.times.contains(jd) else { return notes.leaveOutPoint() }
        curve.forced.append(
            ForcedMeasurement(
                epoch: Epoch(ztfJD: jd),
                bandpass: notes.checked(
                    value(.fid).ztfBandpass(in: body), of: value(.fid), in: body, "fp_hists.fid"),
                flux: number(.forcediffimflux, &notes), fluxError: number(.forcediffimfluxunc, &notes),
                zeroPoint: number(.magzpsci, &notes),
                marks: ZTFMarks.marks(
                    in: body, procstatus: value(.procstatus), scisigpix: value(.scisigpix),
                    sciinpseeing: value(.sciinpseeing))))
    }
}
