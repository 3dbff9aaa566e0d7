-- Deaths: entities whose licence was revoked from $from on and that were not cancelled; one row each.
SELECT revoked_on, 1 FROM entity WHERE revoked_on >= $from AND cancelled_on IS NULL
