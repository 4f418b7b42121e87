-- Sales that were given back: when, why, with which note and by whom. cap_given_back: it counts for no cap any more.
alter table sales add column returned_at timestamptz, add column return_reason text, add column return_note text, add column returned_by text,
    add column cap_given_back boolean not null default false,
    add constraint sales_returned_as_a_whole check (case when status = 'returned'
        then returned_at is not null and return_reason is not null and returned_by in ('buyer', 'operator') and returned_by is not null
        else returned_at is null and return_reason is null and return_note is null and returned_by is null and not cap_given_back end);

-- What a sale moved is moved back by a posting of its own, once.
alter table ledger_postings drop constraint ledger_postings_kind_check,
    add constraint ledger_postings_kind_check check (kind in ('sale', 'credit', 'refund')),
    add constraint ledger_postings_refund_names_its_sale check (kind <> 'refund' or sale_id is not null);
create unique index ledger_postings_one_refund_per_sale on ledger_postings (sale_id) where kind = 'refund';
