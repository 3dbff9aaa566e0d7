-- Births (established) and deaths (cancelled, or else revoked) per year from $from on.
SELECT year, sum(born), sum(gone) FROM (
    SELECT substr(established_on, 1, 4) AS year, 1 AS born, 0 AS gone FROM entity
    WHERE established_on >= $from
    UNION ALL
    SELECT substr(cancelled_on, 1, 4), 0, 1 FROM entity WHERE cancelled_on >= $from
    UNION ALL
    SELECT substr(revoked_on, 1, 4), 0, 1 FROM entity
    WHERE revoked_on >= $from AND cancelled_on IS NULL
) AS event GROUP BY year ORDER BY year
