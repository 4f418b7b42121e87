using Npgsql;
using NpgsqlTypes;

namespace Kontor.Platform;

/// <summary>Adds statements to a batch with typed array parameters, so that one prepared statement serves any number of rows.</summary>
internal static class SqlBatch
{
    /// <summary>Adds a statement with its parameters.</summary>
    public static void Add(this NpgsqlBatch batch, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>A parameter for the unnest of one column, taken from each row.</summary>
    public static NpgsqlParameter Column<TRow, TValue>(IReadOnlyList<TRow> rows, NpgsqlDbType type, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return new NpgsqlParameter<TValue[]> { NpgsqlDbType = NpgsqlDbType.Array | type, TypedValue = values };
    }

    public static NpgsqlParameter Texts<TRow>(IReadOnlyList<TRow> rows, Func<TRow, string?> value) => Column(rows, NpgsqlDbType.Text, value);

    public static NpgsqlParameter Ids<TRow>(IReadOnlyList<TRow> rows, Func<TRow, Guid> value) => Column(rows, NpgsqlDbType.Uuid, value);

    public static NpgsqlParameter Times<TRow>(IReadOnlyList<TRow> rows, Func<TRow, DateTimeOffset> value) =>
        Column(rows, NpgsqlDbType.TimestampTz, row => value(row).UtcDateTime);

    public static NpgsqlParameter Longs<TRow>(IReadOnlyList<TRow> rows, Func<TRow, long> value) => Column(rows, NpgsqlDbType.Bigint, value);

    public static NpgsqlParameter Shorts<TRow>(IReadOnlyList<TRow> rows, Func<TRow, int> value) =>
        Column(rows, NpgsqlDbType.Smallint, row => (short)value(row));

    public static NpgsqlParameter Flags<TRow>(IReadOnlyList<TRow> rows, Func<TRow, bool> value) => Column(rows, NpgsqlDbType.Boolean, value);

    public static NpgsqlParameter Bytes<TRow>(IReadOnlyList<TRow> rows, Func<TRow, byte[]> value) => Column(rows, NpgsqlDbType.Bytea, value);
}
