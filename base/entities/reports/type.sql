-- Entities by type as the register words it; '' where the library has none.
SELECT coalesce(entity_type, ''), count(*) FROM entity GROUP BY 1 ORDER BY 2 DESC, 1
