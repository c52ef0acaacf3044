internal import Avro

/// Maps a projected ZTF packet, of any schema version and also as Fink rewrites it, onto an ``Alert``.
///
/// Source: ZTF alert schemas 0.x to 4.02. A version that lacks a field leaves it `nil`; the version string is not looked
/// at, since packets are known to carry a wrong one.
struct ZTFMapping {
    let record: ProjectedRecord
    let body: ArraySlice<UInt8>

    func alert() throws(AlertError) -> Alert {
        guard let candid = self[.candid].long else { throw missing(.candid) }
        guard let jd = self[.jd].number else { throw missing(.jd) }
        return Alert(
            survey: .ztf, id: candid, objectId: self[.objectId].string(in: body),
            detection: detection(candid: candid, jd: jd), catalogueMatch: catalogueMatch,
            solarSystemMatch: solarSystemMatch, lightCurve: lightCurve(), cutouts: cutouts, quality: quality)
    }

    private subscript(field: ZTFField) -> AvroScalar { record.columns[field.rawValue] }

    private func missing(_ field: ZTFField) -> AlertError {
        AlertError(.missingField, field: field.path, detail: "the packet has no \(field.path)")
    }

    private func detection(candid: Int64, jd: Double) -> Detection {
        Detection(
            id: candid, epoch: Epoch(ztfJD: jd), bandpass: self[.fid].long.flatMap { Bandpass(fid: $0) },
            ra: self[.ra].ztfNumber, dec: self[.dec].ztfNumber,
            brightness: Self.magnitude(self[.magpsf], self[.sigmapsf]), isPositive: self[.isdiffpos].ztfSign(in: body),
            zeroPoint: self[.magzpsci].ztfNumber, realBogus: self[.drb].ztfFloat ?? self[.rb].ztfFloat)
    }

    private static func magnitude(_ value: AvroScalar, _ error: AvroScalar) -> Brightness? {
        guard let value = value.ztfNumber else { return nil }
        return .magnitude(Magnitude(value: value, error: error.ztfNumber))
    }

    private var catalogueMatch: CatalogueMatch? {
        self[.distpsnr1].ztfNumber.map { CatalogueMatch(distance: $0, starScore: self[.sgscore1].ztfFloat) }
    }

    /// A negative `ssdistnr` means that no known object is near.
    private var solarSystemMatch: SolarSystemMatch? {
        guard let distance = self[.ssdistnr].ztfNumber, distance >= 0 else { return nil }
        return SolarSystemMatch(
            name: self[.ssnamenr].ztfText(in: body), distance: distance, magnitude: self[.ssmagnr].ztfNumber)
    }

    private var quality: ImageQuality {
        ImageQuality(
            rb: self[.rb].ztfFloat, nbad: self[.nbad].ztfInteger.map { Int($0) }, fwhm: self[.fwhm].ztfFloat,
            elong: self[.elong].ztfFloat, magdiff: self[.magdiff].ztfFloat)
    }

    private var cutouts: Cutouts {
        Cutouts(
            science: self[.cutoutScience].slice(of: body), template: self[.cutoutTemplate].slice(of: body),
            difference: self[.cutoutDifference].slice(of: body))
    }

    // MARK: - The past

    private func lightCurve() -> LightCurve {
        var curve = LightCurve()
        let history = record.lists[ZTFLayout.historyList]
        if history.count > 0 {
            curve.detections.reserveCapacity(8)
            curve.upperLimits.reserveCapacity(history.count)
        }
        for row in 0..<history.count { add(history, row, to: &curve) }
        let forced = record.lists[ZTFLayout.forcedList]
        curve.forced.reserveCapacity(forced.count)
        for row in 0..<forced.count {
            func value(_ field: ZTFForcedField) -> AvroScalar { forced.values[row * forced.width + field.rawValue] }
            guard let jd = value(.jd).ztfNumber else { continue }
            curve.forced.append(
                ForcedMeasurement(
                    epoch: Epoch(ztfJD: jd), bandpass: value(.fid).long.flatMap { Bandpass(fid: $0) },
                    flux: value(.forcediffimflux).ztfNumber, fluxError: value(.forcediffimfluxunc).ztfNumber,
                    zeroPoint: value(.magzpsci).ztfNumber))
        }
        return curve
    }

    /// An entry with a `magpsf` is a detection, one with a forced flux a forced measurement, any other an upper limit.
    private func add(_ history: ProjectedList, _ row: Int, to curve: inout LightCurve) {
        func value(_ field: ZTFHistoryField) -> AvroScalar { history.values[row * history.width + field.rawValue] }
        guard let jd = value(.jd).ztfNumber else { return }
        let epoch = Epoch(ztfJD: jd)
        let bandpass = value(.fid).long.flatMap { Bandpass(fid: $0) }
        if let brightness = Self.magnitude(value(.magpsf), value(.sigmapsf)) {
            curve.detections.append(
                Detection(
                    id: value(.candid).long, epoch: epoch, bandpass: bandpass, ra: value(.ra).ztfNumber,
                    dec: value(.dec).ztfNumber, brightness: brightness,
                    isPositive: value(.isdiffpos).ztfSign(in: body), zeroPoint: value(.magzpsci).ztfNumber,
                    realBogus: value(.rb).ztfFloat))
        } else if case .absent = value(.forcediffimflux) {
            curve.upperLimits.append(
                UpperLimit(epoch: epoch, bandpass: bandpass, limit: Self.magnitude(value(.diffmaglim), .absent)))
        } else {
            curve.forced.append(
                ForcedMeasurement(
                    epoch: epoch, bandpass: bandpass, flux: value(.forcediffimflux).ztfNumber,
                    fluxError: value(.forcediffimfluxunc).ztfNumber, zeroPoint: value(.magzpsci).ztfNumber))
        }
    }
}
