-- What buyers report about their sales, one row for each report. The last one stands with the sale, too. no_deal_at: when its buyer first
-- reported that it came to nothing, which ended the promise (promise_ends_at is no later).
create table sale_outcomes (
    sale_id     uuid        not null references sales,
    number      smallint    not null,               -- 1 is the sale's first report
    outcome     text        not null check (outcome in ('contacted', 'appointment', 'won', 'no_deal')),
    value       bigint      check (value >= 0),     -- minor units of the sale's currency
    reported_at timestamptz not null,
    primary key (sale_id, number)
);
alter table sales add column outcome text, add column outcome_value bigint, add column outcome_at timestamptz,
    add column outcomes smallint not null default 0, add column no_deal_at timestamptz,
    add constraint sales_no_deal_ends_the_promise check (no_deal_at is null or promise_ends_at <= no_deal_at);

-- What the supplier of a lead was answered that was sold again later; null while it stands as it was answered.
alter table leads add column answered_payout bigint, add column answered_count smallint;

-- Where the caller of a sold lead is put through to, a phone number in E.164 or a SIP address of the buyer's desk, and until when.
alter table leads add column transfer_to text, add column transfer_expires_at timestamptz;
