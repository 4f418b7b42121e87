using Kontor.Core;
using Npgsql;

namespace Kontor.Sale;

/// <summary>Reads which leads are to be offered again.</summary>
internal static class DueOffersSql
{
    // Index due_offers_due; no lock: the claim looks again under the lock of the lead's row.
    private const string Due = "select lead_id, offer from due_offers where due_at <= $1 order by due_at limit $2";

    public static async Task<List<(LeadId Lead, int Offer)>> DueAsync(NpgsqlDataSource database, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Due);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var due = new List<(LeadId, int)>();
        while (await reader.ReadAsync(cancel))
        {
            due.Add((new LeadId(reader.GetGuid(0)), reader.GetInt16(1)));
        }

        return due;
    }
}
