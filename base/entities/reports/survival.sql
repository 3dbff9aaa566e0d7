-- One cohort, established from $from to before $to: how many there were, how many of them were still there
-- 1, 3 and 5 years after their own day of establishment, and how many ended on a day nobody gave.
SELECT count(*),
       sum(CASE WHEN gone IS NULL OR gone >=
           (CAST(substr(established_on, 1, 4) AS INTEGER) + 1) || substr(established_on, 5)
           THEN 1 ELSE 0 END),
       sum(CASE WHEN gone IS NULL OR gone >=
           (CAST(substr(established_on, 1, 4) AS INTEGER) + 3) || substr(established_on, 5)
           THEN 1 ELSE 0 END),
       sum(CASE WHEN gone IS NULL OR gone >=
           (CAST(substr(established_on, 1, 4) AS INTEGER) + 5) || substr(established_on, 5)
           THEN 1 ELSE 0 END),
       sum(CASE WHEN gone IS NULL AND status IN ('cancelled', 'revoked') THEN 1 ELSE 0 END)
FROM (
    SELECT established_on, status,
           CASE WHEN cancelled_on IS NULL THEN revoked_on
                WHEN revoked_on IS NULL OR cancelled_on < revoked_on THEN cancelled_on
                ELSE revoked_on END AS gone
    FROM entity WHERE established_on >= $from AND established_on < $to
) AS cohort
