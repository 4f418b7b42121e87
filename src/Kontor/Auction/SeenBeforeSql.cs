using Kontor.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Auction;

/// <summary>Whether a post came before, asked before its buyers are.</summary>
internal static class SeenBeforeSql
{
    // Primary key external_ids_pkey; no lock.
    private const string Posted = """
        select exists (select from unnest($1, $2, $3) as asked (source, kind, external_id) join external_ids using (source, kind, external_id))
        """;

    /// <summary>Whether any of a post's names is known.</summary>
    public static async Task<bool> IsPostedAsync(NpgsqlDataSource database, IReadOnlyList<ExternalKey> keys, CancellationToken cancel)
    {
        if (keys.Count == 0)
        {
            return false;
        }

        await using var command = database.CreateCommand(Posted);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Source)] });
        command.Parameters.Add(new NpgsqlParameter { Value = keys.Select(key => key.Kind).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.InternalChar });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. keys.Select(key => key.Id)] });
        return (bool)(await command.ExecuteScalarAsync(cancel))!;
    }
}
