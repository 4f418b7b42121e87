using System.Collections.Frozen;
using Kontor.Core.Sale;
using Npgsql;

namespace Kontor.Sale;

/// <summary>Reads the figures of <see cref="LiveReadings"/>.</summary>
internal static class LiveReadingsSql
{
    // Index sales_by_contract alone (its ids are times, and it carries the status); no lock.
    private const string Returns = """
        select contract, count(*) filter (where status = 'returned')::int, count(*)::int
        from sales where contract = any($1) and sale_id >= uuid_at($2) and status in ('confirmed', 'returned') and not test
        group by contract
        """;

    // Primary key campaign_arrivals_pkey; no lock.
    private const string CountedUntil = "select max(hour_start) from campaign_arrivals where campaign = ''";

    // Primary key campaign_arrivals_pkey; no lock.
    private const string Arrivals = "select campaign, hour_start, leads from campaign_arrivals where campaign = any($1) and hour_start > $2 order by campaign, hour_start";

    /// <summary>The last hour of which all leads were counted; null when none was.</summary>
    public static async Task<DateTimeOffset?> CountedUntilAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(CountedUntil);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0);
    }

    /// <summary>The hours after a time in which leads came, by campaign.</summary>
    public static async Task<FrozenDictionary<string, ArrivalHours>> ArrivalsAsync(
        NpgsqlDataSource database, string[] campaigns, DateTimeOffset after, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Arrivals);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = campaigns });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = after });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var hours = new List<(string Campaign, DateTimeOffset Hour, int Leads)>();
        while (await reader.ReadAsync(cancel))
        {
            hours.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2)));
        }

        return hours.GroupBy(hour => hour.Campaign, StringComparer.Ordinal)
            .ToFrozenDictionary(campaign => campaign.Key, campaign => new ArrivalHours([.. campaign.Select(hour => (hour.Hour, hour.Leads))]), StringComparer.Ordinal);
    }

    /// <summary>How many of the contracts' sales since a time came back.</summary>
    public static async Task<FrozenDictionary<string, ReturnRate>> ReturnsAsync(
        NpgsqlDataSource database, string[] contracts, DateTimeOffset since, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Returns);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = contracts });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = since });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rates = new Dictionary<string, ReturnRate>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            rates[reader.GetString(0)] = new ReturnRate(reader.GetInt32(1), reader.GetInt32(2));
        }

        return rates.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
