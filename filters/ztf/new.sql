-- New: the survey's first detection at this place, within the hour, and no known asteroid.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       jd - jdstarthist < 1 / 24.0 AS is_new,
       (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_star,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
