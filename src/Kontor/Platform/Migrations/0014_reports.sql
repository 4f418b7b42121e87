-- What leads, sales and pings add up to, hour by hour (UTC), counted at the hour in which the lead came in. Kept beside the records and
-- recomputable from them at any time; see Insight/Reports. dimension says what key names: a source, a contract (party is its buyer), a state of the
-- country ('' unknown), or the reason for which a lead was not sold (party is its source). Test leads are in none of them.
create table report_hours (
    dimension  text        not null check (dimension in ('source', 'contract', 'state', 'reason')),
    hour_start timestamptz not null,
    campaign   text        not null,           -- '' where a refused post named none
    key        text        not null,
    party      text        not null,
    currency   text        not null,           -- '' of posts and pings that have none
    received   bigint      not null,           -- leads stored; of a contract: none
    duplicates bigint      not null,
    rejected   bigint      not null,           -- by screening and rules, not for want of a buyer
    unsold     bigint      not null,
    pending    bigint      not null,
    sold       bigint      not null,           -- leads; of a contract: its sales
    sales      bigint      not null,           -- confirmed, and not returned
    revenue    bigint      not null,           -- of these, minor units
    payout     bigint      not null,
    returned   bigint      not null,
    refunded   bigint      not null,
    refused    bigint      not null,           -- posts whose fields could not be read: no leads
    pings      bigint      not null,
    bids       bigint      not null,           -- pings that were answered with a bid
    posted     bigint      not null,           -- leads that came for a ping
    primary key (dimension, hour_start, campaign, key, party, currency)
);

-- Which hours were counted and when. waiting: leads and sales of the hour that were not final then.
create table report_hours_done (
    hour_start timestamptz primary key,
    counted_at timestamptz not null,
    waiting    integer     not null
);
create index report_hours_done_waiting on report_hours_done (hour_start) where waiting > 0;

-- Until when later changes of counted hours have been looked for.
create table report_changes (
    only_row   boolean     primary key default true check (only_row),
    seen_until timestamptz not null
);

-- Deliveries somebody has to look at. Only those that fail are ever in it, so that handing over a lead costs no more.
create index deliveries_troubled on deliveries (delivery_id) where status in ('failed', 'unknown');
