-- How often an offer could not be made. One that failed falls due again later, each time by more, so that it holds up no other.
alter table due_offers add column attempts integer not null default 0;
create index due_offers_failing on due_offers (attempts) where attempts > 0;
