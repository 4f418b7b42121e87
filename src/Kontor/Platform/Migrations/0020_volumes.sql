-- How many leads of a campaign and of a source were sold in the running windows, by UTC. A lead counts once, with its first sale, until all its
-- sales are released. Every claim adds to it; only where there are caps is the row locked before the sale is decided.
create table volumes (
    owner text primary key,
    since timestamptz not null default now(),
    hour_start timestamptz not null default '-infinity', hour_leads int not null default 0, hour_cap int,
    day_start timestamptz not null default '-infinity', day_leads int not null default 0, day_cap int,
    week_start timestamptz not null default '-infinity', week_leads int not null default 0, week_cap int,
    month_start timestamptz not null default '-infinity', month_leads int not null default 0, month_cap int,
    total_leads int not null default 0, total_cap int,
    constraint volumes_hour check (hour_leads >= 0 and hour_leads <= hour_cap),
    constraint volumes_day check (day_leads >= 0 and day_leads <= day_cap),
    constraint volumes_week check (week_leads >= 0 and week_leads <= week_cap),
    constraint volumes_month check (month_leads >= 0 and month_leads <= month_cap),
    constraint volumes_total check (total_leads >= 0 and total_leads <= total_cap)
) with (fillfactor = 50);

insert into volumes (owner)
select distinct case kind when 'campaigns' then 'campaign:' else 'source:' end || key from catalog_entries where kind in ('campaigns', 'sources');

-- When the lead was counted there; null while it is not. Leads that were sold before this file are not counted.
alter table leads add column counted_at timestamptz;

-- What a window that began at one time has counted, once leads are added or taken back that belong to the window that began at another.
create function volume_of(began timestamptz, leads int, belongs timestamptz, added int) returns int
language sql immutable parallel safe
return case when began < belongs then greatest(added, 0) when began > belongs then leads else leads + added end;
