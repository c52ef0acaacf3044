-- Bright: brighter than 18.5 mag, real, and neither a star of Pan-STARRS 1 nor in the glare of one.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       magpsf < 18.5 AS is_bright,
       (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_star,
       (distpsnr1 BETWEEN 0 AND 20 AND srmag1 BETWEEN 0 AND 15 AND sgscore1 > 0.5) IS NOT TRUE AS no_glare,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
