using Npgsql;

namespace Kontor.Catalog.Editor;

/// <summary>Reads where leads stayed unsold.</summary>
internal static class CoverageSql
{
    // Index leads_by_reason from the time that is asked for; no lock.
    private const string Unsold = """
        select fields ->> $2, count(*) from leads
        where lead_id >= uuid_at($3) and campaign = $1 and status = 'rejected' and reason_code = 'unsold' and not test and fields ->> $2 is not null
        group by 1
        """;

    /// <summary>How many leads of a campaign nobody bought since a time, by the postal code that one of their fields names.</summary>
    public static async Task<Dictionary<string, long>> UnsoldAsync(NpgsqlDataSource database, string campaign, string field, DateTimeOffset since, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Unsold);
        command.Parameters.AddWithValue(campaign);
        command.Parameters.AddWithValue(field);
        command.Parameters.AddWithValue(since);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetString(0)] = reader.GetInt64(1);
        }

        return found;
    }
}
