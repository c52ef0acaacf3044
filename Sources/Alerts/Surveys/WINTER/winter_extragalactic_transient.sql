-- ZTF's filter, for WINTER and WIRC: their sgscore1 is null, so that every neighbour passes.
SELECT
  isdiffpos = 't' AS is_positive_sub,
  -- A star of Pan-STARRS 1 within 1.5 arcsec. -999 is an unknown distance or score; PS1 writes 0.5 for an unknown score.
  (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_pointsource_counterpart,
  -- Two positive detections, one after the other, half an hour apart; what is later than the alert by more than a second is not
  -- counted.
  (SELECT largest_gap(d.jd) FROM detections AS d WHERE d.isdiffpos = 't' AND d.jd <= alert.jd + 1 / 86400.0)
    >= 1 / 48.0 AS not_moving,
  -- As in ZTF's alerts.
  (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
