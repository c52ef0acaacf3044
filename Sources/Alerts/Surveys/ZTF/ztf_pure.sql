-- The original broker's purity cut (is_pure, 2021-04-03). A measurement that is missing fails its cut. Packets have these numbers
-- in single precision, where 0.65 is 0.64999998.
SELECT
  round(rb, 6) >= 0.65 AS is_real,
  nbad = 0 AS no_bad_pixels,
  fwhm BETWEEN 0 AND 5 AS is_sharp,
  round(elong, 6) BETWEEN 0 AND 1.2 AS is_round,
  round(abs(magdiff), 6) <= 0.1 AS is_point
FROM alert
