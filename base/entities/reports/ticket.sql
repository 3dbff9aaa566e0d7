-- Open tickets by the organ that says otherwise: all, and those about identity.
SELECT organ, count(*), sum(CASE WHEN kind = 'identity' THEN 1 ELSE 0 END)
FROM ticket WHERE dataset = 'entity' AND closed_index IS NULL GROUP BY organ ORDER BY organ
