-- A counter names the zone in whose calendar its windows are counted. Claims count by the zone of the row they have locked, so rules that are
-- older than a change of the buyer's zone cannot count by the wrong one. An archived entry keeps the zone it had last.
alter table counters add column zone text not null default 'UTC';

with buyers as (
    select distinct on (key) key, coalesce(document ->> 'time_zone', 'UTC') as zone
    from catalog_entries where kind = 'buyers' order by key, since desc
), contracts as (
    select distinct on (key) key, document ->> 'buyer' as buyer
    from catalog_entries where kind = 'contracts' order by key, since desc
), owners as (
    select 'buyer:' || key as owner, zone from buyers
    union all
    select 'contract:' || contracts.key, buyers.zone from contracts join buyers on buyers.key = contracts.buyer
)
update counters set zone = owners.zone from owners where counters.owner = owners.owner;

-- Whoever makes a counter says which zone it is: an older program fails instead of guessing.
alter table counters alter column zone drop default;
