/// The columns that packets of LSST's published schemas bring to the table of alerts.
///
/// Source: lsst.alert.packet schemas 8.0 to 11.1; of 7.x, whose `diaObject` has a thousand fields more, those that Nightjar reads.
enum LSSTColumns {
    static let others: [AlertColumn] =
        AlertColumn.columns(
            of: "", .text,
            """
            observation_reason target_name reliabilityVersion
            """)
        + AlertColumn.columns(
            of: "", .integer,
            """
            detector parentDiaSourceId centroid_flag apFlux_flag apFlux_flag_apertureTruncated psfNdata \
            psfFlux_flag psfFlux_flag_edge psfFlux_flag_noGoodPixels trailNdata trail_flag_edge dipoleNdata \
            forced_PsfFlux_flag forced_PsfFlux_flag_edge forced_PsfFlux_flag_noGoodPixels shape_flag \
            shape_flag_no_pixels shape_flag_not_contained shape_flag_parent_source isDipole dipoleFitAttempted \
            time_processed bboxSize pixelFlags pixelFlags_bad pixelFlags_cr pixelFlags_crCenter pixelFlags_edge \
            pixelFlags_nodata pixelFlags_nodataCenter pixelFlags_interpolated pixelFlags_interpolatedCenter \
            pixelFlags_offimage pixelFlags_saturated pixelFlags_saturatedCenter pixelFlags_suspect \
            pixelFlags_suspectCenter pixelFlags_streak pixelFlags_streakCenter glint_trail trailAlgorithm \
            trail_flag is_negative
            """)
        + AlertColumn.columns(
            of: "", .real,
            """
            raErr decErr ra_dec_Cov x xErr y yErr apFlux apFluxErr snr psfLnL psfChi2 trailFlux trailFluxErr \
            trailRa trailRaErr trailDec trailDecErr trailLength trailLengthErr trailAngle trailAngleErr \
            trailChi2 dipoleMeanFlux dipoleMeanFluxErr dipoleFluxDiff dipoleFluxDiffErr dipoleLength dipoleAngle \
            dipoleChi2 scienceFlux scienceFluxErr templateFlux templateFluxErr ixx iyy ixy ixxPSF iyyPSF ixyPSF \
            extendedness timeProcessedMjdTai exposureTime
            """)
        + AlertColumn.columns(
            of: "diaObject", .integer,
            """
            diaObjectId validityStart u_psfFluxNdata g_psfFluxNdata r_psfFluxNdata i_psfFluxNdata z_psfFluxNdata \
            y_psfFluxNdata nDiaSources
            """)
        + AlertColumn.columns(
            of: "diaObject", .real,
            """
            ra raErr dec decErr ra_dec_Cov u_psfFluxMean u_psfFluxMeanErr u_psfFluxSigma u_fpFluxMean \
            u_fpFluxMeanErr g_psfFluxMean g_psfFluxMeanErr g_psfFluxSigma g_fpFluxMean g_fpFluxMeanErr \
            r_psfFluxMean r_psfFluxMeanErr r_psfFluxSigma r_fpFluxMean r_fpFluxMeanErr i_psfFluxMean \
            i_psfFluxMeanErr i_psfFluxSigma i_fpFluxMean i_fpFluxMeanErr z_psfFluxMean z_psfFluxMeanErr \
            z_psfFluxSigma z_fpFluxMean z_fpFluxMeanErr y_psfFluxMean y_psfFluxMeanErr y_psfFluxSigma \
            y_fpFluxMean y_fpFluxMeanErr u_scienceFluxMean u_scienceFluxMeanErr g_scienceFluxMean \
            g_scienceFluxMeanErr r_scienceFluxMean r_scienceFluxMeanErr i_scienceFluxMean i_scienceFluxMeanErr \
            z_scienceFluxMean z_scienceFluxMeanErr y_scienceFluxMean y_scienceFluxMeanErr u_psfFluxMin \
            u_psfFluxMax u_psfFluxMaxSlope u_psfFluxErrMean g_psfFluxMin g_psfFluxMax g_psfFluxMaxSlope \
            g_psfFluxErrMean r_psfFluxMin r_psfFluxMax r_psfFluxMaxSlope r_psfFluxErrMean i_psfFluxMin \
            i_psfFluxMax i_psfFluxMaxSlope i_psfFluxErrMean z_psfFluxMin z_psfFluxMax z_psfFluxMaxSlope \
            z_psfFluxErrMean y_psfFluxMin y_psfFluxMax y_psfFluxMaxSlope y_psfFluxErrMean firstDiaSourceMjdTai \
            lastDiaSourceMjdTai validityStartMjdTai nearbyObj1Dist
            """)
        + AlertColumn.columns(
            of: "ssSource", .integer,
            """
            ssObjectId diaSourceId diaDistanceRank
            """)
        + AlertColumn.columns(
            of: "ssSource", .real,
            """
            eclipticLambda eclipticBeta galacticL galacticB phaseAngle heliocentricDist topocentricDist \
            predictedVMagnitude residualRa residualDec heliocentricX heliocentricY heliocentricZ heliocentricVX \
            heliocentricVY heliocentricVZ topocentricX topocentricY topocentricZ topocentricVX topocentricVY \
            topocentricVZ eclLambda eclBeta galLon galLat elongation topoRange topoRangeRate helioRange \
            helioRangeRate ephRa ephDec ephVmag ephRate ephRateRa ephRateDec ephOffset ephOffsetRa ephOffsetDec \
            ephOffsetAlongTrack ephOffsetCrossTrack helio_x helio_y helio_z helio_vx helio_vy helio_vz \
            helio_vtot topo_x topo_y topo_z topo_vx topo_vy topo_vz topo_vtot
            """)
        + AlertColumn.columns(
            of: "MPCORB", .text,
            """
            mpcDesignation
            """)
        + AlertColumn.columns(
            of: "MPCORB", .integer,
            """
            ssObjectId
            """)
        + AlertColumn.columns(
            of: "MPCORB", .real,
            """
            mpcH epoch M peri node incl e a q t_p
            """)
        + AlertColumn.columns(
            of: "ssSource", .text,
            """
            designation
            """)
        + AlertColumn.columns(
            of: "mpc_orbits", .integer,
            """
            id created_at updated_at orbit_type_int u_param nopp nobs_total nobs_total_sel fitting_datetime
            """)
        + AlertColumn.columns(
            of: "mpc_orbits", .text,
            """
            designation packed_primary_provisional_designation unpacked_primary_provisional_designation \
            mpc_orb_jsonb
            """)
        + AlertColumn.columns(
            of: "mpc_orbits", .real,
            """
            arc_length_total arc_length_sel a q e i node argperi peri_time yarkovsky srp a1 a2 a3 dt \
            mean_anomaly period mean_motion a_unc q_unc e_unc i_unc node_unc argperi_unc peri_time_unc \
            yarkovsky_unc srp_unc a1_unc a2_unc a3_unc dt_unc mean_anomaly_unc period_unc mean_motion_unc \
            epoch_mjd h g not_normalized_rms normalized_rms earth_moid
            """)
}
