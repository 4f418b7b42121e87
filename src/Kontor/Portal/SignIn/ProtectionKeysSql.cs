using Npgsql;

namespace Kontor.Portal.SignIn;

/// <summary>The statements about protection keys. The framework asks for them without waiting asynchronously.</summary>
internal static class ProtectionKeysSql
{
    /// <summary>Scans a table of a few rows; no lock.</summary>
    public static List<string> Read(NpgsqlDataSource database)
    {
        using var command = database.CreateCommand("select xml from protection_keys order by added_at, name");
        using var reader = command.ExecuteReader();
        var keys = new List<string>();
        while (reader.Read())
        {
            keys.Add(reader.GetString(0));
        }

        return keys;
    }

    /// <summary>Index protection_keys_pkey; locks the new row only.</summary>
    public static void Insert(NpgsqlDataSource database, string name, string xml)
    {
        using var command = database.CreateCommand("insert into protection_keys (name, xml) values ($1, $2)");
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(xml);
        command.ExecuteNonQuery();
    }

    /// <summary>One node at a time by an advisory lock until the end of the transaction. Says whether there is any key.</summary>
    public static async Task WhileLockedAsync(NpgsqlDataSource database, Action<bool> act, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var locked = new NpgsqlCommand("select pg_advisory_xact_lock(7205759403792795)", connection, transaction);
        await locked.ExecuteNonQueryAsync(cancellation);
        await using var any = new NpgsqlCommand("select exists (select from protection_keys)", connection, transaction);
        act((bool)(await any.ExecuteScalarAsync(cancellation))!);
        await transaction.CommitAsync(cancellation);
    }
}
