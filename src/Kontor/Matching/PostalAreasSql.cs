using Kontor.Core;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Matching;

/// <summary>A postal area of a country.</summary>
internal sealed record CountryArea(string Country, PostalArea Area);

/// <summary>The statements of postal areas.</summary>
internal static class PostalAreasSql
{
    /// <summary>Every area, in one scan of the table; no lock.</summary>
    public static async Task<List<CountryArea>> ReadAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select country, postal_code, state, latitude_e6, longitude_e6 from postal_areas");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var areas = new List<CountryArea>();
        while (await reader.ReadAsync(cancel))
        {
            var state = await reader.IsDBNullAsync(2, cancel) ? null : reader.GetString(2);
            areas.Add(new CountryArea(reader.GetString(0), new PostalArea(reader.GetString(1), state, reader.GetInt32(3), reader.GetInt32(4))));
        }

        return areas;
    }

    /// <summary>Adds areas and changes those that differ, by the primary key; locks the rows it writes. A second run writes nothing.
    /// Answers how many rows were added or changed.</summary>
    public static async Task<int> StoreAsync(NpgsqlDataSource database, IEnumerable<CountryArea> areas, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);

        // The temporary table is this connection's own and gone with the transaction.
        await using (var create = new NpgsqlCommand(
            "create temporary table arriving_areas (like postal_areas) on commit drop", connection, transaction))
        {
            await create.ExecuteNonQueryAsync(cancel);
        }

        await CopyAsync(connection, areas, cancel);
        await using var store = new NpgsqlCommand(
            """
            insert into postal_areas as known
            select country, postal_code, state, latitude_e6, longitude_e6 from arriving_areas order by country, postal_code
            on conflict (country, postal_code) do update
            set state = excluded.state, latitude_e6 = excluded.latitude_e6, longitude_e6 = excluded.longitude_e6
            where (known.state, known.latitude_e6, known.longitude_e6) is distinct from (excluded.state, excluded.latitude_e6, excluded.longitude_e6)
            """,
            connection,
            transaction);
        var written = await store.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return written;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IEnumerable<CountryArea> areas, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "copy arriving_areas (country, postal_code, state, latitude_e6, longitude_e6) from stdin (format binary)", cancel);
        foreach (var (country, area) in areas)
        {
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(country, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(area.Code, NpgsqlDbType.Text, cancel);
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
