-- A supplier sees for each of his sub-channels how many posts could not be read. Null: none was named, or it could not be read either.
alter table refused_posts add column sub_id text;

-- Sessions that were signed out of. Their cookies would run out by themselves within half a day, so a row is kept for a day.
create table ended_sessions (
    session_id uuid        primary key,
    ended_at   timestamptz not null
);
