-- Return rates and actual shares are counted from the index alone: it carries what they ask for.
drop index sales_by_contract;
create index sales_by_contract on sales (contract, sale_id) include (status, test, credit_group);

-- How many leads came to a campaign in each hour (UTC) of the last weeks, without tests and duplicates: by it caps are spread over their
-- windows. The row whose campaign is '' says that the hour was counted.
create table campaign_arrivals (
    campaign   text        not null,
    hour_start timestamptz not null,
    leads      integer     not null,
    primary key (campaign, hour_start)
);
