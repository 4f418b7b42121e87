-- Money paid out to a supplier moves from his account to the bank. The operator's reference makes it happen once.
alter table ledger_postings drop constraint ledger_postings_kind_check,
    add constraint ledger_postings_kind_check check (kind in ('sale', 'credit', 'refund', 'payment')),
    add constraint ledger_postings_payment_names_its_supplier check (kind <> 'payment' or (supplier is not null and reference is not null));
create unique index ledger_postings_one_payment_per_reference on ledger_postings (supplier, currency, reference) where kind = 'payment';
