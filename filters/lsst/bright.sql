-- Bright: brighter than 20 mag, sound, and no star of Gaia to G = 10 within 20 arcsec. Null where the catalogue is not there.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       mag(psfFlux) < 20 AS is_bright,
       CASE WHEN covers('gaia_bright') THEN NOT EXISTS (SELECT 1 FROM gaia_bright WHERE distance < 20) END AS no_glare,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
