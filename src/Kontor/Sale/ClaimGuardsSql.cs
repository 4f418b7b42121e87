using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Npgsql;
using NpgsqlTypes;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Sale;

/// <summary>Writes counters and accounts back. Their rows are locked by the claim, so a version that moved is a broken invariant: the
/// statement fails the whole transaction.</summary>
internal static class ClaimGuardsSql
{
    // Primary key counters_pkey; the rows are locked by the first round trip. No index covers a changed column, so updates stay in the page.
    // Nearly every sale falls into windows that are running already: then the same is added to all of them.
    private const string CounterSums = """
        with now_ as (
            select unnest($1) as owner, unnest($2) as version, unnest($3) as last_sold_at, unnest($4) as leads, unnest($5) as spend
        ), changed as (
            update counters set version = counters.version + 1, last_sold_at = now_.last_sold_at,
            hour_leads = hour_leads + leads, hour_spend = hour_spend + spend, day_leads = day_leads + leads, day_spend = day_spend + spend,
            week_leads = week_leads + leads, week_spend = week_spend + spend, month_leads = month_leads + leads,
            month_spend = month_spend + spend, total_leads = total_leads + leads, total_spend = total_spend + spend
            from now_ where counters.owner = now_.owner and counters.version = now_.version
            returning 1
        )
        select expect_rows((select count(*) from changed), $6)
        """;

    // As above, for counters of which a window began anew or has other caps.
    private const string Counters = """
        with now_ as (
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
            $25, $26, $27) as now_ (owner, version, last_sold_at,
            hour_start, hour_leads, hour_spend, hour_leads_cap, hour_spend_cap, day_start, day_leads, day_spend,
            day_leads_cap, day_spend_cap, week_start, week_leads, week_spend, week_leads_cap, week_spend_cap, month_start,
            month_leads, month_spend, month_leads_cap, month_spend_cap, total_leads, total_spend, total_leads_cap,
            total_spend_cap)
        ), changed as (
            update counters set version = counters.version + 1, last_sold_at = now_.last_sold_at,
            hour_start = now_.hour_start, hour_leads = now_.hour_leads, hour_spend = now_.hour_spend,
            hour_leads_cap = now_.hour_leads_cap, hour_spend_cap = now_.hour_spend_cap, day_start = now_.day_start,
            day_leads = now_.day_leads, day_spend = now_.day_spend, day_leads_cap = now_.day_leads_cap,
            day_spend_cap = now_.day_spend_cap, week_start = now_.week_start, week_leads = now_.week_leads,
            week_spend = now_.week_spend, week_leads_cap = now_.week_leads_cap, week_spend_cap = now_.week_spend_cap,
            month_start = now_.month_start, month_leads = now_.month_leads, month_spend = now_.month_spend,
            month_leads_cap = now_.month_leads_cap, month_spend_cap = now_.month_spend_cap, total_leads = now_.total_leads,
            total_spend = now_.total_spend, total_leads_cap = now_.total_leads_cap, total_spend_cap = now_.total_spend_cap
            from now_ where counters.owner = now_.owner and counters.version = now_.version
            returning 1
        )
        select expect_rows((select count(*) from changed), (select count(*) from now_))
        """;

    // Primary key accounts_pkey; the rows are locked by the first round trip.
    private const string Accounts = """
        with now_ as (
            select unnest($1) as buyer, unnest($2) as currency, unnest($3) as version, unnest($4) as balance, unnest($5) as held
        ), changed as (
            update accounts set version = accounts.version + 1, balance = now_.balance, held = now_.held
            from now_ where accounts.buyer = now_.buyer and accounts.currency = now_.currency and accounts.version = now_.version
            returning 1
        )
        select expect_rows((select count(*) from changed), (select count(*) from now_))
        """;

    // Primary key credit_groups_pkey; the row is locked by the first round trip.
    private const string CreditGroups = """
        with changed as (
            update credit_groups set version = version + 1, contracts = $2, credits = $3 where group_name = $1 and version = $4 returning 1
        )
        select expect_rows((select count(*) from changed), 1)
        """;

    /// <summary>Adds the update of a changed credit group.</summary>
    public static void AddCreditGroup(NpgsqlBatch batch, CreditGroup group) => batch.Add(CreditGroups,
        new NpgsqlParameter<string> { TypedValue = group.Name },
        new NpgsqlParameter<string[]> { TypedValue = [.. group.Credits.Keys] },
        new NpgsqlParameter<long[]> { TypedValue = [.. group.Credits.Values] },
        new NpgsqlParameter<long> { TypedValue = group.Version });

    /// <summary>Adds the update of changed counters.</summary>
    public static void AddCounters(NpgsqlBatch batch, List<Counter> changed)
    {
        var sums = changed.FindAll(row => !row.Reshaped);
        if (sums.Count > 0)
        {
            AddSums(batch, sums);
        }

        if (sums.Count < changed.Count)
        {
            AddReshaped(batch, changed.FindAll(row => row.Reshaped));
        }
    }

    private static void AddSums(NpgsqlBatch batch, List<Counter> rows) => batch.Add(CounterSums,
        Texts(rows, row => row.Owner),
        Longs(rows, row => row.Version),
        Times(rows, row => row.LastSoldAt),
        Column(rows, NpgsqlDbType.Integer, row => row.AddedLeads),
        Longs(rows, row => row.AddedSpend),
        new NpgsqlParameter<long> { TypedValue = rows.Count });

    private static void AddReshaped(NpgsqlBatch batch, List<Counter> rows) => batch.Add(Counters,
        Texts(rows, row => row.Owner),
        Longs(rows, row => row.Version),
        Times(rows, row => row.LastSoldAt),
        Times(rows, row => row.Of(CapWindow.Hour).Start),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Hour).Leads),
        Longs(rows, row => row.Of(CapWindow.Hour).Spend),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Hour).LeadsCap),
        Column(rows, NpgsqlDbType.Bigint, row => row.Of(CapWindow.Hour).SpendCap),
        Times(rows, row => row.Of(CapWindow.Day).Start),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Day).Leads),
        Longs(rows, row => row.Of(CapWindow.Day).Spend),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Day).LeadsCap),
        Column(rows, NpgsqlDbType.Bigint, row => row.Of(CapWindow.Day).SpendCap),
        Times(rows, row => row.Of(CapWindow.Week).Start),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Week).Leads),
        Longs(rows, row => row.Of(CapWindow.Week).Spend),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Week).LeadsCap),
        Column(rows, NpgsqlDbType.Bigint, row => row.Of(CapWindow.Week).SpendCap),
        Times(rows, row => row.Of(CapWindow.Month).Start),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Month).Leads),
        Longs(rows, row => row.Of(CapWindow.Month).Spend),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Month).LeadsCap),
        Column(rows, NpgsqlDbType.Bigint, row => row.Of(CapWindow.Month).SpendCap),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Total).Leads),
        Longs(rows, row => row.Of(CapWindow.Total).Spend),
        Column(rows, NpgsqlDbType.Integer, row => row.Of(CapWindow.Total).LeadsCap),
        Column(rows, NpgsqlDbType.Bigint, row => row.Of(CapWindow.Total).SpendCap));

    /// <summary>Adds the update of changed accounts.</summary>
    public static void AddAccounts(NpgsqlBatch batch, List<Account> rows) => batch.Add(Accounts,
        Texts(rows, row => row.Buyer),
        Texts(rows, row => row.Currency.Code),
        Longs(rows, row => row.Version),
        Longs(rows, row => row.Balance),
        Longs(rows, row => row.Held));
}
