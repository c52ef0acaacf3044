-- ZTF's filter for LSST's packets.
SELECT
  -- Positive is what both the flag, in either spelling, and the flux say is positive: the flag is false on a quarter of the real
  -- alerts of negative flux. Where one says nothing the other stands. What was withdrawn, was put into the image or has no
  -- sound flux is no source in the sky.
  NOT coalesce(isNegative, is_negative, psfFlux <= 0) AND coalesce(psfFlux > 0, TRUE)
    AND coalesce(timeWithdrawnMjdTai, 0) <= 0
    AND NOT (coalesce(psfFlux_flag, FALSE) OR coalesce(pixelFlags_injected, FALSE)
      OR coalesce(pixelFlags_injectedCenter, FALSE) OR coalesce(pixelFlags_injected_template, FALSE)
      OR coalesce(pixelFlags_injected_templateCenter, FALSE)) AS is_positive_sub,
  -- Schemas to 7.4 named a neighbour, which may be a galaxy.
  coalesce(diaObject_nearbyObj1Dist > 1.5, TRUE) AS no_pointsource_counterpart,
  -- Two positive detections, one after the other, half an hour apart. Earlier ones count where the survey says nothing against
  -- them.
  (SELECT max(gap) FROM (
    SELECT d.midpointMjdTai - lag(d.midpointMjdTai) OVER (ORDER BY d.midpointMjdTai) AS gap FROM detections AS d
    WHERE NOT coalesce(d.isNegative, d.is_negative, d.psfFlux <= 0) AND coalesce(d.psfFlux > 0, TRUE)
      AND (d.diaSourceId = alert.diaSourceId
        OR d.midpointMjdTai <= alert.midpointMjdTai + 1 / 86400.0 AND coalesce(d.timeWithdrawnMjdTai, 0) <= 0
        AND NOT (coalesce(d.psfFlux_flag, FALSE) OR coalesce(d.pixelFlags_bad, FALSE)
          OR coalesce(d.pixelFlags_nodataCenter, FALSE) OR coalesce(d.pixelFlags_edge, FALSE)
          OR coalesce(d.pixelFlags_offimage, FALSE) OR coalesce(d.pixelFlags_saturatedCenter, FALSE)
          OR coalesce(d.pixelFlags_crCenter, FALSE) OR coalesce(d.pixelFlags_suspectCenter, FALSE)
          OR coalesce(d.pixelFlags_injected, FALSE) OR coalesce(d.pixelFlags_injectedCenter, FALSE)
          OR coalesce(d.pixelFlags_injected_template, FALSE) OR coalesce(d.pixelFlags_injected_templateCenter, FALSE)
          OR coalesce(d.pixelFlags_streakCenter, FALSE) OR coalesce(d.glint_trail, FALSE))))) >= 1 / 48.0 AS not_moving,
  -- LSST links its sources with asteroids itself; of several that claim one, the nearest is the asteroid.
  coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL
    OR coalesce(ssSource_diaDistanceRank > 1, FALSE) AS no_ssobject
FROM alert
