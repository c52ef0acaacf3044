-- Near a galaxy: within 30 kpc of one of Mangrove at its distance. Null where the catalogue is not there.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       CASE WHEN covers('mangrove') THEN EXISTS (
         SELECT 1 FROM mangrove WHERE radians(distance / 3600) * angular_distance_mpc * 1000 < 30) END AS near_galaxy,
       (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_star,
       CASE WHEN covers('vsx') THEN NOT EXISTS (SELECT 1 FROM vsx WHERE distance < 2 AND VType NOT LIKE 'SN%'
         AND VType NOT LIKE 'AGN%' AND VType NOT LIKE 'QSO%' AND VType NOT LIKE 'BLLAC%') END AS no_variable_star,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
