-- People who sign in, what they hold to do so, and the record of who changed what.

-- The columns that ASP.NET Core Identity keeps (schema version 3), and ours: what a person may do and how he reads.
create table users (
    id                    uuid        primary key,
    user_name             text        not null,             -- the address, as Identity wants it
    normalized_user_name  text        not null unique,
    email                 text        not null,
    normalized_email      text        not null unique,
    email_confirmed       boolean     not null default false,
    password_hash         text,
    security_stamp        text        not null,              -- sessions that carry another one have ended
    concurrency_stamp     text        not null,
    two_factor_enabled    boolean     not null default false,
    lockout_end           timestamptz,
    lockout_enabled       boolean     not null default true,
    access_failed_count   integer     not null default 0 check (access_failed_count >= 0),
    name                  text        not null,
    role                  text        not null check (role in ('owner', 'manager', 'finance', 'read_only', 'buyer', 'supplier')),
    party                 text,                              -- key of the buyer or supplier he belongs to
    language              text        check (language in ('en', 'de')),
    time_zone             text,
    theme                 text        check (theme in ('light', 'dark')),
    disabled_at           timestamptz,
    created_at            timestamptz not null,
    last_seen_at          timestamptz,
    constraint users_of_parties_name_them check ((role in ('buyer', 'supplier')) = (party is not null))
);

-- Authenticator keys and recovery codes.
create table user_tokens (
    user_id        uuid not null references users on delete cascade,
    login_provider text not null,
    name           text not null,
    value          text,
    primary key (user_id, login_provider, name)
);

create table user_passkeys (
    credential_id bytea primary key,
    user_id       uuid  not null references users on delete cascade,
    data          jsonb not null
);
create index user_passkeys_by_user on user_passkeys (user_id);

-- Who was asked to join. The link holds the token; here is only its hash.
create table invitations (
    invitation_id uuid        primary key,
    token_hash    bytea       not null unique,
    email         text        not null,
    role          text        not null check (role in ('owner', 'manager', 'finance', 'read_only', 'buyer', 'supplier')),
    party         text,
    invited_by    text        not null,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    used_at       timestamptz,                               -- or withdrawn
    user_id       uuid        references users,              -- who came of it
    constraint invitations_of_parties_name_them check ((role in ('buyer', 'supplier')) = (party is not null))
);
create index invitations_open on invitations (invitation_id) where used_at is null;

-- The keys that protect cookies and forms, shared by all nodes.
create table protection_keys (
    name     text        primary key,
    xml      text        not null,
    added_at timestamptz not null default now()
);

-- Who changed what, when, from where. Written in the transaction of the change; secrets are hidden before they come here.
create table audit_entries (
    entry_id      uuid        primary key,                   -- UUIDv7
    at            timestamptz not null,
    actor_id      uuid,                                      -- the user or API key; null for commands
    actor         text        not null,
    role          text        not null,
    address       text,
    action        text        not null,
    subject_kind  text        not null,
    subject_key   text        not null,
    before        jsonb,
    after         jsonb,
    rules_version bigint
);
create index audit_entries_by_subject on audit_entries (subject_kind, subject_key, entry_id);
create index audit_entries_by_actor on audit_entries (actor_id, entry_id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'KT002';
end
$$;
create trigger audit_entries_are_kept before update or delete or truncate on audit_entries for each statement execute function refuse_change();

alter table api_keys add column name text not null default '', add column created_by text not null default '', add column last_used_at timestamptz;
