-- Young and rising: first seen at most twenty days ago, twice or more, and brightening in the alert's own band.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       midpointMjdTai - coalesce(nullif(diaObject_firstDiaSourceMjdTai, 0),
         (SELECT min(d.midpointMjdTai) FROM detections AS d)) < 20 AS is_young,
       (SELECT count(*) FROM detections AS d WHERE d.psfFlux > 0 AND d.band = alert.band) >= 2 AS seen_twice,
       (SELECT slope(d.midpointMjdTai, d.psfFlux) FROM detections AS d WHERE d.band = alert.band) > 0 AS is_rising,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
