-- Transients outside our galaxy among LSST's alerts. What a packet does not say counts against nothing.
SELECT
  -- Positive is what both the flag, in either spelling, and the flux say is positive: the flag is false on a quarter of the real
  -- alerts of negative flux. Where one says nothing the other stands. What was withdrawn or was put into the image is no source in
  -- the sky.
  NOT coalesce(isNegative, is_negative, psfFlux <= 0) AND (psfFlux <= 0) IS NOT TRUE
    AND (timeWithdrawnMjdTai > 0) IS NOT TRUE
    AND pixelFlags_injected IS NOT TRUE AND pixelFlags_injectedCenter IS NOT TRUE
    AND pixelFlags_injected_template IS NOT TRUE AND pixelFlags_injected_templateCenter IS NOT TRUE
    -- A sound one: the flags and the signal to noise of Fink's block of good quality (b_good_quality of fink-filters 7.45), no
    -- glint, and the reliability below which Rubin sends no alerts.
    AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_bad IS NOT TRUE
    AND pixelFlags_saturated IS NOT TRUE AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE
    AND pixelFlags_nodata IS NOT TRUE AND pixelFlags_edge IS NOT TRUE
    AND pixelFlags_streak IS NOT TRUE AND pixelFlags_streakCenter IS NOT TRUE AND glint_trail IS NOT TRUE
    AND psfFlux_flag IS NOT TRUE AND apFlux_flag IS NOT TRUE AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE
    AND forced_PsfFlux_flag IS NOT TRUE AND forced_PsfFlux_flag_edge IS NOT TRUE
    AND (psfFlux / psfFluxErr < 6) IS NOT TRUE AND (reliability < 0.5) IS NOT TRUE AS is_positive_sub,
  CASE
    -- A star: one that moves or has a parallax, a point source by its shape, a variable one, or the glare of a bright one.
    WHEN EXISTS (SELECT 1 FROM gaia WHERE distance < 1.5 AND (parallax > 5 * parallax_error
        OR pow(pmra / pmra_error, 2) + pow(pmdec / pmdec_error, 2) > 25))
      OR EXISTS (SELECT 1 FROM lspsc WHERE distance < 1 AND score > 0.5)
      OR EXISTS (SELECT 1 FROM ps1 WHERE distance < 1.5 AND ps_score > 0.5)
      OR EXISTS (SELECT 1 FROM gaia_bright WHERE distance < 20)
      OR EXISTS (SELECT 1 FROM vsx WHERE distance < 1.5 AND NOT (VType LIKE 'SN%' OR VType LIKE 'AGN%'
        OR VType LIKE 'QSO%' OR VType LIKE 'BLLAC%' OR VType IN ('GRB', 'TDE', 'LFBOT', 'Microlens')))
      THEN FALSE
    -- What varies for more than a year is a variable star or an active nucleus.
    WHEN midpointMjdTai - nullif(diaObject_firstDiaSourceMjdTai, 0) > 365 THEN FALSE
    -- Deep catalogues have no star there.
    WHEN covers('gaia') OR covers('lspsc') OR covers('ps1') THEN TRUE
    -- Schemas to 7.4 named a neighbour, which may be a galaxy.
    WHEN diaObject_nearbyObj1Dist <= 1.5 THEN FALSE
    -- Nobody can be asked: a point-like source that adds less than half to a template brighter than 20 mag is taken for a star
    -- that varies.
    ELSE (mag(templateFlux) < 20 AND psfFlux < 0.5 * templateFlux AND extendedness < 0.5) IS NOT TRUE
  END AS no_pointsource_counterpart,
  -- Two positive detections, one after the other, half an hour apart. Earlier ones count where the survey says nothing against
  -- them; what is later than the alert by more than a second does not.
  (SELECT largest_gap(d.midpointMjdTai) FROM detections AS d
    WHERE NOT coalesce(d.isNegative, d.is_negative, d.psfFlux <= 0) AND (d.psfFlux <= 0) IS NOT TRUE
      AND (d.diaSourceId = alert.diaSourceId
        OR d.midpointMjdTai <= alert.midpointMjdTai + 1 / 86400.0 AND (d.timeWithdrawnMjdTai > 0) IS NOT TRUE
        AND d.psfFlux_flag IS NOT TRUE AND d.pixelFlags_bad IS NOT TRUE AND d.pixelFlags_nodataCenter IS NOT TRUE
        AND d.pixelFlags_edge IS NOT TRUE AND d.pixelFlags_offimage IS NOT TRUE
        AND d.pixelFlags_saturatedCenter IS NOT TRUE AND d.pixelFlags_crCenter IS NOT TRUE
        AND d.pixelFlags_suspectCenter IS NOT TRUE AND d.pixelFlags_injected IS NOT TRUE
        AND d.pixelFlags_injectedCenter IS NOT TRUE AND d.pixelFlags_injected_template IS NOT TRUE
        AND d.pixelFlags_injected_templateCenter IS NOT TRUE AND d.pixelFlags_streakCenter IS NOT TRUE
        AND d.glint_trail IS NOT TRUE AND d.isDipole IS NOT TRUE)) >= 1 / 48.0 AS not_moving,
  -- LSST links its sources with asteroids itself; of several that claim one, the nearest is the asteroid.
  coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL
    OR (ssSource_diaDistanceRank > 1) IS TRUE AS no_ssobject
FROM alert
