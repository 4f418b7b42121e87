using Kontor.Billing;
using Kontor.Insight.Reports;
using Kontor.Sale;
using Npgsql;

namespace Kontor.Insight;

/// <summary>A difference between the records and what was kept beside them.</summary>
/// <param name="Check">Which check found it.</param>
/// <param name="Subject">The lead, sale, counter or account.</param>
/// <param name="Kept">What is stored.</param>
/// <param name="Recomputed">What the records say.</param>
public sealed record Difference(string Check, string Subject, string Kept, string Recomputed);

/// <summary>Recomputes everything the claim keeps, from the records alone. Each statement answers the differences as (subject, kept,
/// recomputed). Full scans without locks, inside one snapshot.</summary>
internal static class VerifySql
{
    // Sequential scans of the tables named; no lock. Subjects are keys and ids, never fields of a lead.
    private static readonly (string Check, string Text)[] Checks =
    [
        ("promise: live sales of a lead never outnumber the smallest promise among them that still binds", """
            select sale.lead_id::text, count(*)::text, sale.max_buyers::text from sales sale
            join sales other on other.lead_id = sale.lead_id and other.status <> 'released'
                and (sale.promise_ends_at is null or other.sold_at < sale.promise_ends_at)
            where sale.status <> 'released' group by sale.lead_id, sale.sale_id, sale.max_buyers having count(*) > sale.max_buyers
            """),
        ("promise: it ended with the first report of no_deal, and the last report is the one that stands", """
            select s.sale_id::text, format('%s, %s reports, no_deal %s, promise ends %s', s.outcome, s.outcomes, s.no_deal_at, s.promise_ends_at),
                format('%s, %s reports, no_deal %s', h.last, h.number, h.no_deal_at)
            from sales s left join (
                select sale_id, count(*) as number, (array_agg(outcome order by number))[count(*)] as last,
                    min(reported_at) filter (where outcome = 'no_deal' and number = first_no_deal) as no_deal_at
                from (select *, min(number) filter (where outcome = 'no_deal') over (partition by sale_id) as first_no_deal from sale_outcomes) o group by sale_id) h
                on h.sale_id = s.sale_id
            where s.outcome is distinct from h.last or s.outcomes <> coalesce(h.number, 0) or s.no_deal_at is distinct from h.no_deal_at
                or (s.no_deal_at is not null and s.promise_ends_at is null or s.promise_ends_at > s.no_deal_at)
            """),
        ("slot: each is sold once and lies within its promise", """
            select lead_id::text, 'slot ' || slot || ' sold ' || count(*) || ' times', 'once, of ' || min(max_buyers) from sales
            where status <> 'released' group by lead_id, slot having count(*) > 1 or slot < 1 or slot > min(max_buyers)
            """),
        ("buyer: nobody has a lead twice", """
            select lead_id::text, buyer || ' ' || count(*) || ' times', 'once' from sales where status <> 'released'
            group by lead_id, buyer having count(*) > 1
            """),
        ("lead: its status, sold count and payout are those of its sales", """
            select l.lead_id::text, l.status || ' ' || l.sold_count || ' ' || l.payout, 'confirmed ' || s.confirmed || ' reserved ' || s.reserved || ' payout ' || s.payout
            from leads l cross join lateral (
                select count(*) filter (where status in ('confirmed', 'returned')) as confirmed, count(*) filter (where status = 'reserved') as reserved,
                    coalesce(sum(payout) filter (where status = 'confirmed'), 0) as payout,
                    count(*) filter (where no_deal_at is not null) as no_deals
                from sales where sales.lead_id = l.lead_id and status <> 'released') s
            where not case l.status
                when 'pending' then s.reserved > 0 or exists (select from due_offers where due_offers.lead_id = l.lead_id)
                when 'accepted' then (s.reserved = 0 or s.no_deals > 0) and s.confirmed = l.sold_count and s.confirmed > 0 and s.payout = l.payout
                else s.reserved = 0 and s.confirmed = 0 and l.sold_count = 0 and l.payout = 0 end
            """),
        ("ping: it sells one lead, and a sale made for a promised payout pays that or, after the lead's first, nothing", """
            select sale_id::text, payout::text, promised_payout::text from sales
            where promised_payout is not null and status in ('confirmed', 'returned') and payout not in (promised_payout, 0)
            union all
            select min(lead_id::text), count(*) || ' leads of ping ' || (meta ->> 'ping_id'), 'one' from leads
            where meta ->> 'ping_id' is not null group by meta ->> 'ping_id' having count(*) > 1
            """),
        ("lead: each sale has one, and each lead its decision", """
            select s.sale_id::text, 'sale without lead', '' from sales s where not exists (select from leads l where l.lead_id = s.lead_id)
            union all
            select l.lead_id::text, 'lead without decision', '' from leads l
            where not exists (select from decisions d where d.lead_id = l.lead_id and d.round = 0)
            """),
        ("counter: what a contract or buyer has taken is what its sales add up to", """
            with taken as (
                select 'contract:' || contract as owner, price, sold_at from sales where status <> 'released' and not cap_given_back and not test
                union all
                select 'buyer:' || buyer, price, sold_at from sales where status <> 'released' and not cap_given_back and not test
            ), recomputed as (
                select c.owner,
                    count(*) filter (where t.sold_at >= c.hour_start) as hour_leads, coalesce(sum(t.price) filter (where t.sold_at >= c.hour_start), 0) as hour_spend,
                    count(*) filter (where t.sold_at >= c.day_start) as day_leads, coalesce(sum(t.price) filter (where t.sold_at >= c.day_start), 0) as day_spend,
                    count(*) filter (where t.sold_at >= c.week_start) as week_leads, coalesce(sum(t.price) filter (where t.sold_at >= c.week_start), 0) as week_spend,
                    count(*) filter (where t.sold_at >= c.month_start) as month_leads, coalesce(sum(t.price) filter (where t.sold_at >= c.month_start), 0) as month_spend,
                    count(t.sold_at) as total_leads, coalesce(sum(t.price), 0) as total_spend
                from counters c left join taken t on t.owner = c.owner group by c.owner
            )
            select c.owner,
                format('hour %s/%s day %s/%s week %s/%s month %s/%s total %s/%s', c.hour_leads, c.hour_spend, c.day_leads, c.day_spend,
                    c.week_leads, c.week_spend, c.month_leads, c.month_spend, c.total_leads, c.total_spend),
                format('hour %s/%s day %s/%s week %s/%s month %s/%s total %s/%s', r.hour_leads, r.hour_spend, r.day_leads, r.day_spend,
                    r.week_leads, r.week_spend, r.month_leads, r.month_spend, r.total_leads, r.total_spend)
            from counters c join recomputed r using (owner)
            where (c.hour_leads, c.hour_spend, c.day_leads, c.day_spend, c.week_leads, c.week_spend, c.month_leads, c.month_spend, c.total_leads, c.total_spend)
                is distinct from (r.hour_leads, r.hour_spend, r.day_leads, r.day_spend, r.week_leads, r.week_spend, r.month_leads, r.month_spend, r.total_leads, r.total_spend)
            """),
        ("counter: every contract and buyer that bought has one", """
            select distinct 'contract:' || contract, 'none', 'needed' from sales where not test and not exists (select from counters where owner = 'contract:' || contract)
            union all
            select distinct 'buyer:' || buyer, 'none', 'needed' from sales where not test and not exists (select from counters where owner = 'buyer:' || buyer)
            """),
        ("counter: each counts in the zone of its buyer", """
            with buyers as (
                select key, coalesce(document ->> 'time_zone', 'UTC') as zone from catalog_entries where kind = 'buyers' and until is null
            ), owners as (
                select 'buyer:' || key as owner, zone from buyers
                union all
                select 'contract:' || c.key, buyers.zone from catalog_entries c join buyers on buyers.key = c.document ->> 'buyer'
                where c.kind = 'contracts' and c.until is null
            )
            select owner, counters.zone, owners.zone from counters join owners using (owner) where counters.zone <> owners.zone
            """),
        ("cap: nothing was taken beyond the cap it was taken under", """
            select owner, format('%s/%s %s/%s %s/%s %s/%s %s/%s', hour_leads, hour_spend, day_leads, day_spend, week_leads, week_spend, month_leads, month_spend,
                total_leads, total_spend), format('%s/%s %s/%s %s/%s %s/%s %s/%s', hour_leads_cap, hour_spend_cap, day_leads_cap, day_spend_cap, week_leads_cap,
                week_spend_cap, month_leads_cap, month_spend_cap, total_leads_cap, total_spend_cap)
            from counters where hour_leads > hour_leads_cap or hour_spend > hour_spend_cap or day_leads > day_leads_cap or day_spend > day_spend_cap
                or week_leads > week_leads_cap or week_spend > week_spend_cap or month_leads > month_leads_cap or month_spend > month_spend_cap
                or total_leads > total_leads_cap or total_spend > total_spend_cap
            """),
        ("volume: what a campaign or source has sold is what its leads add up to", """
            with counted as (
                select 'campaign:' || campaign as owner, counted_at from leads where counted_at is not null
                union all
                select 'source:' || source, counted_at from leads where counted_at is not null
            ), recomputed as (
                select v.owner, count(*) filter (where c.counted_at >= v.hour_start) as hour_leads, count(*) filter (where c.counted_at >= v.day_start) as day_leads,
                    count(*) filter (where c.counted_at >= v.week_start) as week_leads, count(*) filter (where c.counted_at >= v.month_start) as month_leads,
                    count(c.counted_at) as total_leads
                from volumes v left join counted c on c.owner = v.owner group by v.owner
            )
            select v.owner, format('hour %s day %s week %s month %s total %s', v.hour_leads, v.day_leads, v.week_leads, v.month_leads, v.total_leads),
                format('hour %s day %s week %s month %s total %s', r.hour_leads, r.day_leads, r.week_leads, r.month_leads, r.total_leads)
            from volumes v join recomputed r using (owner)
            where (v.hour_leads, v.day_leads, v.week_leads, v.month_leads, v.total_leads)
                is distinct from (r.hour_leads, r.day_leads, r.week_leads, r.month_leads, r.total_leads)
            union all
            select owner, format('hour %s day %s week %s month %s', hour_start, day_start, week_start, month_start), 'whole hours, days, weeks and months'
            from volumes where hour_start <> date_trunc('hour', hour_start, 'UTC') or day_start <> date_trunc('day', day_start, 'UTC')
                or week_start <> date_trunc('week', week_start, 'UTC') or month_start <> date_trunc('month', month_start, 'UTC')
            """),
        ("volume: a lead is counted as long as it has a sale that was not released", """
            select l.lead_id::text, coalesce('counted at ' || l.counted_at, 'not counted'), case when sold.one then 'sold' else 'not sold' end
            from leads l join volumes c on c.owner = 'campaign:' || l.campaign join volumes s on s.owner = 'source:' || l.source
            cross join lateral (select exists (select from sales where sales.lead_id = l.lead_id and status <> 'released') as one) sold
            where case when l.counted_at is null then sold.one and not l.test and l.received_at > greatest(c.since, s.since) else l.test or not sold.one end
            """),
        ("account: the balance is the sum of its ledger lines, the hold that of its reserved sales", """
            with posted as (
                select buyer, currency, sum(buyer_amount) as amount from ledger_postings where buyer is not null group by buyer, currency
            ), holds as (
                select buyer, currency, sum(price) as amount from sales where status = 'reserved' and not test group by buyer, currency
            )
            select coalesce(a.buyer, p.buyer) || ' ' || coalesce(a.currency, p.currency), format('balance %s held %s', a.balance, a.held),
                format('balance %s held %s', coalesce(p.amount, 0), coalesce(h.amount, 0))
            from accounts a full join posted p using (buyer, currency) left join holds h on h.buyer = a.buyer and h.currency = a.currency
            where a.balance is distinct from coalesce(p.amount, 0) or a.held is distinct from coalesce(h.amount, 0)
            """),
        ("account: nobody spent more than he has and may owe", """
            select buyer || ' ' || currency, (balance - held)::text, 'at least ' || -credit_limit from accounts where balance - held + credit_limit < 0
            """),
        ("ledger: every posting sums to zero", """
            select posting_id::text, (buyer_amount + supplier_amount + margin_amount + bank_amount)::text, '0' from ledger_postings
            where buyer_amount + supplier_amount + margin_amount + bank_amount <> 0
            """),
        ("ledger: each confirmed sale is billed once, at its price and payout, and nothing else is", """
            select coalesce(s.sale_id, p.posting_id)::text, format('posted %s %s', -p.buyer_amount, p.supplier_amount), format('sold %s %s', s.price, s.payout)
            from (select * from sales where status in ('confirmed', 'returned') and not test) s
            full join (select * from ledger_postings where kind = 'sale') p on p.posting_id = s.sale_id
            where p.posting_id is null or s.sale_id is null or -p.buyer_amount <> s.price or p.supplier_amount <> s.payout
                or p.buyer <> s.buyer or p.supplier <> s.supplier or p.currency <> s.currency
            """),
        ("ledger: each returned sale is refunded once, by the mirror of its posting, and nothing else is", """
            select coalesce(s.sale_id, r.sale_id, r.posting_id)::text,
                format('refunded %s: buyer %s, supplier %s, margin %s', r.postings, r.buyer_amount, r.supplier_amount, r.margin_amount),
                format('%s: buyer %s, supplier %s, margin %s', s.status, s.price, -s.payout, s.payout - s.price)
            from (select * from sales where status = 'returned' and not test) s
            full join (select *, count(*) over (partition by sale_id) as postings from ledger_postings where kind = 'refund') r on r.sale_id = s.sale_id
            where r.posting_id is null or s.sale_id is null or r.postings > 1 or r.buyer_amount <> s.price or r.supplier_amount <> -s.payout
                or r.margin_amount <> s.payout - s.price or r.buyer <> s.buyer or r.supplier <> s.supplier or r.currency <> s.currency
                or r.posted_at <> s.returned_at
            """),
        ("return: a returned sale says when, why and by whom, and no other does", """
            select sale_id::text, status, format('at %s for %s by %s', returned_at, return_reason, returned_by) from sales
            where (status = 'returned') is distinct from (returned_at is not null and return_reason is not null and returned_by is not null)
                or (status <> 'returned' and cap_given_back)
            """),
        ("delivery: each reserved sale has one that decides it, and each delivery a sale", """
            select s.sale_id::text, 'reserved without delivery', '' from sales s
            where s.status = 'reserved' and not exists (select from deliveries d where d.sale_id = s.sale_id and d.on_response)
            union all
            select d.delivery_id::text, 'delivery without sale', '' from deliveries d where not exists (select from sales s where s.sale_id = d.sale_id)
            """),
        ("report: the sums of each counted hour are those of its records", CountHoursSql.Differences),
        ("ledger: the sums of each counted hour are those of its postings", LedgerHoursSql.Differences),
        ("report: each whole day is the sum of its hours", ReportDaysSql.Differences),
        ("report: the states of each counted hour add up to its sources", """
            select hour_start || ' ' || campaign || ' ' || currency, format('%s leads, %s revenue', states.received, states.revenue),
                format('%s leads, %s revenue', sources.received, sources.revenue)
            from (select hour_start, campaign, currency, sum(received) as received, sum(revenue) as revenue from report_hours where dimension = 'source' group by 1, 2, 3) sources
            full join (select hour_start, campaign, currency, sum(received) as received, sum(revenue) as revenue from report_hours where dimension = 'state' group by 1, 2, 3) states
                using (hour_start, campaign, currency)
            where coalesce(sources.received, 0) <> coalesce(states.received, 0) or coalesce(sources.revenue, 0) <> coalesce(states.revenue, 0)
            """),
        ("names: each external id belongs to a stored lead of its source", """
            select e.source || ' ' || e.lead_id, 'external id without lead', '' from external_ids e
            where not exists (select from leads l where l.lead_id = e.lead_id and l.source = e.source)
            """),
    ];

    private const string Windows = "counter: its windows begin where its zone lets them begin";

    // Primary key leads_pkey backwards, newest first; no lock.
    private const string Sample = "select lead_id from leads order by lead_id desc limit $1";

    // Sequential scan of leads and sales; no lock.
    private const string Sizes = "select (select count(*) from leads), (select count(*) from sales), (select count(*) from ledger_postings)";

    public static IEnumerable<string> Names => Checks.Select(check => check.Check).Append(Windows);

    public static async Task<List<Difference>> RecomputeAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var found = new List<Difference>();
        foreach (var (check, text) in Checks)
        {
            await using var command = new NpgsqlCommand(text, connection, snapshot) { CommandTimeout = 0 };
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                found.Add(new Difference(check, reader.GetString(0), Text(reader, 1), Text(reader, 2)));
            }
        }

        found.AddRange(await MisplacedWindowsAsync(connection, cancel));
        return found;
    }

    // Sequential scan of counters; no lock. What a zone's calendar is, this program knows better than the database.
    private static async Task<List<Difference>> MisplacedWindowsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(ClaimLockSql.CounterColumns, connection) { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<Difference>();
        while (await reader.ReadAsync(cancel))
        {
            var counter = ClaimLockSql.CounterOf(reader);
            if (counter.FirstMisplacedWindow() is { } window)
            {
                found.Add(new Difference(Windows, counter.Owner, $"{window} from {counter.Of(window).Start:u}", $"a window in {counter.Calendar.Zone}"));
            }
        }

        return found;
    }

    public static async Task<List<Guid>> SampleAsync(NpgsqlDataSource database, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Sample);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var leads = new List<Guid>();
        while (await reader.ReadAsync(cancel))
        {
            leads.Add(reader.GetGuid(0));
        }

        return leads;
    }

    public static async Task<(long Leads, long Sales, long Postings)> SizesAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Sizes);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    private static string Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? "none" : reader.GetString(column);
}
