-- A further dimension of the hourly sums: key names the source, party the sub-channel ('' none). What was counted without it is counted again.
alter table report_hours drop constraint report_hours_dimension_check,
    add constraint report_hours_dimension_check check (dimension in ('source', 'channel', 'contract', 'state', 'reason'));
truncate report_hours, report_hours_done;

-- What the hours of report_hours add up to, by whole days (UTC), so that a report of months reads one row where it would read twenty-four.
-- A day is here when each of its hours is counted; counting one of them again takes the day away until it is added up anew.
create table report_days (
    dimension  text        not null,
    day_start  timestamptz not null,
    campaign   text        not null,
    key        text        not null,
    party      text        not null,
    currency   text        not null,
    received   bigint      not null,
    duplicates bigint      not null,
    rejected   bigint      not null,
    unsold     bigint      not null,
    pending    bigint      not null,
    sold       bigint      not null,
    sales      bigint      not null,
    revenue    bigint      not null,
    payout     bigint      not null,
    returned   bigint      not null,
    refunded   bigint      not null,
    refused    bigint      not null,
    pings      bigint      not null,
    bids       bigint      not null,
    posted     bigint      not null,
    primary key (dimension, day_start, campaign, key, party, currency)
);

-- Which days are added up; a day on which nothing came has no other row.
create table report_days_done (
    day_start timestamptz primary key
);

-- The instant in an id that is ordered by time (UUIDv7), in milliseconds: what uuid_at makes of an instant, turned round.
create function uuid_time(id uuid) returns timestamptz language sql immutable strict as $$
    select to_timestamp(('x0000' || substr(replace(id::text, '-', ''), 1, 12))::bit(64)::bigint / 1000.0)
$$;

-- What postings add up to for each buyer and each supplier, by the hour (UTC) of the posting's id; a supplier's by source and sub-channel ('' none).
-- Kept beside the ledger and recomputable from it at any time; see Billing/LedgerHours.
create table ledger_hours (
    side       text        not null check (side in ('buyer', 'supplier')),
    party      text        not null,
    hour_start timestamptz not null,
    source     text        not null,           -- '' of a buyer
    sub_id     text        not null,
    currency   text        not null,
    kind       text        not null,
    postings   bigint      not null,
    amount     bigint      not null,           -- minor units, as the party sees it
    primary key (side, party, hour_start, source, sub_id, currency, kind)
);
create index ledger_hours_by_time on ledger_hours (side, hour_start);

-- Which hours are added up. waiting: sales of the hour that were still reserved then; their postings bear their ids and come into that hour later.
create table ledger_hours_done (
    hour_start timestamptz primary key,
    waiting    integer     not null
);
create index ledger_hours_done_waiting on ledger_hours_done (hour_start) where waiting > 0;
