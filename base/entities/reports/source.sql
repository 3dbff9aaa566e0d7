-- What each organ's rows hold: 1, whether it is held back until its identity is settled, public values, and
-- values of the ten fields that every register should have. Summed by who reads it.
SELECT source_organ, 1, held,
       CASE WHEN name IS NULL THEN 0 ELSE 1 END
       + CASE WHEN entity_type IS NULL THEN 0 ELSE 1 END
       + CASE WHEN legal_representative IS NULL THEN 0 ELSE 1 END
       + CASE WHEN currency IS NULL THEN 0 ELSE 1 END
       + CASE WHEN registered_capital IS NULL THEN 0 ELSE 1 END
       + CASE WHEN paid_in_capital IS NULL THEN 0 ELSE 1 END
       + CASE WHEN established_on IS NULL THEN 0 ELSE 1 END
       + CASE WHEN approved_on IS NULL THEN 0 ELSE 1 END
       + CASE WHEN operating_from IS NULL THEN 0 ELSE 1 END
       + CASE WHEN operating_to IS NULL THEN 0 ELSE 1 END
       + CASE WHEN business_scope IS NULL THEN 0 ELSE 1 END
       + CASE WHEN address IS NULL THEN 0 ELSE 1 END
       + CASE WHEN division IS NULL THEN 0 ELSE 1 END
       + CASE WHEN longitude IS NULL THEN 0 ELSE 1 END
       + CASE WHEN latitude IS NULL THEN 0 ELSE 1 END
       + CASE WHEN industry IS NULL THEN 0 ELSE 1 END
       + CASE WHEN registrar IS NULL THEN 0 ELSE 1 END
       + CASE WHEN supervising_unit IS NULL THEN 0 ELSE 1 END
       + CASE WHEN status IS NULL THEN 0 ELSE 1 END
       + CASE WHEN cancelled_on IS NULL THEN 0 ELSE 1 END
       + CASE WHEN cancellation_reason IS NULL THEN 0 ELSE 1 END
       + CASE WHEN revoked_on IS NULL THEN 0 ELSE 1 END
       + CASE WHEN organisation_code IS NULL THEN 0 ELSE 1 END
       + CASE WHEN registration_number IS NULL THEN 0 ELSE 1 END
       + CASE WHEN institution_number IS NULL THEN 0 ELSE 1 END
       + CASE WHEN social_organisation_number IS NULL THEN 0 ELSE 1 END
       + CASE WHEN tax_number IS NULL THEN 0 ELSE 1 END
       + CASE WHEN taxpayer_type IS NULL THEN 0 ELSE 1 END
       + CASE WHEN tax_rating IS NULL THEN 0 ELSE 1 END
       + CASE WHEN employees IS NULL THEN 0 ELSE 1 END
       + CASE WHEN insured_persons IS NULL THEN 0 ELSE 1 END
       + CASE WHEN statistics_unit_code IS NULL THEN 0 ELSE 1 END,
       CASE WHEN name IS NULL THEN 0 ELSE 1 END
       + CASE WHEN entity_type IS NULL THEN 0 ELSE 1 END
       + CASE WHEN legal_representative IS NULL THEN 0 ELSE 1 END
       + CASE WHEN registered_capital IS NULL THEN 0 ELSE 1 END
       + CASE WHEN established_on IS NULL THEN 0 ELSE 1 END
       + CASE WHEN business_scope IS NULL THEN 0 ELSE 1 END
       + CASE WHEN address IS NULL THEN 0 ELSE 1 END
       + CASE WHEN division IS NULL THEN 0 ELSE 1 END
       + CASE WHEN industry IS NULL THEN 0 ELSE 1 END
       + CASE WHEN status IS NULL THEN 0 ELSE 1 END
FROM entity_source
