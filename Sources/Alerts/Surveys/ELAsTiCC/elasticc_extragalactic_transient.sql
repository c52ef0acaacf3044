-- ZTF's filter for ELAsTiCC's packets, which have neither a neighbour nor a solar-system object.
SELECT
  psFlux > 0 AS is_positive_sub,
  TRUE AS no_pointsource_counterpart,
  (SELECT largest_gap(d.midPointTai) FROM detections AS d
    WHERE d.psFlux > 0 AND d.midPointTai <= alert.midPointTai + 1 / 86400.0) >= 1 / 48.0 AS not_moving,
  TRUE AS no_ssobject
FROM alert
