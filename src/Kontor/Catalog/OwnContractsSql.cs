using Kontor.Core;
using Kontor.Core.Catalog;
using Npgsql;

namespace Kontor.Catalog;

/// <summary>What a contract has taken in one of its windows.</summary>
internal sealed record TakenInWindow(DateTimeOffset StartedAt, int Leads, long Spend);

/// <summary>Reads how full the caps of contracts are.</summary>
internal static class OwnContractsSql
{
    // Primary key of counters; no lock.
    private const string Taken = """
        select owner, hour_start, hour_leads, hour_spend, day_start, day_leads, day_spend, week_start, week_leads, week_spend,
               month_start, month_leads, month_spend, total_leads, total_spend
        from counters where owner = any($1)
        """;

    /// <summary>What each contract has taken in its windows as its counter has them, by contract and window.</summary>
    public static async Task<Dictionary<(string Contract, CapWindow Window), TakenInWindow>> TakenAsync(
        NpgsqlDataSource database, IEnumerable<string> contracts, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Taken);
        command.Parameters.AddWithValue(contracts.Select(key => "contract:" + key).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var taken = new Dictionary<(string, CapWindow), TakenInWindow>();
        while (await reader.ReadAsync(cancel))
        {
            var contract = reader.GetString(0)["contract:".Length..];
            for (var window = CapWindow.Hour; window < CapWindow.Total; window++)
            {
                var at = 1 + ((int)window * 3);
                taken[(contract, window)] = new TakenInWindow(reader.GetFieldValue<DateTimeOffset>(at), reader.GetInt32(at + 1), reader.GetInt64(at + 2));
            }

            taken[(contract, CapWindow.Total)] = new TakenInWindow(BuyerCalendar.Beginning, reader.GetInt32(13), reader.GetInt64(14));
        }

        return taken;
    }
}
