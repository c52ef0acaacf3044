internal import Avro

/// Maps a projected ELAsTiCC packet onto an ``Alert``.
///
/// Its fluxes are SNANA's FLUXCAL, whose AB zero point is 27.5: they become nJy here.
struct ELAsTiCCMapping: PacketMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>
    private(set) var notes = ReadingNotes()

    /// Nanojansky to a unit of FLUXCAL: 10^(0.4 (31.4 - 27.5)).
    private static let unit = 36.307_805_477_010_14

    init(record: ProjectedRecord, body: ArraySlice<UInt8>) {
        self.record = record
        self.body = body
    }

    mutating func alert() throws(AlertError) -> Alert {
        guard let id = self[.diaSourceId].integer(in: body) else { throw .missing(ELAsTiCCField.diaSourceId.path) }
        guard let epoch = epoch(self[.midPointTai]) else {
            throw .time(
                self[.midPointTai], ELAsTiCCField.midPointTai.path, "modified Julian date of the years 1900 to 2099")
        }
        let flux = flux(self[.psFlux], "diaSource.psFlux")
        return Alert(
            survey: .elasticc, id: id, objectId: self[.diaObjectId].integer(in: body).map { String($0) },
            detection: Detection(
                id: id, epoch: epoch, bandpass: bandpass(self[.filterName], "diaSource.filterName"),
                ra: notes.angle(self[.ra], within: SkyRange.rightAscension, in: body, ELAsTiCCField.ra.path),
                dec: notes.angle(self[.decl], within: SkyRange.declination, in: body, ELAsTiCCField.decl.path),
                brightness: brightness(flux, self[.psFluxErr], "diaSource.psFluxErr"), isPositive: flux.map { $0 > 0 },
                zeroPoint: nil, realBogus: nil),
            catalogueMatch: nil, solarSystemMatch: nil, lightCurve: lightCurve().marked(upTo: epoch),
            cutouts: Cutouts(
                science: nil, template: self[.cutoutTemplate].slice(of: body),
                difference: self[.cutoutDifference].slice(of: body)),
            quality: nil)
    }

    private subscript(field: ELAsTiCCField) -> AvroScalar { record.columns[field.rawValue] }

    private func epoch(_ time: AvroScalar) -> Epoch? {
        guard let mjd = time.number(in: body), ELAsTiCCLayout.times.contains(mjd) else { return nil }
        return Epoch(mjd: mjd, scale: .taiMiddle)
    }

    private mutating func bandpass(_ band: AvroScalar, _ field: @autoclosure () -> String) -> Bandpass? {
        notes.checked(band.lsstBandpass(in: body), of: band, in: body, field())
    }

    /// nJy.
    private mutating func flux(_ flux: AvroScalar, _ field: @autoclosure () -> String) -> Double? {
        notes.checked(flux.number(in: body), of: flux, in: body, field()).map { $0 * Self.unit }
    }

    private mutating func brightness(
        _ value: Double?, _ error: AvroScalar, _ field: @autoclosure () -> String
    ) -> Brightness? {
        guard let value else { return nil }
        return .flux(FluxDensity(nanojansky: value, error: flux(error, field())))
    }

    // MARK: - The past

    mutating func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let sources = record.lists[ELAsTiCCLayout.historyList]
        curve.detections.reserveCapacity(sources.count)
        for row in 0..<sources.count { addDetection(sources.row(row), to: &curve) }
        let forced = record.lists[ELAsTiCCLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count { addForced(forced.row(row), to: &curve) }
        let limits = record.lists[ELAsTiCCLayout.limitList]
        for row in 0..<limits.count { addLimit(limits.row(row), to: &curve) }
        return curve
    }

    private mutating func addDetection(_ row: HistoryRow<ELAsTiCCHistoryField>, to curve: inout LightCurve) {
        typealias Field = ELAsTiCCHistoryField
        guard let epoch = epoch(row[.midPointTai]) else { return notes.leaveOutPoint() }
        let flux = flux(row[.psFlux], Field.psFlux.path)
        curve.detections.append(
            Detection(
                id: row[.diaSourceId].integer(in: body), epoch: epoch,
                bandpass: bandpass(row[.filterName], Field.filterName.path),
                ra: notes.angle(row[.ra], within: SkyRange.rightAscension, in: body, Field.ra.path),
                dec: notes.angle(row[.decl], within: SkyRange.declination, in: body, Field.decl.path),
                brightness: brightness(flux, row[.psFluxErr], Field.psFluxErr.path),
                isPositive: flux.map { $0 > 0 }, zeroPoint: nil, realBogus: nil))
    }

    private mutating func addForced(_ row: HistoryRow<ELAsTiCCForcedField>, to curve: inout LightCurve) {
        typealias Field = ELAsTiCCForcedField
        guard let epoch = epoch(row[.midPointTai]) else { return notes.leaveOutPoint() }
        curve.forced.append(
            ForcedMeasurement(
                epoch: epoch, bandpass: bandpass(row[.filterName], Field.filterName.path),
                flux: flux(row[.psFlux], Field.psFlux.path), fluxError: flux(row[.psFluxErr], Field.psFluxErr.path),
                zeroPoint: FluxDensity.zeroPoint))
    }

    private mutating func addLimit(_ row: HistoryRow<ELAsTiCCLimitField>, to curve: inout LightCurve) {
        typealias Field = ELAsTiCCLimitField
        guard let epoch = epoch(row[.midPointTai]) else { return notes.leaveOutPoint() }
        let noise = flux(row[.diaNoise], Field.diaNoise.path)
        curve.upperLimits.append(
            UpperLimit(
                epoch: epoch, bandpass: bandpass(row[.filterName], Field.filterName.path),
                limit: noise.map { .flux(FluxDensity(nanojansky: $0, error: nil)) }))
    }
}
