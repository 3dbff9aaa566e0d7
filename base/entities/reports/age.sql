-- Entities in being by age: classes 1 to 7 end at the days $d1 to $d6; 0: no day of establishment.
SELECT CASE WHEN established_on IS NULL THEN 0
            WHEN established_on > $d1 THEN 1
            WHEN established_on > $d2 THEN 2
            WHEN established_on > $d3 THEN 3
            WHEN established_on > $d4 THEN 4
            WHEN established_on > $d5 THEN 5
            WHEN established_on > $d6 THEN 6
            ELSE 7 END AS class,
       count(*)
FROM entity
WHERE cancelled_on IS NULL AND revoked_on IS NULL
  AND (status IS NULL OR status NOT IN ('cancelled', 'revoked', 'moved'))
GROUP BY 1 ORDER BY 1
