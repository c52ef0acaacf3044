-- Transients outside our galaxy: the Pitt-Google broker's is_extragalactic_transient of 2021, after ZTF's alert filtering
-- notebook. Its difference of detection times was signed and unsorted, and so missed the last gap.
SELECT
  isdiffpos = 't' AS is_positive_sub,
  -- A star of Pan-STARRS 1 within 1.5 arcsec. -999 is an unknown distance or score; PS1 writes 0.5 for an unknown score.
  (distpsnr1 <= 1.5 AND distpsnr1 NOT IN (-999, -99999) AND sgscore1 > 0.5) IS NOT TRUE AS no_pointsource_counterpart,
  -- Two positive detections, one after the other, half an hour apart; what is later than the alert by more than a second is not
  -- counted.
  (SELECT largest_gap(d.jd) FROM detections AS d WHERE d.isdiffpos = 't' AND d.jd <= alert.jd + 1 / 86400.0)
    >= 1 / 48.0 AS not_moving,
  -- ZTF names the nearest known object within 30 arcsec.
  (ssdistnr BETWEEN 0 AND 5) IS NOT TRUE AS no_ssobject
FROM alert
