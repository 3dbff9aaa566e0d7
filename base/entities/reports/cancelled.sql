-- Deaths: entities by day of cancellation from $from on, in the order of its index.
SELECT cancelled_on, count(*) FROM entity WHERE cancelled_on >= $from
GROUP BY cancelled_on ORDER BY cancelled_on
