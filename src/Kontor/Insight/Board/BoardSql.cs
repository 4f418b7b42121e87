using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Sale;
using Kontor.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight.Board;

/// <summary>A lead and what became of it, for the stream.</summary>
/// <param name="Lead">The lead.</param>
/// <param name="At">When it came in.</param>
/// <param name="Campaign">The campaign's key.</param>
/// <param name="Source">The source's key.</param>
/// <param name="Status"><c>accepted</c>, <c>rejected</c>, <c>duplicate</c> or <c>pending</c>.</param>
/// <param name="Reason">Why it was not sold.</param>
/// <param name="Test">Whether it is a test.</param>
/// <param name="Price">What its buyers pay together; null without a sale.</param>
/// <param name="Buyers">Who bought it, in the order of the slots; null nobody.</param>
public sealed record DecisionLine(
    LeadId Lead, DateTimeOffset At, string Campaign, string Source, string Status, ReasonCode Reason, bool Test, Money? Price, string? Buyers);

/// <summary>The statements behind the board.</summary>
internal static class BoardSql
{
    // Primary key leads_pkey backwards for the newest, sales_one_per_slot for the sales of each. Lock: none.
    private const string Newest = """
        select l.lead_id, l.received_at, l.campaign, l.source, l.status, l.reason_code, l.test, s.price, l.currency, s.buyers
        from (select lead_id, received_at, campaign, source, status, reason_code, test, currency from leads order by lead_id desc limit $1) l
        left join lateral (
            select sum(price)::bigint as price, string_agg(buyer, ', ' order by slot) as buyers from sales
            where sales.lead_id = l.lead_id and status <> 'released') s on true
        order by l.lead_id desc
        """;

    // Index catalog_entries_live. Lock: none.
    private const string Versions = "select key, since from catalog_entries where kind = 'contracts' and key = any($1) and until is null";

    // Sequential scans, one row for each contract, buyer and account. Lock: none.
    private const string Counters = ClaimLockSql.CounterColumns;
    private const string Accounts = ClaimLockSql.AccountColumns;

    /// <summary>The newest leads, the newest first.</summary>
    public static async Task<List<DecisionLine>> NewestAsync(NpgsqlDataSource database, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Newest);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var lines = new List<DecisionLine>();
        while (await reader.ReadAsync(cancel))
        {
            lines.Add(new DecisionLine(
                new LeadId(reader.GetGuid(0)), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                ReasonCodes.Parse(Text(reader, 5)), reader.GetBoolean(6), reader.IsDBNull(7) ? null : new Money(reader.GetInt64(7), Currency.Parse(reader.GetString(8))),
                Text(reader, 9)));
        }

        return lines;
    }

    /// <summary>At which rules version each of some contracts was written.</summary>
    public static async Task<Dictionary<string, long>> VersionsAsync(NpgsqlDataSource database, string[] contracts, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Versions);
        command.Parameters.Add(new NpgsqlParameter { Value = contracts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            versions[reader.GetString(0)] = reader.GetInt64(1);
        }

        return versions;
    }

    /// <summary>Every counter by its owner, and every account.</summary>
    public static async Task<(Dictionary<string, Counter> Counters, Dictionary<(string Buyer, Currency Currency), Account> Accounts)> GuardsAsync(
        NpgsqlDataSource database, CancellationToken cancel)
    {
        var counters = new Dictionary<string, Counter>(StringComparer.Ordinal);
        var accounts = new Dictionary<(string, Currency), Account>();
        await using (var command = database.CreateCommand(Counters))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var counter = ClaimLockSql.CounterOf(reader);
                counters[counter.Owner] = counter;
            }
        }

        await using (var command = database.CreateCommand(Accounts))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var account = ClaimLockSql.AccountOf(reader);
                accounts[(account.Buyer, account.Currency)] = account;
            }
        }

        return (counters, accounts);
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
