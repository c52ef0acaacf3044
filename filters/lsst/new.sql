-- New: the survey's first detection of the object, and no known asteroid.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       midpointMjdTai - coalesce(nullif(diaObject_firstDiaSourceMjdTai, 0),
         (SELECT min(d.midpointMjdTai) FROM detections AS d)) < 1 / 86400.0 AS is_new,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
