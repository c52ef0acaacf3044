-- In a list of yours: nightjar catalogue add watch_list list.csv, with columns name, ra and dec.
SELECT CASE WHEN covers('watch_list') THEN EXISTS (SELECT 1 FROM watch_list WHERE distance < 1) END AS in_list,
       psfFlux / psfFluxErr >= 5 OR psfFlux / psfFluxErr <= -5 AS is_significant
FROM alert
