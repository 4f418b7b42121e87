-- The foundation: catalog versions, leads and their decisions, sales with their guards, money, deliveries.
-- Ids of leads and deliveries are UUIDv7, so a range of ids is a range of time: the big tables are partitioned by id, month by month,
-- and the primary key alone finds the partition.

create table catalog_versions (
    version     bigint      primary key,
    changed_at  timestamptz not null,
    changed_by  text        not null,
    summary     text        not null
);
insert into catalog_versions values (0, now(), 'kontor', 'empty installation');

-- Each entry lives from the version that wrote it (since) until the version that replaced or archived it (until).
-- The network at version v is every row with since <= v and (until is null or until > v).
create table catalog_entries (
    kind        text        not null check (kind in ('verticals', 'suppliers', 'sources', 'buyers', 'campaigns', 'contracts')),
    key         text        not null,
    since       bigint      not null references catalog_versions,
    until       bigint      references catalog_versions,
    document    jsonb       not null,
    primary key (kind, key, since),
    check (until > since)
);
create unique index catalog_entries_live on catalog_entries (kind, key) where until is null;

create table api_keys (
    key_id      uuid        primary key,
    key_hash    bytea       not null unique,
    prefix      text        not null,           -- first characters, so that a person can tell keys apart
    party_kind  text        not null check (party_kind in ('operator', 'source', 'buyer')),
    party_key   text        not null,           -- '' for operators
    created_at  timestamptz not null,
    revoked_at  timestamptz
);

create table leads (
    lead_id      uuid        not null,
    received_at  timestamptz not null,
    campaign     text        not null,
    source       text        not null,
    external_id  text,
    test         boolean     not null,
    status       text        not null check (status in ('accepted', 'rejected', 'duplicate', 'pending')),
    reason_code  text,
    payout       bigint      not null default 0,
    currency     text        not null,
    sold_count   smallint    not null default 0,
    content_hash bytea       not null,
    fields       jsonb       not null,          -- normalised, by field key
    original     json        not null,          -- as posted
    meta         json,                          -- sub_id, consent, callback_url, warnings
    answer_by    timestamptz,                   -- while pending: when the supplier stops waiting
    primary key (lead_id)
) partition by range (lead_id);
create index leads_pending on leads (lead_id) where status = 'pending';

-- One row for every round of a lead's sale: the facts that replay it.
create table decisions (
    lead_id       uuid        not null,
    round         smallint    not null,
    decided_at    timestamptz not null,
    rules_version bigint      not null,
    promise       smallint    not null,
    facts         bytea       not null,         -- UTF-8 JSON, see Sale/DecisionFacts
    primary key (lead_id, round)
) partition by range (lead_id);

-- A source's own names for its leads: the guard behind "posted twice, sold once". kind: x = external_id, i = Idempotency-Key.
create table external_ids (
    source      text        not null,
    kind        "char"      not null,
    external_id text        not null,
    lead_id     uuid        not null,
    content_hash bytea      not null,
    primary key (source, kind, external_id)
);

-- Who was seen where: scope is c:<campaign> or b:<buyer>. lead_id is null while a buyer's row only serves as a lock.
create table duplicate_keys (
    scope       text        not null,
    key_hash    bytea       not null,
    lead_id     uuid,
    seen_at     timestamptz not null,
    primary key (scope, key_hash)
) with (fillfactor = 90);

-- What a contract (contract:<key>) or buyer (buyer:<key>) has taken in the current window of each kind. *_cap is the widest limit that was
-- in force in that window: the constraint behind the claim's own check.
create table counters (
    owner        text        primary key,
    hour_start   timestamptz not null default '-infinity', hour_leads  integer not null default 0, hour_spend  bigint not null default 0,
    day_start    timestamptz not null default '-infinity', day_leads   integer not null default 0, day_spend   bigint not null default 0,
    week_start   timestamptz not null default '-infinity', week_leads  integer not null default 0, week_spend  bigint not null default 0,
    month_start  timestamptz not null default '-infinity', month_leads integer not null default 0, month_spend bigint not null default 0,
    total_leads  integer     not null default 0, total_spend bigint not null default 0,
    hour_leads_cap  integer, hour_spend_cap  bigint,
    day_leads_cap   integer, day_spend_cap   bigint,
    week_leads_cap  integer, week_spend_cap  bigint,
    month_leads_cap integer, month_spend_cap bigint,
    total_leads_cap integer, total_spend_cap bigint,
    last_sold_at timestamptz not null default '-infinity',
    version      bigint      not null default 0,
    constraint counters_not_negative check (least(hour_leads, day_leads, week_leads, month_leads, total_leads,
        hour_spend, day_spend, week_spend, month_spend, total_spend) >= 0),
    constraint counters_within_caps check (
        hour_leads <= hour_leads_cap and hour_spend <= hour_spend_cap and day_leads <= day_leads_cap and day_spend <= day_spend_cap
        and week_leads <= week_leads_cap and week_spend <= week_spend_cap and month_leads <= month_leads_cap
        and month_spend <= month_spend_cap and total_leads <= total_leads_cap and total_spend <= total_spend_cap)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

-- A buyer's money in one currency. credit_limit is the widest limit that was in force: null is none.
create table accounts (
    buyer        text        not null,
    currency     text        not null,
    balance      bigint      not null default 0,   -- sum of the buyer's ledger lines
    held         bigint      not null default 0 check (held >= 0),
    credit_limit bigint      check (credit_limit >= 0),
    version      bigint      not null default 0,
    primary key (buyer, currency),
    constraint accounts_within_limit check (balance - held + credit_limit >= 0)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

create table sales (
    sale_id      uuid        primary key,
    lead_id      uuid        not null,
    slot         smallint    not null,
    max_buyers   smallint    not null,
    contract     text        not null,
    buyer        text        not null,
    campaign     text        not null,
    source       text        not null,
    supplier     text        not null,
    test         boolean     not null,
    status       text        not null check (status in ('reserved', 'confirmed', 'released', 'returned')),
    price        bigint      not null check (price >= 0),
    payout       bigint      not null check (payout >= 0),
    currency     text        not null,
    round        smallint    not null,
    sold_at      timestamptz not null,
    settled_at   timestamptz,
    reason_code  text,                              -- why it was released
    constraint sales_slot_within_promise check (slot between 1 and max_buyers)
);
create unique index sales_one_per_slot on sales (lead_id, slot) where status <> 'released';
create unique index sales_one_per_buyer on sales (lead_id, buyer) where status <> 'released';
create index sales_released on sales (lead_id) where status = 'released';
create index sales_by_buyer on sales (buyer, sale_id);
create index sales_by_contract on sales (contract, sale_id);
create index sales_reserved on sales (sale_id) where status = 'reserved';

-- Double entry in one row: a posting moves money between at most one buyer, one supplier, our margin and the bank, and sums to zero.
-- posting_id of a sale's posting is the sale's id, so a sale cannot be billed twice.
create table ledger_postings (
    posting_id      uuid        primary key,
    posted_at       timestamptz not null,
    kind            text        not null check (kind in ('sale', 'credit')),
    currency        text        not null,
    buyer           text,
    buyer_amount    bigint      not null default 0,
    supplier        text,
    supplier_amount bigint      not null default 0,
    margin_amount   bigint      not null default 0,
    bank_amount     bigint      not null default 0,
    sale_id         uuid,
    reference       text,
    constraint ledger_postings_sum_to_zero check (buyer_amount + supplier_amount + margin_amount + bank_amount = 0),
    constraint ledger_postings_name_their_parties check ((buyer is not null or buyer_amount = 0) and (supplier is not null or supplier_amount = 0))
);
create index ledger_postings_by_buyer on ledger_postings (buyer, posting_id);
create index ledger_postings_by_supplier on ledger_postings (supplier, posting_id);
create unique index ledger_postings_one_credit_per_reference on ledger_postings (buyer, currency, reference) where kind = 'credit' and reference is not null;

-- The outbox: written in the claim's transaction, worked off by any node.
create table deliveries (
    delivery_id  uuid        not null,
    sale_id      uuid        not null,
    lead_id      uuid        not null,
    contract     text        not null,
    buyer        text        not null,
    status       text        not null check (status in ('queued', 'sending', 'sent', 'acknowledged', 'rejected', 'failed', 'unknown')),
    on_response  boolean     not null,              -- whether the buyer's answer decides the sale
    attempts     smallint    not null default 0,
    due_at       timestamptz not null,              -- queued: when to try; sending: when its lease ends
    created_at   timestamptz not null,
    finished_at  timestamptz,
    primary key (delivery_id)
) partition by range (delivery_id);
create index deliveries_due on deliveries (due_at) where status in ('queued', 'sending');
create index deliveries_by_sale on deliveries (sale_id);

create table delivery_attempts (
    delivery_id  uuid        not null,
    attempt      smallint    not null,
    started_at   timestamptz not null,
    elapsed_ms   integer,
    http_status  smallint,
    outcome      text        not null,              -- sending, acknowledged, accepted, rejected, failed, timeout, refused_address, ...
    answer       bytea,                             -- the first 4 KB of the body
    primary key (delivery_id, attempt)
) partition by range (delivery_id);

-- Endpoints that answered 410 Gone, or that an operator switched off: nothing is sent until the contract's delivery changes.
create table disabled_endpoints (
    contract     text        primary key,
    url          text        not null,
    disabled_at  timestamptz not null,
    reason       text        not null
);

-- Suppliers who were told "pending" and left an address: the final answer is posted there once the lead has one.
create table callbacks (
    lead_id      uuid        primary key,
    url          text        not null,
    due_at       timestamptz not null,              -- when to look or try again; while a post is under way: when its lease ends
    attempts     smallint    not null default 0,
    status       text        not null check (status in ('queued', 'acknowledged', 'failed')),
    finished_at  timestamptz
);
create index callbacks_due on callbacks (due_at) where status = 'queued';

-- Posts that were refused with 400, for a source's quality figures. No personal data: fields and codes only.
create table refused_posts (
    refusal_id   uuid        not null,
    received_at  timestamptz not null,
    source       text        not null,
    campaign     text,
    problems     jsonb       not null,
    primary key (refusal_id)
) partition by range (refusal_id);

create table postal_areas (
    country      text        not null,
    postal_code  text        not null,
    state        text,
    latitude_e6  integer     not null,
    longitude_e6 integer     not null,
    primary key (country, postal_code)
);

-- Fails the transaction when a guarded update did not find every row as it was read.
create function expect_rows(changed bigint, expected bigint) returns void language plpgsql as $$
begin
    if changed <> expected then
        raise exception 'a guarded row changed under its lock: % of % rows found', changed, expected using errcode = 'KT001';
    end if;
end
$$;

-- The lowest UUIDv7 of an instant: its 48 bits of whole milliseconds, then zeros.
create function uuid_at(instant timestamptz) returns uuid language sql immutable as $$
    select (lpad(to_hex(floor(extract(epoch from instant) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- Makes the partitions of a calendar month (UTC) where they are missing. Called at start and daily, for this month and the next two. A
-- partition is made as a table of its own and then attached, which leaves the partitioned table open for reading and writing; rows of the month
-- that the default partition caught before are moved into it.
create function create_month_partitions(month timestamptz) returns void language plpgsql as $$
declare
    start_at timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    end_at   timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    suffix   text := to_char(start_at at time zone 'UTC', 'YYYY_MM');
    id       text;
    parent   text;
    child    text;
begin
    foreach parent in array array['leads', 'decisions', 'deliveries', 'delivery_attempts', 'refused_posts'] loop
        child := parent || '_' || suffix;
        continue when to_regclass(child) is not null;
        id := case parent when 'deliveries' then 'delivery_id' when 'delivery_attempts' then 'delivery_id'
                          when 'refused_posts' then 'refusal_id' else 'lead_id' end;
        execute format('create table %I (like %I including all)', child, parent);
        execute format('lock table %I in access exclusive mode', parent || '_default');
        execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
            parent || '_default', id, uuid_at(start_at), id, uuid_at(end_at), child);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
            parent, child, uuid_at(start_at), uuid_at(end_at));
    end loop;
end
$$;

-- A safety net for ids outside every month made so far: nothing is lost because a clock is wrong.
create table leads_default partition of leads default;
create table decisions_default partition of decisions default;
create table deliveries_default partition of deliveries default;
create table delivery_attempts_default partition of delivery_attempts default;
create table refused_posts_default partition of refused_posts default;
