-- What each organ contributed: records, those held back until their identity is settled, public values in
-- all, and values of the ten fields that every register should have.
SELECT source_organ, count(*), sum(held),
       count(name) + count(entity_type) + count(legal_representative) + count(currency)
       + count(registered_capital) + count(paid_in_capital) + count(established_on) + count(approved_on)
       + count(operating_from) + count(operating_to) + count(business_scope) + count(address)
       + count(division) + count(longitude) + count(latitude) + count(industry) + count(registrar)
       + count(supervising_unit) + count(status) + count(cancelled_on) + count(cancellation_reason)
       + count(revoked_on) + count(organisation_code) + count(registration_number)
       + count(institution_number) + count(social_organisation_number) + count(tax_number)
       + count(taxpayer_type) + count(tax_rating) + count(employees) + count(insured_persons)
       + count(statistics_unit_code),
       count(name) + count(entity_type) + count(legal_representative) + count(registered_capital)
       + count(established_on) + count(business_scope) + count(address) + count(division)
       + count(industry) + count(status)
FROM entity_source GROUP BY source_organ ORDER BY 2 DESC, 1
