-- Nuclear: on the centre of what Pan-STARRS 1 says is no star, within 0.6 arcsec of the reference image's source in the mean.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       distpsnr1 BETWEEN 0 AND 1 AND sgscore1 BETWEEN 0 AND 0.499 AS on_a_galaxy,
       (SELECT avg(d.distnr) FROM detections AS d WHERE d.isdiffpos = 't' AND d.distnr >= 0) < 0.6 AS in_its_centre,
       (SELECT count(*) FROM detections AS d WHERE d.isdiffpos = 't') >= 3 AS seen_thrice,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
