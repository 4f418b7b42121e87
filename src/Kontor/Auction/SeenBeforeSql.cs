using Kontor.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Auction;

/// <summary>Whether a lead came before, asked before its buyers are.</summary>
internal static class SeenBeforeSql
{
    // No index, no lock: a setting until the end of the transaction that both statements are. Arrays would have the next one planned anew each
    // time, which takes longer than to run it.
    private const string PlanOnce = "select set_config('plan_cache_mode', 'force_generic_plan', true)";

    // Primary keys external_ids_pkey and duplicate_keys_pkey; no lock.
    private const string Seen = """
        select exists (select from unnest($1, $2, $3) as asked (source, kind, external_id) join external_ids using (source, kind, external_id))
            or exists (
                select from unnest($4, $5) as asked (scope, key_hash)
                join duplicate_keys known using (scope, key_hash) where known.lead_id is not null and known.seen_at > $6)
        """;

    /// <summary>Whether any of a post's names is known.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sell">The post.</param>
    /// <param name="persons">Whether it also counts that its campaign saw the person within its window.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<bool> IsSeenAsync(NpgsqlDataSource database, SellItem sell, bool persons, CancellationToken cancel)
    {
        var seen = persons ? sell.PersonKeys : [];
        if (sell.ExternalKeys.Count == 0 && seen.Count == 0)
        {
            return false;
        }

        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(PlanOnce));
        batch.BatchCommands.Add(Asked(sell, seen));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetBoolean(0);
    }

    private static NpgsqlBatchCommand Asked(SellItem sell, IReadOnlyList<byte[]> persons)
    {
        var since = sell.Now - (sell.Desk.Campaign.Duplicates?.Window ?? TimeSpan.Zero);
        var command = new NpgsqlBatchCommand(Seen);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sell.ExternalKeys.Select(key => key.Source)] });
        command.Parameters.Add(new NpgsqlParameter { Value = sell.ExternalKeys.Select(key => key.Kind).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.InternalChar });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. sell.ExternalKeys.Select(key => key.Id)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. persons.Select(_ => "c:" + sell.Lead.Campaign)] });
        command.Parameters.Add(new NpgsqlParameter { Value = persons.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = since.UtcDateTime });
        return command;
    }
}
