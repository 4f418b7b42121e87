using Npgsql;

namespace Kontor.Insight.Reports;

/// <summary>Keeps the sums of whole days (UTC), made of the sums of their hours.</summary>
internal static class ReportDaysSql
{
    /// <summary>Kept days that are not the sum of their hours, as (subject, kept, recomputed). Full scans without locks.</summary>
    public static readonly string Differences = $"""
        with added as (
            select dimension, date_trunc('day', hour_start, 'UTC') as day_start, campaign, key, party, currency, {CountHoursSql.Summed}
            from report_hours group by 1, 2, 3, 4, 5, 6)
        select concat_ws(' ', dimension, day_start, campaign, key, party, currency), coalesce(({CountHoursSql.List("k")}), 'none'), coalesce(({CountHoursSql.List("a")}), 'none')
        from report_days k full join added a using (dimension, day_start, campaign, key, party, currency)
        where day_start in (select day_start from report_days_done) and ({CountHoursSql.List("k")}) is distinct from ({CountHoursSql.List("a")})
        """;

    // Primary keys of both, by their order; a few thousand rows after years. No lock.
    private const string Missing = """
        select date_trunc('day', hour_start, 'UTC') as day_start from report_hours_done group by 1 having count(*) = 24
        except select day_start from report_days_done order by 1
        """;

    // Primary key of report_days_done within a span. No lock.
    private const string Whole = """
        select day_start from report_days_done where day_start >= $1 and day_start + interval '1 day' <= $2 order by day_start
        """;

    // Primary keys: one day of report_hours, and of what is stored. Locks the rows that come, which one node at a time does.
    private static readonly string Add = $"""
        insert into report_days (dimension, day_start, campaign, key, party, currency, {CountHoursSql.Named})
        select dimension, $1, campaign, key, party, currency, {CountHoursSql.Summed} from report_hours
        where dimension in ('source', 'channel', 'contract', 'state', 'reason') and hour_start >= $1 and hour_start < $1 + interval '1 day'
        group by dimension, campaign, key, party, currency
        """;

    // One new row.
    private const string Done = "insert into report_days_done (day_start) values ($1)";

    // Primary keys; locks the rows that go, which one node at a time does.
    private const string ForgetDays = """
        delete from report_days where dimension in ('source', 'channel', 'contract', 'state', 'reason')
            and day_start >= date_trunc('day', $1::timestamptz, 'UTC') and day_start < $2
        """;

    private const string ForgetDone = "delete from report_days_done where day_start >= date_trunc('day', $1::timestamptz, 'UTC') and day_start < $2";

    /// <summary>Days of which every hour is counted and that are not added up.</summary>
    public static async Task<List<DateTimeOffset>> MissingAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(Missing);
        return await DaysAsync(command, cancel);
    }

    /// <summary>Days that lie wholly within a span and are added up, the earliest first.</summary>
    public static async Task<List<DateTimeOffset>> WholeAsync(NpgsqlTransaction snapshot, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = Command(Whole, snapshot, from, until);
        return await DaysAsync(command, cancel);
    }

    /// <summary>Adds a day up.</summary>
    public static async Task AddAsync(NpgsqlTransaction transaction, DateTimeOffset day, CancellationToken cancel)
    {
        foreach (var text in (string[])[Add, Done])
        {
            await using var command = Command(text, transaction, day);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Takes away the days to which hours of a span belong.</summary>
    public static async Task ForgetAsync(NpgsqlTransaction transaction, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        foreach (var text in (string[])[ForgetDays, ForgetDone])
        {
            await using var command = Command(text, transaction, from, until);
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private static NpgsqlCommand Command(string text, NpgsqlTransaction transaction, params ReadOnlySpan<DateTimeOffset> instants)
    {
        var command = new NpgsqlCommand(text, transaction.Connection, transaction);
        foreach (var instant in instants)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = instant.ToUniversalTime() });
        }

        return command;
    }

    private static async Task<List<DateTimeOffset>> DaysAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var days = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancel))
        {
            days.Add(reader.GetFieldValue<DateTimeOffset>(0));
        }

        return days;
    }
}
