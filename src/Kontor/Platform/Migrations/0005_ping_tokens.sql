-- The buyer's mark of the bid that won the sale, which the post of the lead carries. It is written with the sale, so that a crash between
-- ping and post does not lose it.
alter table deliveries add column ping_token text;
