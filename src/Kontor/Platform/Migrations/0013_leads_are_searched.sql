-- Leads are looked up by campaign, by source and by reason, newest first and however rare the one looked for is: each index ends in the id,
-- which is ordered by time. Tests are few, so their index is small.
create index leads_by_campaign on leads (campaign, lead_id);
create index leads_by_source on leads (source, lead_id);
create index leads_by_reason on leads (reason_code, lead_id) where reason_code is not null;
create index leads_tests on leads (lead_id) where test;

-- The same guard with the buyer first: it also finds the leads that a buyer has. Those of a lead are found by sales_one_per_slot.
drop index sales_one_per_buyer;
create unique index sales_one_per_buyer on sales (buyer, lead_id) where status <> 'released';
