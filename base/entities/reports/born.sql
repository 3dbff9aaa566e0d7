-- Births: entities by day of establishment from $from on, in the order of its index.
SELECT established_on, count(*) FROM entity WHERE established_on >= $from
GROUP BY established_on ORDER BY established_on
