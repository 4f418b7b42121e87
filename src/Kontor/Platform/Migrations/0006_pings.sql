-- Suppliers' pings: what they told of a lead without saying whose it is, and what they were promised for it. A ping is used by the lead whose
-- row of external_ids names it (kind p).
create table pings (
    ping_id       uuid        not null,
    received_at   timestamptz not null,
    campaign      text        not null,
    source        text        not null,
    test          boolean     not null,
    status        text        not null check (status in ('accepted', 'rejected', 'duplicate')),
    reason_code   text,
    payout        bigint      not null check (payout >= 0),
    currency      text        not null,
    answer_until  timestamptz not null,            -- accepted: until when the promise holds; else until when the same ping is answered the same
    content_hash  bytea       not null,
    rules_version bigint      not null,
    facts         bytea       not null,            -- UTF-8 JSON, see Sale/DecisionFacts: what the answer was decided on
    promise       smallint    not null,
    sales         json        not null,            -- what is held out: [[contract, price, payout], ...], in the order of the bids
    fields        json        not null,            -- normalised values, none of them personal
    warnings      json        not null,
    primary key (ping_id)
) partition by range (ping_id);
create index pings_repeated on pings (source, content_hash, answer_until);

-- The payout a sale was made for under a ping; null when the source's rule says.
alter table sales add column promised_payout bigint check (promised_payout >= 0);

create table pings_default partition of pings default;

-- As before, with the table of pings.
create or replace function create_month_partitions(month timestamptz) returns void language plpgsql as $$
declare
    start_at timestamptz := date_trunc('month', month at time zone 'UTC') at time zone 'UTC';
    end_at   timestamptz := (date_trunc('month', month at time zone 'UTC') + interval '1 month') at time zone 'UTC';
    suffix   text := to_char(start_at at time zone 'UTC', 'YYYY_MM');
    id       text;
    parent   text;
    child    text;
begin
    foreach parent in array array['leads', 'decisions', 'deliveries', 'delivery_attempts', 'refused_posts', 'pings'] loop
        child := parent || '_' || suffix;
        continue when to_regclass(child) is not null;
        id := case parent when 'deliveries' then 'delivery_id' when 'delivery_attempts' then 'delivery_id'
                          when 'refused_posts' then 'refusal_id' when 'pings' then 'ping_id' else 'lead_id' end;
        execute format('create table %I (like %I including all)', child, parent);
        execute format('lock table %I in access exclusive mode', parent || '_default');
        execute format('with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
            parent || '_default', id, uuid_at(start_at), id, uuid_at(end_at), child);
        execute format('alter table %I attach partition %I for values from (%L) to (%L)',
            parent, child, uuid_at(start_at), uuid_at(end_at));
    end loop;
end
$$;
