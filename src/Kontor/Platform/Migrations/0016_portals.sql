-- Changes of their own contracts that buyers asked for and the operator has to approve. At most one waits for each contract: a later one takes
-- its place.
create table contract_requests (
    request_id  uuid        primary key,
    contract    text        not null,
    buyer       text        not null,
    change      jsonb       not null,               -- as PATCH /v1/buyer/contracts/{key} takes it
    status      text        not null check (status in ('waiting', 'approved', 'refused', 'withdrawn')),
    asked_at    timestamptz not null,
    asked_by    text        not null,
    decided_at  timestamptz,
    decided_by  text,
    note        text,
    constraint contract_requests_decided_as_a_whole check ((status = 'waiting') = (decided_at is null))
);
create unique index contract_requests_waiting on contract_requests (contract) where status = 'waiting';
create index contract_requests_by_buyer on contract_requests (buyer, request_id);

-- What was sent through web forms by programs: counted by day (UTC), and nothing else is kept of it.
create table form_traps (
    source  text    not null,
    day     date    not null,
    trap    text    not null check (trap in ('hidden_field', 'too_fast', 'unsigned')),
    caught  integer not null,
    primary key (source, day, trap)
);

-- A supplier looks at what his sources sent, newest first.
create index if not exists leads_by_source on leads (source, lead_id);

-- What was wrong with the posts of a source, lately.
create index refused_posts_by_source on refused_posts (source, refusal_id);
