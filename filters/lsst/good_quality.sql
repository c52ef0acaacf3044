-- Good quality: Fink's block b_good_quality (fink-filters 7.45), which keeps 25.9 % of LSST's stream.
SELECT psfFlux >= 0 AS is_positive,
       psfFlux / psfFluxErr >= 6 AS is_significant,
       isDipole IS NOT TRUE AS no_dipole,
       pixelFlags IS NOT TRUE AND pixelFlags_bad IS NOT TRUE AND pixelFlags_saturated IS NOT TRUE
         AND pixelFlags_interpolated IS NOT TRUE AND pixelFlags_cr IS NOT TRUE AND pixelFlags_nodata IS NOT TRUE
         AND pixelFlags_edge IS NOT TRUE AS pixels_are_good,
       pixelFlags_streak IS NOT TRUE AND pixelFlags_streakCenter IS NOT TRUE AS no_streak,
       psfFlux_flag IS NOT TRUE AND apFlux_flag IS NOT TRUE AND forced_PsfFlux_flag IS NOT TRUE
         AND forced_PsfFlux_flag_edge IS NOT TRUE AS fluxes_are_good,
       shape_flag IS NOT TRUE AND centroid_flag IS NOT TRUE AS shape_is_good
FROM alert
