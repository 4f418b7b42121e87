-- Leads whose outcome is final and whose bidders are to be told that they did not get them. Written by the claim that makes the lead final, and
-- deleted when everybody is told or given up. told: contracts that have been told already.
create table loss_notices (
    lead_id  uuid        primary key,
    due_at   timestamptz not null,              -- when to tell or try again; while posts are under way: when their lease ends
    attempts smallint    not null default 0,
    told     text[]      not null default '{}'
);
create index loss_notices_due on loss_notices (due_at);
