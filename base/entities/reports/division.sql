-- Entities by county-level division; where the address has none, by positions 3-8 of the unified social
-- credit code, the registering authority's division. The third column counts those.
SELECT coalesce(substr(division, 1, 6), substr(uscc, 3, 6)), count(*),
       sum(CASE WHEN division IS NULL THEN 1 ELSE 0 END)
FROM entity GROUP BY 1 ORDER BY 2 DESC, 1
