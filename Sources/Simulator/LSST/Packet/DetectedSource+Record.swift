internal import Foundation

extension DetectedSource {
    /// Sets the fields of `diaSource`.
    ///
    /// - Parameters:
    ///   - values: Receives them.
    ///   - object: `diaObjectId`; 0 for none.
    ///   - asteroid: `ssObjectId`; 0 for none.
    ///   - time: When the packet is made, MJD TAI: what was taken back later is not known yet.
    func fill(
        _ values: inout RecordValues<DiaSourceField>, object: Int64, asteroid: Int64, asOf time: Double
    ) {
        var random = SeededRandom(key: key, 3)
        values.integer(.diaSourceId, id)
        values.integer(.visit, visit.number)
        values.integer(.detector, Int64(detector))
        values.integer(.diaObjectId, object == 0 ? nil : object)
        values.integer(.ssObjectId, asteroid == 0 ? nil : asteroid)
        values.number(.midpointMjdTai, visit.time)
        values.number(.exposureTime, visit.band.exposureTime)
        values.text(.band, visit.band.letter)
        values.number(.timeProcessedMjdTai, visit.processed)
        values.number(.timeWithdrawnMjdTai, withdrawn.flatMap { $0 < time ? $0 : nil })
        values.integer(.bboxSize, Int64(bboxSize))
        values.number(.reliability, reliability)
        place(&values, &random)
        brightness(&values, &random)
        shape(&values, &random)
        flags(&values, &random)
    }

    private func place(_ values: inout RecordValues<DiaSourceField>, _ random: inout SeededRandom) {
        let degrees = positionError * FocalPlane.pixel / 3600
        values.number(.ra, ra)
        values.number(.dec, dec)
        values.number(.raErr, degrees * random.uniform(0.9, 1.1))
        values.number(.decErr, degrees * random.uniform(0.9, 1.1))
        values.number(.ra_dec_Cov, 0.1 * degrees * degrees * random.normal())
        values.number(.x, x)
        values.number(.y, y)
        values.number(.xErr, positionError)
        values.number(.yErr, positionError)
    }

    private func brightness(_ values: inout RecordValues<DiaSourceField>, _ random: inout SeededRandom) {
        values.number(.psfFlux, flux)
        values.number(.psfFluxErr, error)
        values.number(.snr, abs(flux / error))
        values.flag(.isNegative, isNegative)
        let isPoor = kind == .residual || kind == .artefact
        values.number(
            .psfChi2, 1681 * (1 + 0.035 * random.normal() + (isPoor ? 0.5 * random.unit() * random.unit() : 0)))
        values.integer(.psfNdata, random.chance(0.06) ? Int64(random.int(1430...1680)) : 1681)
        values.number(.apFlux, flux * random.uniform(0.92, 1.05) + 2.4 * error * random.normal())
        values.number(.apFluxErr, 2.4 * error)
        values.number(.scienceFlux, template + flux + 0.2 * error * random.normal())
        values.number(.scienceFluxErr, error * 1.02)
        values.number(.templateFlux, template + 0.08 * error * random.normal())
        values.number(.templateFluxErr, 0.09 * error)
        values.flag(.isDipole, isDipole)
        values.flag(.dipoleFitAttempted, isDipole)
        let half = 0.5 * (template + abs(flux))
        values.number(.dipoleMeanFlux, isDipole ? half : nil)
        values.number(.dipoleMeanFluxErr, isDipole ? error : nil)
        values.number(.dipoleFluxDiff, isDipole ? flux : nil)
        values.number(.dipoleFluxDiffErr, isDipole ? 2 * error : nil)
        values.number(.dipoleLength, isDipole ? random.uniform(0.02, 0.3) : nil)
        values.number(.dipoleAngle, isDipole ? random.uniform(-180, 180) : nil)
        values.number(.dipoleChi2, isDipole ? random.uniform(900, 2400) : nil)
        values.integer(.dipoleNdata, isDipole ? Int64(random.int(900...3000)) : 0)
    }

    private func shape(_ values: inout RecordValues<DiaSourceField>, _ random: inout SeededRandom) {
        let psf = visit.seeing * visit.seeing / 5.545
        values.number(.ixxPSF, psf * random.uniform(0.97, 1.03))
        values.number(.iyyPSF, psf * random.uniform(0.97, 1.03))
        values.number(.ixyPSF, 0.03 * psf * random.normal())
        // No moments without significant light: a fifth has none, more of what is no star.
        let isMissing = random.chance(kind == .residual || kind == .artefact ? 0.4 : 0.08)
        let scatter = 1.6 / max(1.5, abs(flux / error).squareRoot())
        values.number(.ixx, isMissing ? nil : psf * max(0.1, 1 + scatter * random.normal()))
        values.number(.iyy, isMissing ? nil : psf * max(0.1, 1 + scatter * random.normal()))
        values.number(.ixy, isMissing ? nil : 0.3 * scatter * psf * random.normal())
        values.flag(.shape_flag, isMissing)
        values.number(
            .extendedness,
            isMissing ? nil : kind == .residual || kind == .artefact ? random.unit() : 0.6 * random.unit())
        values.number(.trailFlux, isMissing ? nil : flux * random.uniform(0.95, 1.3))
        values.number(.trailFluxErr, isMissing ? nil : 0.08 * error)
        values.number(.trailRa, isMissing ? nil : ra)
        values.number(.trailDec, isMissing ? nil : dec)
        values.number(.trailLength, isMissing ? nil : trail.length)
        values.number(.trailAngle, isMissing ? nil : trail.angle)
        values.integer(.trailNdata, 0)
        values.integer(.trailAlgorithm, 1)
    }

    private func flags(_ values: inout RecordValues<DiaSourceField>, _ random: inout SeededRandom) {
        let isNearBright = kind == .residual && template > 2e5
        let isCosmic = cause == .cosmicRay
        let isStreak = cause == .streak
        let isEdge = cause == .edge
        let isSaturated = cause == .saturated || isNearBright && random.chance(0.1)
        let isInjected = cause == .injected
        let interpolated = isCosmic || isSaturated || isNearBright && random.chance(0.1)
        let suspect = isSaturated || isNearBright && random.chance(0.05)
        let hasFlag = isCosmic || isStreak || isEdge || isSaturated || isInjected || interpolated
        let isAtEdge = min(x, y) < 20 || max(x, y) > FocalPlane.side - 20
        for field in Self.neverSet { values.flag(field, false) }
        values.flag(.pixelFlags, hasFlag)
        values.flag(.pixelFlags_cr, isCosmic)
        values.flag(.pixelFlags_interpolated, interpolated)
        values.flag(.pixelFlags_streak, isStreak)
        values.flag(.pixelFlags_streakCenter, isStreak && random.chance(0.5))
        values.flag(.pixelFlags_edge, isEdge)
        values.flag(.pixelFlags_saturated, isSaturated)
        values.flag(.pixelFlags_suspect, suspect)
        values.flag(.pixelFlags_injected, isInjected)
        values.flag(.pixelFlags_injectedCenter, isInjected)
        values.flag(.glint_trail, cause == .glint)
        values.flag(.psfFlux_flag, isAtEdge)
        values.flag(.psfFlux_flag_edge, isAtEdge)
        values.flag(.forced_PsfFlux_flag, isAtEdge)
        values.flag(.forced_PsfFlux_flag_edge, isAtEdge)
        values.flag(.trail_flag_edge, isAtEdge)
        values.flag(.trail_flag, isAtEdge)
        values.flag(.apFlux_flag, kind == .artefact && random.chance(0.01))
        values.flag(.centroid_flag, kind == .artefact && random.chance(0.015))
        values.flag(.shape_flag_no_pixels, false)
    }

    /// Rubin sends no source whose centre has one of the flags of bad pixels.
    private static let neverSet: [DiaSourceField] = [
        .pixelFlags_bad, .pixelFlags_crCenter, .pixelFlags_nodata, .pixelFlags_nodataCenter,
        .pixelFlags_interpolatedCenter, .pixelFlags_offimage, .pixelFlags_saturatedCenter, .pixelFlags_suspectCenter,
        .pixelFlags_injected_template, .pixelFlags_injected_templateCenter, .psfFlux_flag_noGoodPixels,
        .forced_PsfFlux_flag_noGoodPixels, .apFlux_flag_apertureTruncated, .shape_flag_not_contained,
        .shape_flag_parent_source,
    ]
}
