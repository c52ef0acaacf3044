-- Nuclear: on a galaxy of Mangrove, within an arcsec of its centre, and seen thrice. Null where the catalogue is not there.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       CASE WHEN covers('mangrove') THEN EXISTS (SELECT 1 FROM mangrove WHERE distance < 1) END AS in_a_centre,
       (SELECT count(*) FROM detections AS d WHERE d.psfFlux > 0) >= 3 AS seen_thrice,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
