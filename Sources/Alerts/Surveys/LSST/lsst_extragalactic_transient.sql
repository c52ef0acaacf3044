-- ZTF's filter for LSST's packets.
SELECT
  -- Positive is what both the flag, in either spelling, and the flux say is positive: the flag is false on a quarter of the real
  -- alerts of negative flux. Where one says nothing the other stands. What was withdrawn, was put into the image or has no
  -- sound flux is no source in the sky.
  NOT coalesce(isNegative, is_negative, psfFlux <= 0) AND (psfFlux <= 0) IS NOT TRUE
    AND (timeWithdrawnMjdTai > 0) IS NOT TRUE AND psfFlux_flag IS NOT TRUE
    AND pixelFlags_injected IS NOT TRUE AND pixelFlags_injectedCenter IS NOT TRUE
    AND pixelFlags_injected_template IS NOT TRUE AND pixelFlags_injected_templateCenter IS NOT TRUE AS is_positive_sub,
  -- Schemas to 7.4 named a neighbour, which may be a galaxy.
  (diaObject_nearbyObj1Dist <= 1.5) IS NOT TRUE AS no_pointsource_counterpart,
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
        AND d.glint_trail IS NOT TRUE)) >= 1 / 48.0 AS not_moving,
  -- LSST links its sources with asteroids itself; of several that claim one, the nearest is the asteroid.
  coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL
    OR (ssSource_diaDistanceRank > 1) IS TRUE AS no_ssobject
FROM alert
