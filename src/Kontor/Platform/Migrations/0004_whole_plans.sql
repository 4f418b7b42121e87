-- Which offer of a lead a round belongs to: null is the first, else the index of the plan's resale.
alter table decisions add column offer smallint;

-- When the promise of a sale ends: null never. Which tier of which offer made it. Of a sale from a tier that shares by weight: the group it was
-- counted in, and what it moved there as {"contract": micro, ...}, which a release takes back.
alter table sales add column promise_ends_at timestamptz, add column tier smallint, add column offer smallint, add column credit_group text,
    add column credit_moves json;

-- What the members of a tier that shares by weight are owed, in millionths of a lead, by contract. One row for each group, locked by the claim.
create table credit_groups (
    group_name text   primary key,
    contracts  text[]   not null default '{}',
    credits    bigint[] not null default '{}',
    version    bigint not null default 0,
    constraint credit_groups_pair_up check (cardinality(contracts) = cardinality(credits))
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- Leads that are to be offered again. The claim that offers one deletes its row in the same transaction, so no lead is offered twice.
create table due_offers (
    lead_id uuid        not null,
    offer   smallint    not null,
    due_at  timestamptz not null,
    primary key (lead_id, offer)
);
create index due_offers_due on due_offers (due_at);
