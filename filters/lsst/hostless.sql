-- Hostless: nothing in the template, seen twice, half an hour apart, and brighter than 24 mag.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       templateFlux / templateFluxErr < 3 AS no_template,
       mag(psfFlux) < 24 AS is_bright,
       abs(galactic_latitude(ra, dec)) > 20 AS outside_plane,
       (SELECT largest_gap(d.midpointMjdTai) FROM detections AS d WHERE d.psfFlux > 0) >= 1 / 48.0 AS not_moving,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
