internal import Avro

/// Maps a projected WINTER packet onto an ``Alert``. Magnitudes are the survey's own, calibrated against 2MASS.
struct WINTERMapping: PacketMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    /// Whether the alert is of Palomar's WIRC, by its object's name: the schemas are called the same.
    private let isWIRC: Bool

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
        isWIRC = record.columns[WINTERField.objectid.rawValue].name(in: body)?.hasPrefix("WIRC") ?? false
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let candid = self[.candid].integer(in: body) else { throw .missing("candid") }
        guard let epoch = epoch(self[.jd]) else {
            throw .time(self[.jd], "candidate.jd", "date of the years 1900 to 2099")
        }
        let name = self[.objectid].name(in: body).flatMap { $0.utf8.count <= Alert.longestObjectId ? $0 : nil }
        return Alert(
            survey: .winter, id: candid, objectId: notes.checked(name, of: self[.objectid], in: body, "objectid"),
            detection: Detection(
                id: candid, epoch: epoch, bandpass: bandpass(self[.fid], "candidate.fid"),
                ra: notes.angle(self[.ra], within: SkyRange.rightAscension, in: body, "candidate.ra"),
                dec: notes.angle(self[.dec], within: SkyRange.declination, in: body, "candidate.dec"),
                brightness: number(.magpsf).map { .magnitude(Magnitude(value: $0, error: number(.sigmapsf))) },
                isPositive: sign(self[.isdiffpos], "candidate.isdiffpos"), zeroPoint: number(.magzpsci),
                realBogus: number(.rb).map { Float($0) }),
            catalogueMatch: catalogueMatch(), solarSystemMatch: solarSystemMatch(),
            lightCurve: lightCurve().marked(upTo: epoch),
            cutouts: Cutouts(
                science: self[.cutout_science].slice(of: body), template: self[.cutout_template].slice(of: body),
                difference: self[.cutout_difference].slice(of: body)),
            quality: quality())
    }

    private subscript(field: WINTERField) -> AvroScalar { record.columns[field.rawValue] }

    private mutating func number(_ field: WINTERField) -> Double? { number(self[field], field.paths.winter) }

    private mutating func number(_ value: AvroScalar, _ field: @autoclosure () -> String) -> Double? {
        notes.checked(value.saysNone(in: body) ? nil : value.number(in: body), of: value, in: body, field())
    }

    /// The first number of ``Bandpass/winter``. Each camera has its own: WIRC's `fid` 0 is Y, as the schema's text says. WINTER's is
    /// 1, as its pipeline and its later schemas have it, and its first packets are numbered, whatever their text says.
    private var firstFilter: Int64 { isWIRC ? 0 : 1 }

    private mutating func bandpass(_ fid: AvroScalar, _ field: @autoclosure () -> String) -> Bandpass? {
        let band = fid.integer(in: body).flatMap { fid -> Bandpass? in
            let (index, overflows) = fid.subtractingReportingOverflow(firstFilter)
            return !overflows && (0..<4).contains(index) ? Bandpass.winter[Int(index)] : nil
        }
        return notes.checked(band, of: fid, in: body, field())
    }

    private mutating func sign(_ isdiffpos: AvroScalar, _ field: @autoclosure () -> String) -> Bool? {
        notes.checked(isdiffpos.flag(in: body), of: isdiffpos, in: body, field())
    }

    private func epoch(_ time: AvroScalar) -> Epoch? {
        guard let jd = time.number(in: body), WINTERLayout.times.contains(jd) else { return nil }
        return Epoch(ztfJD: jd)
    }

    private mutating func catalogueMatch() -> CatalogueMatch? {
        guard let distance = number(.distpsnr1) else { return nil }
        return CatalogueMatch(distance: distance, starScore: number(.sgscore1).map { Float($0) })
    }

    private mutating func solarSystemMatch() -> SolarSystemMatch? {
        guard let distance = number(.ssdistnr), distance >= 0 else { return nil }
        return SolarSystemMatch(name: self[.ssnamenr].name(in: body), distance: distance, magnitude: number(.ssmagnr))
    }

    private mutating func quality() -> ImageQuality {
        ImageQuality(
            rb: number(.rb).map { Float($0) }, nbad: number(.nbad).flatMap { Int(exactly: $0) },
            fwhm: number(.fwhm).map { Float($0) }, elong: number(.elong).map { Float($0) },
            magdiff: number(.magdiff).map { Float($0) })
    }

    /// An entry with a `magpsf` is a detection, any other an upper limit.
    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let history = record.lists[0]
        for row in 0..<history.count { addDetectionOrLimit(history.row(row), to: &curve) }
        return curve
    }

    private mutating func addDetectionOrLimit(_ row: HistoryRow<WINTERHistoryField>, to curve: inout LightCurve) {
        typealias Field = WINTERHistoryField
        guard let epoch = epoch(row[.jd]) else { return notes.leaveOutPoint() }
        let bandpass = bandpass(row[.fid], Field.fid.path)
        guard let magnitude = number(row[.magpsf], Field.magpsf.path) else {
            let limit = number(row[.diffmaglim], Field.diffmaglim.path)
            let brightness = limit.map { Brightness.magnitude(Magnitude(value: $0, error: nil)) }
            return curve.upperLimits.append(UpperLimit(epoch: epoch, bandpass: bandpass, limit: brightness))
        }
        curve.detections.append(
            Detection(
                id: row[.candid].integer(in: body), epoch: epoch, bandpass: bandpass,
                ra: notes.angle(row[.ra], within: SkyRange.rightAscension, in: body, Field.ra.path),
                dec: notes.angle(row[.dec], within: SkyRange.declination, in: body, Field.dec.path),
                brightness: .magnitude(
                    Magnitude(value: magnitude, error: number(row[.sigmapsf], Field.sigmapsf.path))),
                isPositive: sign(row[.isdiffpos], Field.isdiffpos.path), zeroPoint: nil, realBogus: nil))
    }
}
