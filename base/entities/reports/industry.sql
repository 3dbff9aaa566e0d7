-- Entities by industry code (GB/T 4754-2017, section or division); NULL where the library has none.
SELECT industry, count(*) FROM entity GROUP BY industry ORDER BY industry
