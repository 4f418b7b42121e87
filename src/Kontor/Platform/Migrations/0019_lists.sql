-- Leads that nobody has are looked for by status, alone and with a source or a campaign, newest first and however many or few they are. Accepted leads,
-- which are inserted while somebody waits, are in none of these; those that are pending are in leads_pending.
create index leads_not_sold on leads (status, lead_id) where status in ('rejected', 'duplicate');
create index leads_not_sold_by_source on leads (source, status, lead_id) where status in ('rejected', 'duplicate');
create index leads_not_sold_by_campaign on leads (campaign, status, lead_id) where status in ('rejected', 'duplicate');

-- What buyers reported and gave back, newest first: their lists are narrowed by it, and the quality of sources is counted from the index alone. A sale
-- comes in when there is something to say about it, not when it is made.
create index sales_reported on sales (buyer, sale_id) include (source, outcome, status, test) where outcome is not null;
create index sales_returned on sales (buyer, sale_id) where status = 'returned';
