-- Changes of the network that are collected before they are published together. One row for each entry; a null document archives it.
create table draft_entries (
    kind         text        not null check (kind in ('verticals', 'suppliers', 'sources', 'buyers', 'campaigns', 'contracts')),
    key          text        not null,
    document     jsonb,
    base_version bigint      references catalog_versions,   -- the live entry's version when it was drafted; null: there was none
    author       text        not null,
    changed_at   timestamptz not null,
    revision     uuid        not null,                      -- another one with every change of the row
    primary key (kind, key)
);
