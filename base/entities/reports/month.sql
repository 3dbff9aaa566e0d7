-- Births (established) and deaths (cancelled, or else revoked) per month from $from on.
SELECT month, sum(born), sum(gone) FROM (
    SELECT substr(established_on, 1, 7) AS month, 1 AS born, 0 AS gone FROM entity
    WHERE established_on >= $from
    UNION ALL
    SELECT substr(cancelled_on, 1, 7), 0, 1 FROM entity WHERE cancelled_on >= $from
    UNION ALL
    SELECT substr(revoked_on, 1, 7), 0, 1 FROM entity
    WHERE revoked_on >= $from AND cancelled_on IS NULL
) AS event GROUP BY month ORDER BY month
