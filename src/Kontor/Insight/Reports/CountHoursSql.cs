namespace Kontor.Insight.Reports;

/// <summary>Counts records from the records themselves: for the sums that are kept, for hours that are not counted yet, and for the check of what is kept.</summary>
internal static class CountHoursSql
{
    /// <summary>What is summed up, in the order of the table's columns.</summary>
    public static readonly string[] Columns =
    [
        "received", "duplicates", "rejected", "unsold", "pending", "sold", "sales", "revenue", "payout", "returned", "refunded", "refused", "pings", "bids", "posted",
    ];

    /// <summary>The sums as a list of columns.</summary>
    public static readonly string Named = string.Join(", ", Columns);

    /// <summary>The sums of several rows.</summary>
    public static readonly string Summed = string.Join(", ", Columns.Select(column => $"sum({column})::bigint as {column}"));

    // A lead's own figures, in the order of the columns up to sold. Status accepted stays with a lead whose sale is returned.
    private const string OfLeads = """
        count(*) as received, count(*) filter (where status = 'duplicate') as duplicates,
        count(*) filter (where status = 'rejected' and reason_code is distinct from 'unsold') as rejected,
        count(*) filter (where status = 'rejected' and reason_code = 'unsold') as unsold,
        count(*) filter (where status = 'pending') as pending, count(*) filter (where status = 'accepted') as sold
        """;

    private const string OfSales = """
        count(*) filter (where status = 'confirmed') as sales,
        coalesce(sum(price) filter (where status = 'confirmed'), 0)::bigint as revenue, coalesce(sum(payout) filter (where status = 'confirmed'), 0)::bigint as payout,
        count(*) filter (where status = 'returned') as returned, coalesce(sum(price) filter (where status = 'returned'), 0)::bigint as refunded
        """;

    // The span is said twice: then the sales are read in one go, and not one by one for each lead.
    private static string OfFinalSales(string from, string until) => $"""
        join sales s on s.lead_id = l.lead_id and s.lead_id >= uuid_at({from}) and s.lead_id < uuid_at({until}) and s.status <> 'released'
            and s.status in ('confirmed', 'returned')
        """;

    /// <summary>How many sub-channels of a source are counted by themselves in an hour: the largest. The others are counted together as
    /// <see cref="SmallChannels"/>, for there are suppliers who give each visit a name of its own.</summary>
    public const int MostChannels = 500;

    /// <summary>What small sub-channels are called together.</summary>
    public const string SmallChannels = "…";

    /// <summary>Rows of the dimensions source, channel, contract and reason between two instants, each an expression in SQL.
    /// Indexes: primary keys of leads, pings and refused_posts, whose ids are ordered by time, in the partitions of the span only; sales_one_per_slot for the
    /// sales of the leads. Lock: none.</summary>
    public static string Count(string from, string until) => $"""
        {Parts(from, until)}
        select 'source' as dimension, hour_start, campaign, source as key, '' as party, currency, {Summed} from parts group by hour_start, campaign, source, currency
        union all
        select 'channel', c.* from ({Channels}) c
        union all
        select 'contract', hour_start, campaign, contract, buyer, currency, 0, 0, 0, 0, 0, count(*), {OfSales}, 0, 0, 0, 0
        from s group by hour_start, campaign, contract, buyer, currency
        union all
        select 'reason', hour_start, campaign, coalesce(reason_code, ''), source, currency, {OfLeads}, 0, 0, 0, 0, 0, 0, 0, 0, 0
        from l where status in ('rejected', 'duplicate') group by hour_start, campaign, coalesce(reason_code, ''), source, currency
        """;

    /// <summary>The same of one dimension alone, reading no more than it needs: what a report asks of an hour that is not kept. Each hour is read by itself, from
    /// the indexes that are named above. Lock: none.</summary>
    public static string CountOne(string dimension, string from, string until) => dimension == "channel" ? $"{Parts(from, until)} {Channels}" : $"""
        select hour.start as hour_start, c.* from (
            select start, greatest(start, {from}) as a, least(start + interval '1 hour', {until}) as b
            from generate_series(date_trunc('hour', {from}, 'UTC'), {until}, interval '1 hour') as start) hour
        cross join lateral ({OneHour(dimension)}) c where hour.a < hour.b
        """;

    private const string InHour = "lead_id >= uuid_at(hour.a) and lead_id < uuid_at(hour.b) and not test";
    private const string Final = "status <> 'released' and status in ('confirmed', 'returned')";

    // An id of a lead is of the hour in which the lead came in, and a sale has what is asked of its lead.
    private static string OneHour(string dimension) => dimension switch
    {
        "contract" => $"""
            select campaign, contract as key, buyer as party, currency, {Zeros("received", "duplicates", "rejected", "unsold", "pending")}, count(*) as sold, {OfSales},
                {Zeros("refused", "pings", "bids", "posted")}
            from sales where {Final} and {InHour} group by campaign, contract, buyer, currency
            """,
        "reason" => $"""
            select campaign, coalesce(reason_code, '') as key, source as party, currency, {OfLeads}, {Zeros(Columns[6..])}
            from leads where status in ('rejected', 'duplicate') and {InHour} group by campaign, coalesce(reason_code, ''), source, currency
            """,
        _ => $"""
            select campaign, source as key, '' as party, currency, {OfLeads}, {Zeros(Columns[6..^1])}, count(meta ->> 'ping_id') as posted
            from leads where {InHour} group by campaign, source, currency
            union all
            select campaign, source, '', currency, {Zeros(Columns[..6])}, {OfSales}, 0, 0, 0, 0 from sales where {Final} and {InHour} group by campaign, source, currency
            union all
            select coalesce(campaign, ''), source, '', '', {Zeros(Columns[..11])}, count(*), 0, 0, 0
            from refused_posts where refusal_id >= uuid_at(hour.a) and refusal_id < uuid_at(hour.b) group by 1, 2
            union all
            select campaign, source, '', currency, {Zeros(Columns[..12])}, count(*), count(*) filter (where status = 'accepted'), 0
            from pings where ping_id >= uuid_at(hour.a) and ping_id < uuid_at(hour.b) and not test group by campaign, source, currency
            """,
    };

    private static string Zeros(params IEnumerable<string> columns) => string.Join(", ", columns.Select(column => $"0::bigint as {column}"));

    private static readonly string Channels = $"""
        select hour_start, campaign, source as key, case when place <= {MostChannels} then sub_id else '{SmallChannels}' end as party, currency, {Summed}
        from ranked group by hour_start, campaign, source, 4, currency
        """;

    private static string Parts(string from, string until) => $"""
        with l as materialized (
            select lead_id, date_trunc('hour', received_at, 'UTC') as hour_start, campaign, source, coalesce(meta ->> 'sub_id', '') as sub_id, currency, status, reason_code,
                (meta ->> 'ping_id') is not null as pinged
            from leads where lead_id >= uuid_at({from}) and lead_id < uuid_at({until}) and not test),
        s as materialized (
            select l.hour_start, l.campaign, l.source, l.sub_id, s.contract, s.buyer, s.currency, s.status, s.price, s.payout from l {OfFinalSales(from, until)}),
        parts as (
            select hour_start, campaign, source, sub_id, currency, {OfLeads},
                0::bigint as sales, 0::bigint as revenue, 0::bigint as payout, 0::bigint as returned, 0::bigint as refunded, 0::bigint as refused, 0::bigint as pings,
                0::bigint as bids, count(*) filter (where pinged) as posted
            from l group by hour_start, campaign, source, sub_id, currency
            union all
            select hour_start, campaign, source, sub_id, currency, 0, 0, 0, 0, 0, 0, {OfSales}, 0, 0, 0, 0 from s group by hour_start, campaign, source, sub_id, currency
            union all
            select date_trunc('hour', received_at, 'UTC'), coalesce(campaign, ''), source, coalesce(sub_id, ''), '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), 0, 0, 0
            from refused_posts where refusal_id >= uuid_at({from}) and refusal_id < uuid_at({until}) group by 1, 2, 3, 4
            union all
            select date_trunc('hour', received_at, 'UTC'), campaign, source, '', currency, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*),
                count(*) filter (where status = 'accepted'), 0
            from pings where ping_id >= uuid_at({from}) and ping_id < uuid_at({until}) and not test group by 1, 2, 3, 5),
        ranked as (
            select *, dense_rank() over (partition by hour_start, source order by posts desc, sub_id) as place
            from (select *, sum(received + refused) over (partition by hour_start, source, sub_id) as posts from parts) sized)
        """;

    /// <summary>Leads and sales between two instants by where the lead is, as it says: <c>s</c> and a state, or <c>p</c> and a postal code.
    /// $3 to $5 name for each campaign the fields that say it. Indexes and locks as above.</summary>
    public static readonly string CountPlaces = $"""
        with l as materialized (
            select lead_id, date_trunc('hour', received_at, 'UTC') as hour_start, campaign, currency, status, reason_code,
                coalesce('s' || nullif(fields ->> k.state_key, ''), 'p' || nullif(fields ->> k.postal_key, ''), '') as place,
                (meta ->> 'ping_id') is not null as pinged
            from leads left join unnest($3, $4, $5) as k (of_campaign, state_key, postal_key) on k.of_campaign = campaign
            where lead_id >= uuid_at($1) and lead_id < uuid_at($2) and not test),
        s as (select l.hour_start, l.campaign, l.place, s.currency, s.status, s.price, s.payout from l {OfFinalSales("$1", "$2")})
        select hour_start, campaign, place, currency, {OfLeads}, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint,
            count(*) filter (where pinged)
        from l group by hour_start, campaign, place, currency
        union all
        select hour_start, campaign, place, currency, 0, 0, 0, 0, 0, 0, {OfSales}, 0, 0, 0, 0 from s group by hour_start, campaign, place, currency
        """;

    /// <summary>Sums of counted hours that are not those of the records, as (subject, kept, recomputed). An hour of which something changed since shortly
    /// before it was counted is left out: it will be counted again. Full scans without locks.</summary>
    public static readonly string Differences = $"""
        with counted as ({Count("(select min(hour_start) from report_hours_done)", "(select max(hour_start) + interval '1 hour' from report_hours_done)")}),
        changing as (
            select d.hour_start from decisions x join leads l on l.lead_id = x.lead_id join report_hours_done d on d.hour_start = date_trunc('hour', l.received_at, 'UTC')
            where x.decided_at > d.counted_at - interval '10 minutes'
            union
            select d.hour_start from sales s join leads l on l.lead_id = s.lead_id join report_hours_done d on d.hour_start = date_trunc('hour', l.received_at, 'UTC')
            where greatest(s.sold_at, s.settled_at, s.returned_at) > d.counted_at - interval '10 minutes')
        select concat_ws(' ', dimension, hour_start, campaign, key, party, currency),
            coalesce(({List("k")}), 'none'), coalesce(({List("c")}), 'none')
        from (select * from report_hours where dimension <> 'state') k full join counted c using (dimension, hour_start, campaign, key, party, currency)
        where hour_start in (select hour_start from report_hours_done) and hour_start not in (select hour_start from changing)
            and ({List("k")}) is distinct from ({List("c")})
        """;

    /// <summary>The sums of a row as one text, to compare it with another.</summary>
    public static string List(string row) => string.Join(" || ' ' || ", Columns.Select(column => $"{row}.{column}"));
}
