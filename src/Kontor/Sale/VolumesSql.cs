using Kontor.Core.Catalog;
using Kontor.Core.Sale;
using Kontor.Platform;
using Npgsql;
using NpgsqlTypes;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Sale;

/// <summary>How many leads were sold of campaigns and sources.</summary>
internal static class VolumesSql
{
    private const string Columns = """
        select owner, hour_start, hour_leads, hour_cap, day_start, day_leads, day_cap, week_start, week_leads, week_cap,
            month_start, month_leads, month_cap, total_leads, total_cap
        from volumes where owner = any(@owners)
        """;

    /// <summary>Locks. Primary key volumes_pkey; FOR NO KEY UPDATE in order of the key, and after every other lock of a claim.</summary>
    public const string Locked = Columns + " order by volumes.owner for no key update";

    // Primary key volumes_pkey; FOR NO KEY UPDATE in order of the key. For a batch that did not need to look: it waits only here, at its end.
    private const string Lock = "select from volumes where owner = any($1) order by owner for no key update";

    // Primary key volumes_pkey; the rows are locked by one of the statements above. A window that is over is counted no more, and one that has
    // begun since begins with these. Caps are those the leads were sold under; taking back leaves them.
    private const string Move = """
        with moved as (
            select *, date_trunc('hour', at, 'UTC') as hour, date_trunc('day', at, 'UTC') as day, date_trunc('week', at, 'UTC') as week,
                date_trunc('month', at, 'UTC') as month
            from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) as moved (owner, at, leads, takes, of_hour, of_day, of_week, of_month, of_total)
        ), changed as (
            update volumes v set
                hour_leads = volume_of(hour_start, hour_leads, hour, leads), hour_cap = case when takes then of_hour else hour_cap end,
                hour_start = greatest(hour_start, hour),
                day_leads = volume_of(day_start, day_leads, day, leads), day_cap = case when takes then of_day else day_cap end,
                day_start = greatest(day_start, day),
                week_leads = volume_of(week_start, week_leads, week, leads), week_cap = case when takes then of_week else week_cap end,
                week_start = greatest(week_start, week),
                month_leads = volume_of(month_start, month_leads, month, leads), month_cap = case when takes then of_month else month_cap end,
                month_start = greatest(month_start, month),
                total_leads = total_leads + leads, total_cap = case when takes then of_total else total_cap end
            from moved where v.owner = moved.owner
            returning 1
        )
        select expect_rows((select count(*) from changed), $10)
        """;

    // Primary key leads_pkey of one partition each; the rows are locked by the first round trip.
    private const string Counted = """
        update leads set counted_at = row_.counted_at from unnest($1, $2) as row_ (lead_id, counted_at) where leads.lead_id = row_.lead_id
        """;

    /// <summary>Adds what the batch counted and took back.</summary>
    public static void Add(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.Counted.Count > 0)
        {
            List<KeyValuePair<Guid, DateTimeOffset?>> counted = [.. writes.Counted];
            batch.Add(Counted, Column(counted, NpgsqlDbType.Uuid, row => row.Key), Column(counted, NpgsqlDbType.TimestampTz, row => row.Value));
        }

        if (writes.Volumes.IsEmpty)
        {
            return;
        }

        if (!writes.Volumes.AreLocked)
        {
            batch.Add(Lock, new NpgsqlParameter<string[]> { TypedValue = [.. writes.Volumes.Owners] });
        }

        // A statement changes a row once, so what belongs to different hours goes one after the other.
        foreach (var moves in writes.Volumes.ByTurn())
        {
            batch.Add(Move,
                Texts(moves, row => row.Owner),
                Times(moves, row => row.At),
                Column(moves, NpgsqlDbType.Integer, row => row.Leads),
                Column(moves, NpgsqlDbType.Boolean, row => row.Takes),
                Column(moves, NpgsqlDbType.Integer, row => row.CapOf(CapWindow.Hour)),
                Column(moves, NpgsqlDbType.Integer, row => row.CapOf(CapWindow.Day)),
                Column(moves, NpgsqlDbType.Integer, row => row.CapOf(CapWindow.Week)),
                Column(moves, NpgsqlDbType.Integer, row => row.CapOf(CapWindow.Month)),
                Column(moves, NpgsqlDbType.Integer, row => row.CapOf(CapWindow.Total)),
                new NpgsqlParameter<long> { TypedValue = moves.Count });
        }
    }

    /// <summary>What is counted under some owners at this moment. Primary key volumes_pkey; no lock.</summary>
    public static async Task<Dictionary<string, Counter>> ReadAsync(NpgsqlDataSource database, string[] owners, CancellationToken cancel)
    {
        var found = new Dictionary<string, Counter>(StringComparer.Ordinal);
        if (owners.Length == 0)
        {
            return found;
        }

        await using var command = database.CreateCommand(Columns);
        command.Parameters.Add(new NpgsqlParameter<string[]>("owners", owners));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var volume = Of(reader);
            found[volume.Owner] = volume;
        }

        return found;
    }

    /// <summary>The volume in a row.</summary>
    public static Counter Of(NpgsqlDataReader reader)
    {
        var volume = new Counter(reader.GetString(0), VolumeCaps.Calendar);
        var column = 1;
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            // '-infinity' is PostgreSQL's "never"; Npgsql reads it as the earliest instant.
            var start = window == CapWindow.Total ? DateTimeOffset.MinValue : new DateTimeOffset(reader.GetFieldValue<DateTime>(column++), TimeSpan.Zero);
            volume.Of(window) = new WindowUse(start, reader.GetInt32(column), 0, reader.IsDBNull(column + 1) ? null : reader.GetInt32(column + 1), null);
            column += 2;
        }

        return volume;
    }
}
