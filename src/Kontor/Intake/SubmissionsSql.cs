using Kontor.Core;
using Kontor.Insight;
using Kontor.Portal;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Intake;

/// <summary>What a supplier sent, as he sees it: never buyers, never prices.</summary>
public sealed record Submission(
    Guid LeadId, DateTimeOffset ReceivedAt, string Source, string Campaign, string? ExternalId, string? SubId, string Status, ReasonCode Reason, long Payout, Currency Currency, bool Test);

/// <summary>Which submissions are wanted. Null is any.</summary>
/// <param name="Source">Of one of his sources.</param>
/// <param name="Status">As the API names it.</param>
/// <param name="SubId">Of a sub-channel.</param>
/// <param name="From">Of this day or later, as the reader's calendar has it.</param>
/// <param name="Until">Of this day or before.</param>
public sealed record SubmissionFilter(string? Source, string? Status, string? SubId, DateOnly? From = null, DateOnly? Until = null)
{
    /// <summary>The instants between which they came in: from the first up to but not including the second.</summary>
    public (DateTimeOffset From, DateTimeOffset Until) Span(TimeZoneInfo zone) => (
        From is { } from ? LocalDay.StartOf(from, zone) : DateTimeOffset.UnixEpoch, Until is { } until ? LocalDay.StartOf(until.AddDays(1), zone) : Forever);

    private static readonly DateTimeOffset Forever = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>A page of a list.</summary>
/// <param name="Before">It shows what came before this lead.</param>
/// <param name="Span">It shows what came within this time.</param>
/// <param name="Limit">At most so many.</param>
public sealed record SubmissionPage(Guid Before, (DateTimeOffset From, DateTimeOffset Until) Span, int Limit);

/// <summary>Posts of one source and day that were refused for their fields.</summary>
public sealed record RefusedPosts(string Source, string Field, string Code, long Count);

/// <summary>Reads what suppliers sent. Every statement names their sources.</summary>
internal static class SubmissionsSql
{
    // Index leads_by_source for each source, leads_not_sold_by_source or leads_pending where the status asks for it, backwards from the cursor until the page is
    // full or the time is over; no lock.
    private static string Page(string? status) => $"""
        select l.lead_id, l.received_at, l.source, l.campaign, l.external_id, l.meta ->> 'sub_id', l.status, l.reason_code, l.payout, l.currency, l.test
        from unnest($1::text[]) as own (source)
        cross join lateral (
            select * from leads
            where leads.source = own.source and lead_id < $2 and lead_id >= uuid_at($5) and lead_id < uuid_at($6){LeadSearchSql.WithStatus("status", status)}
                and ($3::text is null or meta ->> 'sub_id' = $3)
            order by lead_id desc limit $4) l
        order by l.lead_id desc limit $4
        """;

    // Index refused_posts_by_source from the first of the time that is asked for, which is a week at most; no lock.
    private const string Refused = """
        select r.source, p ->> 'field', p ->> 'code', count(*) from refused_posts r cross join lateral jsonb_array_elements(r.problems) p
        where r.refusal_id >= uuid_at($2) and r.source = any($1)
        group by 1, 2, 3 order by 4 desc, 1, 2, 3 limit 50
        """;

    /// <summary>A page of what some sources sent before a lead, newest first.</summary>
    public static async Task<List<Submission>> PageAsync(
        NpgsqlDataSource database, string[] sources, SubmissionFilter filter, SubmissionPage page, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Page(filter.Status));
        command.Parameters.AddWithValue(sources);
        command.Parameters.AddWithValue(page.Before);
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Text, Value = filter.SubId ?? (object)DBNull.Value });
        command.Parameters.AddWithValue(page.Limit);
        command.Parameters.AddWithValue(page.Span.From);
        command.Parameters.AddWithValue(page.Span.Until);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new List<Submission>();
        while (await reader.ReadAsync(cancel))
        {
            found.Add(new Submission(
                reader.GetGuid(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), Text(reader, 4), Text(reader, 5), reader.GetString(6),
                ReasonCodes.Parse(Text(reader, 7)), reader.GetInt64(8), Currency.Parse(reader.GetString(9)), reader.GetBoolean(10)));
        }

        return found;
    }

    /// <summary>Why posts of some sources were refused since a time, the most frequent first.</summary>
    public static async Task<List<RefusedPosts>> RefusedAsync(NpgsqlDataSource database, string[] sources, DateTimeOffset since, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Refused);
        command.Parameters.AddWithValue(sources);
        command.Parameters.AddWithValue(since);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var refused = new List<RefusedPosts>();
        while (await reader.ReadAsync(cancel))
        {
            refused.Add(new RefusedPosts(reader.GetString(0), Text(reader, 1) ?? string.Empty, Text(reader, 2) ?? string.Empty, reader.GetInt64(3)));
        }

        return refused;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
