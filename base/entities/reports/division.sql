-- The county-level division of each entity; where the address has none, positions 3-8 of the unified
-- social credit code, the registering authority's division (third column 1). Summed by who reads it.
SELECT coalesce(substr(division, 1, 6), substr(uscc, 3, 6)), 1,
       CASE WHEN division IS NULL THEN 1 ELSE 0 END
FROM entity
