-- In a list of yours: nightjar catalogue add watch_list list.csv, with columns name, ra and dec.
SELECT CASE WHEN covers('watch_list') THEN EXISTS (SELECT 1 FROM watch_list WHERE distance < 2) END AS in_list,
       coalesce(drb, rb) > 0.3 AS is_real
FROM alert
