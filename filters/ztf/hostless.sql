-- Hostless: seen twice, half an hour apart, with no source of Pan-STARRS 1 within 5 arcsec and none of the reference image within 3.
SELECT isdiffpos = 't' AS is_positive_sub,
       coalesce(drb, rb) > 0.5 AS is_real,
       (distpsnr1 <= 5 AND distpsnr1 NOT IN (-999, -99999)) IS NOT TRUE AS no_neighbour,
       (distnr BETWEEN 0 AND 3) IS NOT TRUE AS no_reference_source,
       abs(galactic_latitude(ra, dec)) > 15 AS outside_plane,
       (SELECT largest_gap(d.jd) FROM detections AS d WHERE d.isdiffpos = 't') >= 1 / 48.0 AS not_moving,
       (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
