using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Insight.Reports;

/// <summary>Sums of one key.</summary>
/// <param name="Hour">The hour; null when a span is summed up.</param>
/// <param name="Campaign">The campaign's key.</param>
/// <param name="Key">The source, contract, state, reason or, before states are known, place.</param>
/// <param name="Party">A contract's buyer, a reason's source, else empty.</param>
/// <param name="Currency">Empty where a post or ping has none.</param>
/// <param name="Sums">What they are.</param>
internal sealed record CountedRow(DateTimeOffset? Hour, string Campaign, string Key, string Party, string Currency, Sums Sums);

/// <summary>Which sums are wanted.</summary>
internal sealed record SumsWanted
{
    /// <summary><c>source</c>, <c>contract</c>, <c>state</c> or <c>reason</c>.</summary>
    public required string Dimension { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Until { get; init; }
    public string? Campaign { get; init; }

    /// <summary>Only these keys; null all.</summary>
    public string[]? Keys { get; init; }

    /// <summary>Only these parties; null all.</summary>
    public string[]? Parties { get; init; }

    /// <summary>Whether each hour is wanted by itself.</summary>
    public bool ByHour { get; init; }
}

/// <summary>Reads sums: what is kept of whole hours, and what is not kept yet from the records, in one snapshot.</summary>
internal static class ReportSql
{
    // Primary key of report_hours_done for each hour of the span, from the first on of which there is a record; that is the first entry of three primary keys. Lock: none.
    private const string NotKept = """
        select g.hour_start from generate_series(
            greatest(date_trunc('hour', $1::timestamptz, 'UTC'), date_trunc('hour', least(
                (select received_at from leads order by lead_id limit 1), (select received_at from pings order by ping_id limit 1),
                (select received_at from refused_posts order by refusal_id limit 1)), 'UTC')), $2::timestamptz, interval '1 hour') as g (hour_start)
        where g.hour_start < $2 and (g.hour_start < $1 or g.hour_start + interval '1 hour' > $2
            or not exists (select from report_hours_done d where d.hour_start = g.hour_start))
        order by g.hour_start
        """;

    // No index, no lock. The planner takes the groups for many more than they are and would sort a hundred thousand rows on disk instead of hashing them; and it
    // would think about each span anew, which takes longer than reading it, to find the same plan.
    private const string Plan = "set local enable_sort = off; set local plan_cache_mode = force_generic_plan";

    private const string Wanted = """
        where dimension = $3 and ($4::text is null or campaign = $4) and ($5::text[] is null or key = any($5)) and ($6::text[] is null or party = any($6))
        """;

    // What contracts have no figures of is not added up: adding is what a report of a month costs.
    private static readonly string[] OfSales = ["sold", "sales", "revenue", "payout", "returned", "refunded"];

    // Each hour is wanted for itself or not at all: then by what it is broken down.
    private const string Groups =
        "case when $7 then hour_start end, case when $7 then '' else campaign end, case when $7 then '' else key end, case when $7 then '' else party end, currency";

    /// <summary>Reads sums.</summary>
    public static async Task<List<CountedRow>> ReadAsync(NpgsqlDataSource database, SumsWanted wanted, LeadPlaces places, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using (var plan = new NpgsqlCommand(Plan, connection, snapshot))
        {
            await plan.ExecuteNonQueryAsync(cancel);
        }

        var rows = await KeptAsync(snapshot, wanted, cancel);
        foreach (var span in await NotKeptAsync(snapshot, wanted, cancel))
        {
            rows.AddRange(wanted.Dimension == "state"
                ? ReportHours.ByState(await CountPlacesAsync(snapshot, places, span, cancel), places).Where(row => IsWanted(row, wanted))
                : await RowsAsync(Command(Live(wanted.Dimension), snapshot, span, wanted), cancel));
        }

        return rows;
    }

    /// <summary>Counts by place between two instants.</summary>
    public static async Task<List<CountedRow>> CountPlacesAsync(
        NpgsqlTransaction snapshot, LeadPlaces places, (DateTimeOffset From, DateTimeOffset Until) span, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(CountHoursSql.CountPlaces, snapshot.Connection, snapshot) { CommandTimeout = 300 };
        command.Parameters.Add(At(span.From));
        command.Parameters.Add(At(span.Until));
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = places.Campaigns });
        command.Parameters.Add(new NpgsqlParameter { Value = places.StateKeys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.Add(new NpgsqlParameter { Value = places.PostalKeys, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<CountedRow>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new CountedRow(
                reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetString(2), string.Empty, reader.GetString(3), Sums.Of(reader, 4)));
        }

        return rows;
    }

    // Whole days where no hour is wanted by itself, and the hours around them.
    private static async Task<List<CountedRow>> KeptAsync(NpgsqlTransaction snapshot, SumsWanted wanted, CancellationToken cancel)
    {
        var days = wanted.ByHour ? [] : await ReportDaysSql.WholeAsync(snapshot, wanted.From, wanted.Until, cancel);
        var rows = new List<CountedRow>();
        var from = wanted.From;
        for (var i = 0; i < days.Count;)
        {
            var (first, end) = (days[i], days[i].AddDays(1));
            while (++i < days.Count && days[i] == end)
            {
                end = end.AddDays(1);
            }

            if (first > from)
            {
                rows.AddRange(await RowsAsync(Command(KeptHours(wanted.Dimension), snapshot, (from, first), wanted), cancel));
            }

            rows.AddRange(await RowsAsync(Command(KeptDays(wanted.Dimension), snapshot, (first, end), wanted), cancel));
            from = end;
        }

        if (from < wanted.Until)
        {
            rows.AddRange(await RowsAsync(Command(KeptHours(wanted.Dimension), snapshot, (from, wanted.Until), wanted), cancel));
        }

        return rows;
    }

    // Primary key of report_hours by dimension and time; a row of an hour that is not counted is none. Lock: none.
    private static string KeptHours(string dimension) => $"""
        select {Groups}, {Summed(dimension)} from report_hours
        {Wanted} and hour_start >= $1 and hour_start <= $2 - interval '1 hour' group by 1, 2, 3, 4, 5
        """;

    // Primary key of report_days by dimension and time. Lock: none.
    private static string KeptDays(string dimension) => $"""
        select null::timestamptz, campaign, key, party, currency, {Summed(dimension)} from report_days
        {Wanted} and not $7 and day_start >= $1 and day_start < $2 group by 1, 2, 3, 4, 5
        """;

    // As CountHoursSql says. Lock: none.
    private static string Live(string dimension) => $"""
        select {Groups}, {Summed(dimension)} from (select '{dimension}' as dimension, one.* from ({CountHoursSql.CountOne(dimension, "$1", "$2")}) one) counted
        {Wanted} group by 1, 2, 3, 4, 5
        """;

    private static string Summed(string dimension) => dimension == "contract"
        ? string.Join(", ", CountHoursSql.Columns.Select(column => OfSales.Contains(column) ? $"sum({column})::bigint" : "0::bigint"))
        : CountHoursSql.Summed;

    private static bool IsWanted(CountedRow row, SumsWanted wanted) =>
        (wanted.Campaign is null || row.Campaign == wanted.Campaign) && (wanted.Keys is null || wanted.Keys.Contains(row.Key));

    // Hours that follow one another are read together, cut to the span.
    private static async Task<List<(DateTimeOffset From, DateTimeOffset Until)>> NotKeptAsync(NpgsqlTransaction snapshot, SumsWanted wanted, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(NotKept, snapshot.Connection, snapshot);
        command.Parameters.Add(At(wanted.From));
        command.Parameters.Add(At(wanted.Until));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var spans = new List<(DateTimeOffset From, DateTimeOffset Until)>();
        while (await reader.ReadAsync(cancel))
        {
            var hour = reader.GetFieldValue<DateTimeOffset>(0);
            var (from, until) = (hour > wanted.From ? hour : wanted.From, hour.AddHours(1) < wanted.Until ? hour.AddHours(1) : wanted.Until);
            if (spans.Count > 0 && spans[^1].Until == from)
            {
                spans[^1] = (spans[^1].From, until);
            }
            else
            {
                spans.Add((from, until));
            }
        }

        return spans;
    }

    private static NpgsqlCommand Command(string text, NpgsqlTransaction snapshot, (DateTimeOffset From, DateTimeOffset Until) span, SumsWanted wanted) =>
        new(text, snapshot.Connection, snapshot)
        {
            Parameters =
            {
                At(span.From), At(span.Until), new NpgsqlParameter<string> { TypedValue = wanted.Dimension },
                new NpgsqlParameter<string?> { TypedValue = wanted.Campaign, NpgsqlDbType = NpgsqlDbType.Text },
                Texts(wanted.Keys), Texts(wanted.Parties), new NpgsqlParameter<bool> { TypedValue = wanted.ByHour },
            },
        };

    private static async Task<List<CountedRow>> RowsAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var disposed = command;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = new List<CountedRow>();
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new CountedRow(
                await reader.IsDBNullAsync(0, cancel) ? null : reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                reader.GetString(4), Sums.Of(reader, 5)));
        }

        return rows;
    }

    private static NpgsqlParameter<DateTimeOffset> At(DateTimeOffset instant) => new() { TypedValue = instant.ToUniversalTime() };

    private static NpgsqlParameter Texts(string[]? values) =>
        new() { Value = values ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}
