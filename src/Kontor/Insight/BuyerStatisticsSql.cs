using Kontor.Core;
using Npgsql;

namespace Kontor.Insight;

/// <summary>What came of a buyer's leads of one source.</summary>
public sealed record BuyerSourceFigures(string Source, Currency Currency, long Leads, long Cost, long Reported, long Contacted, long Appointments, long Won, long NoDeal, long Worth, long Returned);

/// <summary>Counts what came of a buyer's leads.</summary>
internal static class BuyerStatisticsSql
{
    // Index sales_by_buyer from the first sale of the time that is asked for; no lock. What was given back has cost nothing.
    private const string BySource = """
        select source, currency, count(*), coalesce(sum(price) filter (where status = 'confirmed'), 0)::bigint,
               count(outcome), count(*) filter (where outcome = 'contacted'), count(*) filter (where outcome = 'appointment'),
               count(*) filter (where outcome = 'won'), count(*) filter (where outcome = 'no_deal'),
               coalesce(sum(outcome_value) filter (where outcome = 'won'), 0)::bigint, count(*) filter (where status = 'returned')
        from sales where buyer = $1 and sale_id >= uuid_at($2) and sale_id < uuid_at($3) and status in ('confirmed', 'returned') and not test
        group by source, currency order by source, currency
        """;

    // Index sales_by_buyer, newest first; no lock. The newest thousand tell which sources there are for him.
    private const string Sources =
        "select distinct source from (select source from sales where buyer = $1 and status in ('confirmed', 'returned') order by sale_id desc limit 1000) as newest";

    // Index sales_reported alone, newest first and no further than it is told; no lock.
    private const string Outcomes = """
        select source, count(*), count(*) filter (where outcome = 'won')
        from (
            select source, outcome from sales where buyer = $1 and outcome is not null and status in ('confirmed', 'returned') and not test
            order by sale_id desc limit $2) newest
        group by source
        """;

    /// <summary>The figures of the leads bought within a time, by source.</summary>
    public static async Task<List<BuyerSourceFigures>> BySourceAsync(
        NpgsqlDataSource database, string buyer, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(BySource);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(until);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var figures = new List<BuyerSourceFigures>();
        while (await reader.ReadAsync(cancel))
        {
            figures.Add(new BuyerSourceFigures(
                reader.GetString(0), Currency.Parse(reader.GetString(1)), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5),
                reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10)));
        }

        return figures;
    }

    /// <summary>The newest leads that a buyer has reported about: how many there are of each source, and how many of these he has won.</summary>
    public static async Task<List<(string Source, long Reported, long Won)>> OutcomesAsync(NpgsqlDataSource database, string buyer, int newest, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Outcomes);
        command.Parameters.AddWithValue(buyer);
        command.Parameters.AddWithValue(newest);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var outcomes = new List<(string, long, long)>();
        while (await reader.ReadAsync(cancel))
        {
            outcomes.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)));
        }

        return outcomes;
    }

    /// <summary>Keys of the sources that a buyer has lately bought from.</summary>
    public static async Task<List<string>> SourcesAsync(NpgsqlDataSource database, string buyer, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Sources);
        command.Parameters.AddWithValue(buyer);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var sources = new List<string>();
        while (await reader.ReadAsync(cancel))
        {
            sources.Add(reader.GetString(0));
        }

        return sources;
    }
}
