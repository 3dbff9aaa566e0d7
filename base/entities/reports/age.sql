-- Entities in being by age: without a day of establishment, then seven classes that end at the days
-- $d1 to $d6.
SELECT sum(CASE WHEN established_on IS NULL THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d1 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d2 AND established_on <= $d1 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d3 AND established_on <= $d2 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d4 AND established_on <= $d3 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d5 AND established_on <= $d4 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on > $d6 AND established_on <= $d5 THEN 1 ELSE 0 END),
       sum(CASE WHEN established_on <= $d6 THEN 1 ELSE 0 END)
FROM entity
WHERE cancelled_on IS NULL AND revoked_on IS NULL
  AND (status IS NULL OR status NOT IN ('cancelled', 'revoked', 'moved'))
