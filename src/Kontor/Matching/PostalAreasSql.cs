using Kontor.Core;
using Kontor.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Matching;

/// <summary>A postal area of a country.</summary>
internal sealed record CountryArea(string Country, PostalArea Area);

/// <summary>The statements of postal areas. A row holds from the rules version that wrote it until the one that replaced it.</summary>
internal static class PostalAreasSql
{
    /// <summary>The version from which each country's imported data holds at a rules version: scans postal_versions, which has a row for each
    /// country of each import; no lock.</summary>
    public static async Task<Dictionary<string, long>> VersionsAsync(NpgsqlConnection connection, long version, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("select country, max(since) from postal_versions where since <= $1 group by country", connection);
        command.Parameters.AddWithValue(version);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            versions.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return versions;
    }

    /// <summary>A country's imported areas as they held at a rules version, by the country in the primary key of postal_areas; no lock.</summary>
    public static async Task<List<PostalArea>> ReadAtAsync(NpgsqlConnection connection, string country, long version, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            select postal_code, state, latitude_e6, longitude_e6 from postal_areas
            where country = $1 and since <= $2 and (until is null or until > $2)
            """,
            connection);
        command.Parameters.AddWithValue(country);
        command.Parameters.AddWithValue(version);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var areas = new List<PostalArea>();
        // A country has few states and many codes: each state's text is kept once.
        var states = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            var state = await reader.IsDBNullAsync(1, cancel) ? null : reader.GetString(1);
            if (state is not null && !states.Add(state))
            {
                states.TryGetValue(state, out state);
            }

            areas.Add(new PostalArea(reader.GetString(0), state, reader.GetInt32(2), reader.GetInt32(3)));
        }

        return areas;
    }

    /// <summary>Writes areas that hold from a rules version on. Ends the ones they replace, by postal_areas_live, and locks only those; the
    /// caller holds the catalog's writer lock.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, long version, IReadOnlyList<CountryArea> areas, CancellationToken cancel)
    {
        await using (var batch = new NpgsqlBatch(connection))
        {
            batch.Add(
                "insert into postal_versions (country, since) select unnest($2), $1",
                new NpgsqlParameter<long> { TypedValue = version },
                SqlBatch.Texts([.. areas.Select(one => one.Country).Distinct()], country => country));
            batch.Add(
                """
                update postal_areas a set until = $1 from unnest($2, $3) as changed (country, postal_code)
                where a.country = changed.country and a.postal_code = changed.postal_code and a.until is null
                """,
                new NpgsqlParameter<long> { TypedValue = version },
                SqlBatch.Texts(areas, one => one.Country),
                SqlBatch.Texts(areas, one => one.Area.Code));
            await batch.ExecuteNonQueryAsync(cancel);
        }

        await CopyAsync(connection, version, areas, cancel);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, long version, IReadOnlyList<CountryArea> areas, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy postal_areas (country, postal_code, since, state, latitude_e6, longitude_e6) from stdin (format binary)", cancel);
        foreach (var (country, area) in areas)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(country, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(area.Code, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(version, NpgsqlDbType.Bigint, cancel);
            if (area.State is null)
            {
                await copy.WriteNullAsync(cancel);
            }
            else
            {
                await copy.WriteAsync(area.State, NpgsqlDbType.Text, cancel);
            }

            await copy.WriteAsync(area.LatitudeE6, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(area.LongitudeE6, NpgsqlDbType.Integer, cancel);
        }

        await copy.CompleteAsync(cancel);
    }
}
