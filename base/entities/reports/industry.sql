-- Entities by industry code (GB/T 4754-2017, section or division); '' where the library has none.
SELECT coalesce(industry, ''), count(*) FROM entity GROUP BY 1 ORDER BY 1
