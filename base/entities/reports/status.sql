-- Entities by registration status; '' where the library has none.
SELECT coalesce(status, ''), count(*) FROM entity GROUP BY 1 ORDER BY 2 DESC, 1
