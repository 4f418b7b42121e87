using Kontor.Core;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight.Reports;

/// <summary>Finds unsold leads.</summary>
internal static class UnsoldSql
{
    // Index leads_by_reason backwards, in the partitions of the span only, until there are enough. Lock: none.
    private const string Newest = """
        select lead_id from leads
        where lead_id >= uuid_at($1) and lead_id < uuid_at($2) and status = 'rejected' and reason_code = 'unsold' and not test
            and ($3::text is null or campaign = $3) and ($4::text[] is null or source = any($4))
        order by lead_id desc limit $5
        """;

    /// <summary>The newest unsold leads that a question is about.</summary>
    public static async Task<List<LeadId>> NewestAsync(NpgsqlDataSource database, ReportQuestion question, string[]? sources, int limit, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Newest);
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = question.Span.From });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = question.Span.Until });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = question.Campaign, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = sources ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var leads = new List<LeadId>();
        while (await reader.ReadAsync(cancel))
        {
            leads.Add(new LeadId(reader.GetGuid(0)));
        }

        return leads;
    }
}
