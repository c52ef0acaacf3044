-- Near a galaxy: within 30 kpc of one of Mangrove at its distance. Null where the catalogue is not there.
SELECT
       -- Sound: Fink's block of good quality, in short.
       psfFlux / psfFluxErr >= 6 AND isDipole IS NOT TRUE AND pixelFlags IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND psfFlux_flag IS NOT TRUE
         AND centroid_flag IS NOT TRUE AND shape_flag IS NOT TRUE AS is_sound,
       CASE WHEN covers('mangrove') THEN EXISTS (
         SELECT 1 FROM mangrove WHERE radians(distance / 3600) * angular_distance_mpc * 1000 < 30) END AS near_galaxy,
       CASE WHEN covers('vsx') THEN NOT EXISTS (SELECT 1 FROM vsx WHERE distance < 1.5 AND VType NOT LIKE 'SN%'
         AND VType NOT LIKE 'AGN%' AND VType NOT LIKE 'QSO%' AND VType NOT LIKE 'BLLAC%') END AS no_variable_star,
       coalesce(nullif(ssObjectId, 0), nullif(ssSource_ssObjectId, 0)) IS NULL AS no_ssobject
FROM alert
