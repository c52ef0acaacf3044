-- Young and rising: first seen at most ten days ago, twice or more, and brightening in the alert's own filter.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       jd - jdstarthist < 10 AS is_young,
       (SELECT count(*) FROM detections AS d WHERE d.isdiffpos = 't' AND d.fid = alert.fid) >= 2 AS seen_twice,
       (SELECT slope(d.jd, d.magpsf) FROM detections AS d WHERE d.isdiffpos = 't' AND d.fid = alert.fid) < 0 AS is_rising,
       (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_star,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
