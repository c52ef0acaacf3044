/// Fields of `diaSource` that the simulator fills, of schemas 10.0 to 11.1.
enum DiaSourceField: Int, PacketField {
    case diaSourceId, visit, detector, diaObjectId, ssObjectId, parentDiaSourceId, midpointMjdTai, exposureTime
    case ra, raErr, dec, decErr, ra_dec_Cov, x, xErr, y, yErr, centroid_flag
    case apFlux, apFluxErr, apFlux_flag, apFlux_flag_apertureTruncated, isNegative, snr
    case psfFlux, psfFluxErr, psfChi2, psfNdata, psfFlux_flag, psfFlux_flag_edge, psfFlux_flag_noGoodPixels
    case trailFlux, trailFluxErr, trailRa, trailDec, trailLength, trailAngle, trailNdata, trail_flag_edge, trail_flag
    case trailAlgorithm
    case dipoleMeanFlux, dipoleMeanFluxErr, dipoleFluxDiff, dipoleFluxDiffErr, dipoleLength, dipoleAngle, dipoleChi2
    case dipoleNdata, scienceFlux, scienceFluxErr, forced_PsfFlux_flag, forced_PsfFlux_flag_edge
    case forced_PsfFlux_flag_noGoodPixels, templateFlux, templateFluxErr, ixx, iyy, ixy, ixxPSF, iyyPSF, ixyPSF
    case shape_flag, shape_flag_no_pixels, shape_flag_not_contained, shape_flag_parent_source, extendedness
    case reliability, reliabilityVersion, band, isDipole, dipoleFitAttempted, timeProcessedMjdTai, timeWithdrawnMjdTai
    case bboxSize, pixelFlags, pixelFlags_bad, pixelFlags_cr, pixelFlags_crCenter, pixelFlags_edge, pixelFlags_nodata
    case pixelFlags_nodataCenter, pixelFlags_interpolated, pixelFlags_interpolatedCenter, pixelFlags_offimage
    case pixelFlags_saturated, pixelFlags_saturatedCenter, pixelFlags_suspect, pixelFlags_suspectCenter
    case pixelFlags_streak, pixelFlags_streakCenter, pixelFlags_injected, pixelFlags_injectedCenter
    case pixelFlags_injected_template, pixelFlags_injected_templateCenter, glint_trail
}

/// Fields of `diaForcedSource`.
enum DiaForcedField: Int, PacketField {
    case diaForcedSourceId, diaObjectId, ra, dec, visit, detector, psfFlux, psfFluxErr, midpointMjdTai
    case scienceFlux, scienceFluxErr, band, timeProcessedMjdTai, timeWithdrawnMjdTai
}

/// Fields of `diaObject`: those of each band stand in the order of ``LSSTBand``.
enum DiaObjectField: Int, PacketField {
    case diaObjectId, validityStartMjdTai, ra, raErr, dec, decErr, ra_dec_Cov, firstDiaSourceMjdTai
    case lastDiaSourceMjdTai, nDiaSources
    case u_psfFluxMean, g_psfFluxMean, r_psfFluxMean, i_psfFluxMean, z_psfFluxMean, y_psfFluxMean
    case u_psfFluxMeanErr, g_psfFluxMeanErr, r_psfFluxMeanErr, i_psfFluxMeanErr, z_psfFluxMeanErr, y_psfFluxMeanErr
    case u_psfFluxSigma, g_psfFluxSigma, r_psfFluxSigma, i_psfFluxSigma, z_psfFluxSigma, y_psfFluxSigma
    case u_psfFluxNdata, g_psfFluxNdata, r_psfFluxNdata, i_psfFluxNdata, z_psfFluxNdata, y_psfFluxNdata
    case u_fpFluxMean, g_fpFluxMean, r_fpFluxMean, i_fpFluxMean, z_fpFluxMean, y_fpFluxMean
    case u_fpFluxMeanErr, g_fpFluxMeanErr, r_fpFluxMeanErr, i_fpFluxMeanErr, z_fpFluxMeanErr, y_fpFluxMeanErr
    case u_scienceFluxMean, g_scienceFluxMean, r_scienceFluxMean, i_scienceFluxMean, z_scienceFluxMean
    case y_scienceFluxMean
    case u_scienceFluxMeanErr, g_scienceFluxMeanErr, r_scienceFluxMeanErr, i_scienceFluxMeanErr, z_scienceFluxMeanErr
    case y_scienceFluxMeanErr
    case u_psfFluxMin, g_psfFluxMin, r_psfFluxMin, i_psfFluxMin, z_psfFluxMin, y_psfFluxMin
    case u_psfFluxMax, g_psfFluxMax, r_psfFluxMax, i_psfFluxMax, z_psfFluxMax, y_psfFluxMax
    case u_psfFluxMaxSlope, g_psfFluxMaxSlope, r_psfFluxMaxSlope, i_psfFluxMaxSlope, z_psfFluxMaxSlope
    case y_psfFluxMaxSlope
    case u_psfFluxErrMean, g_psfFluxErrMean, r_psfFluxErrMean, i_psfFluxErrMean, z_psfFluxErrMean, y_psfFluxErrMean

    /// The field of another band, by the field of u.
    func of(_ band: LSSTBand) -> Self { Self(rawValue: rawValue + band.rawValue) ?? self }
}

/// Fields of `ssSource`.
enum SSSourceField: Int, PacketField {
    case diaSourceId, ssObjectId, designation, eclLambda, eclBeta, galLon, galLat, elongation, phaseAngle
    case topoRange, topoRangeRate, helioRange, helioRangeRate, ephRa, ephDec, ephVmag, ephRate, ephRateRa, ephRateDec
    case ephOffset, ephOffsetRa, ephOffsetDec, ephOffsetAlongTrack, ephOffsetCrossTrack
    case helio_x, helio_y, helio_z, helio_vtot, topo_x, topo_y, topo_z, topo_vtot, diaDistanceRank
}

/// Fields of `mpc_orbits`.
enum OrbitField: Int, PacketField {
    case id, designation, packed_primary_provisional_designation, unpacked_primary_provisional_designation
    case u_param, nopp, nobs_total, arc_length_total, a, q, e, i, node, argperi, mean_anomaly, period, mean_motion
    case a_unc, e_unc, i_unc, epoch_mjd, h, g, normalized_rms, earth_moid
}

/// Fields of the packet itself that are neither records nor images.
enum PacketTopField: Int, PacketField {
    case diaSourceId, observation_reason, target_name
}
