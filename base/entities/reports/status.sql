-- Entities by registration status; NULL where the library has none. In the order of its index.
SELECT status, count(*) FROM entity GROUP BY status ORDER BY status
