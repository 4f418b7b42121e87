using Npgsql;

namespace Kontor.Delivery;

/// <summary>Reads the delivery log.</summary>
internal static class ListDeliveriesSql
{
    private const string Columns = """
        select delivery_id, sale_id, lead_id, contract, buyer, status, on_response, due_at, created_at, finished_at from deliveries
        """;

    // Index: primary key, one partition. Lock: none.
    private const string FindText = Columns + " where delivery_id = $1";

    // Index: deliveries_by_sale. Lock: none.
    private const string OfSaleText = Columns + " where sale_id = $1 order by delivery_id";

    // Indexes: sales_one_per_slot and sales_released for the lead's sales, deliveries_by_sale. Lock: none.
    private const string OfLeadText = Columns + """
         where sale_id in (select sale_id from sales where (lead_id = $1 and status <> 'released') or (lead_id = $1 and status = 'released'))
        order by delivery_id
        """;

    // Index: primary key, read on from the cursor until the page is full. Lock: none.
    private const string PageText = Columns + " where delivery_id > $1 and ($2::text is null or status = $2) order by delivery_id limit $3";

    // Index: primary key of delivery_attempts. Lock: none.
    private const string AttemptsText = """
        select delivery_id, attempt, started_at, elapsed_ms, http_status, outcome, answer from delivery_attempts
        where delivery_id = any($1) order by delivery_id, attempt
        """;

    /// <summary>A delivery, or null.</summary>
    public static async Task<DeliveryView?> Find(NpgsqlDataSource database, Guid delivery, CancellationToken cancel) =>
        (await Read(database, FindText, cancel, new NpgsqlParameter<Guid> { TypedValue = delivery })).FirstOrDefault();

    /// <summary>The deliveries of a sale.</summary>
    public static Task<List<DeliveryView>> OfSale(NpgsqlDataSource database, Guid sale, CancellationToken cancel) =>
        Read(database, OfSaleText, cancel, new NpgsqlParameter<Guid> { TypedValue = sale });

    /// <summary>The deliveries of a lead.</summary>
    public static Task<List<DeliveryView>> OfLead(NpgsqlDataSource database, Guid lead, CancellationToken cancel) =>
        Read(database, OfLeadText, cancel, new NpgsqlParameter<Guid> { TypedValue = lead });

    /// <summary>Deliveries after a cursor, with a status or any.</summary>
    public static Task<List<DeliveryView>> Page(NpgsqlDataSource database, string? status, Guid after, int limit, CancellationToken cancel) =>
        Read(
            database, PageText, cancel, new NpgsqlParameter<Guid> { TypedValue = after },
            new NpgsqlParameter { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = status ?? (object)DBNull.Value },
            new NpgsqlParameter<int> { TypedValue = limit });

    /// <summary>The log rows of some deliveries.</summary>
    public static async Task<List<AttemptView>> Attempts(NpgsqlDataSource database, Guid[] deliveries, CancellationToken cancel)
    {
        await using var command = database.CreateCommand(AttemptsText);
        command.Parameters.Add(DeliverySql.Uuids(deliveries));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var attempts = new List<AttemptView>();
        while (await reader.ReadAsync(cancel))
        {
            attempts.Add(new AttemptView(
                reader.GetGuid(0), reader.GetInt16(1), reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetInt32(3),
                reader.IsDBNull(4) ? null : reader.GetInt16(4), reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetFieldValue<byte[]>(6)));
        }

        return attempts;
    }

    private static async Task<List<DeliveryView>> Read(
        NpgsqlDataSource database, string text, CancellationToken cancel, params NpgsqlParameter[] parameters)
    {
        await using var command = database.CreateCommand(text);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var deliveries = new List<DeliveryView>();
        while (await reader.ReadAsync(cancel))
        {
            deliveries.Add(new DeliveryView(
                reader.GetGuid(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                reader.GetBoolean(6), reader.GetFieldValue<DateTimeOffset>(7), reader.GetFieldValue<DateTimeOffset>(8),
                reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9)));
        }

        return deliveries;
    }
}
