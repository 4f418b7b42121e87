using Npgsql;

namespace Kontor.Sale;

/// <summary>Reads every counter and account once, at start.</summary>
internal static class LiveCountersSql
{
    // Sequential scans, no lock: what is read is a filter, never the authority.
    private const string Counters = ClaimLockSql.CounterColumns;
    private const string Accounts = ClaimLockSql.AccountColumns;

    public static async Task LoadAsync(NpgsqlDataSource database, LiveCounters live, CancellationToken cancel)
    {
        var rows = new LockedRows();
        await using (var command = database.CreateCommand(Counters))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var counter = ClaimLockSql.CounterOf(reader);
                rows.Counters[counter.Owner] = counter;
            }
        }

        await using (var command = database.CreateCommand(Accounts))
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var account = ClaimLockSql.AccountOf(reader);
                rows.Accounts[(account.Buyer, account.Currency)] = account;
            }
        }

        live.Remember(rows);
    }
}
