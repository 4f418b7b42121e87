using Kontor.Core;
using Kontor.Core.Billing;
using Kontor.Core.Catalog;
using Kontor.Core.Returns;
using Kontor.Core.Sale;
using Npgsql;
using NpgsqlTypes;

namespace Kontor.Sale;

/// <summary>The claim's first round trip: begin, take every lock of the batch in one global order, read what is locked.</summary>
/// <remarks>The order is the same in every lane of every node, so that two batches wait for each other and never lock up: external ids,
/// duplicate keys, leads, counters, accounts, credit groups, volumes; inside each by key.</remarks>
internal static class ClaimLockSql
{
    // Primary key external_ids_pkey. A key that is new is ours from here on; one that exists is locked and tells its lead. Another
    // transaction that inserts the same key at this moment is waited for.
    private const string ExternalIds = """
        insert into external_ids as known (source, kind, external_id, lead_id, content_hash)
        select * from unnest(@source, @kind, @id, @lead, @hash) as posted (source, kind, external_id, lead_id, content_hash)
        order by source, kind, external_id
        on conflict (source, kind, external_id) do update set lead_id = known.lead_id
        returning source, kind, external_id, lead_id, content_hash
        """;

    // Primary key duplicate_keys_pkey; as above. A row without a lead is only the lock on "this buyer, this person".
    private const string DuplicateKeys = """
        insert into duplicate_keys as known (scope, key_hash, lead_id, seen_at)
        select * from unnest(@scope, @hash, @lead, @seen) as posted (scope, key_hash, lead_id, seen_at)
        order by scope, key_hash
        on conflict (scope, key_hash) do update set seen_at = known.seen_at
        returning scope, key_hash, lead_id, seen_at
        """;

    // Primary key leads_pkey of one partition each; rows locked FOR NO KEY UPDATE so that two verdicts on one lead come one after the other.
    private const string Leads = """
        select lead_id, status, counted_at from leads where lead_id = any(@leads) order by lead_id for no key update
        """;

    // Indexes sales_one_per_slot for live and sales_released for released sales. No lock: the lead row above is the lock.
    private const string Sales = """
        select lead_id, sale_id, contract, buyer, slot, max_buyers, status, reason_code, payout, round, promise_ends_at, tier, offer,
            sold_at, outcome, outcome_value, outcome_at, outcomes, no_deal_at, promised_payout,
            returned_at, return_reason, return_note, returned_by
        from sales where lead_id = any(@leads) and status <> 'released'
        union all
        select lead_id, sale_id, contract, buyer, slot, max_buyers, status, reason_code, payout, round, promise_ends_at, tier, offer,
            sold_at, outcome, outcome_value, outcome_at, outcomes, no_deal_at, promised_payout,
            returned_at, return_reason, return_note, returned_by
        from sales where lead_id = any(@leads) and status = 'released'
        order by lead_id, sale_id
        """;

    // Primary key decisions_pkey of one partition each. No lock: the lead row is the lock.
    private const string Rounds = """
        select lead_id, max(round) from decisions where lead_id = any(@leads) group by lead_id
        """;

    // Primary key counters_pkey; FOR NO KEY UPDATE in order of the key.
    private const string Counters = CounterColumns + " where owner = any(@owners) order by owner for no key update";

    /// <summary>The columns that <see cref="CounterOf"/> reads.</summary>
    internal const string CounterColumns = """
        select owner, zone, version, last_sold_at,
            hour_start, hour_leads, hour_spend, hour_leads_cap, hour_spend_cap,
            day_start, day_leads, day_spend, day_leads_cap, day_spend_cap,
            week_start, week_leads, week_spend, week_leads_cap, week_spend_cap,
            month_start, month_leads, month_spend, month_leads_cap, month_spend_cap,
            total_leads, total_spend, total_leads_cap, total_spend_cap
        from counters
        """;

    // Primary key accounts_pkey; FOR NO KEY UPDATE in order of the key.
    private const string Accounts = AccountColumns
        + " where (buyer, currency) in (select * from unnest(@buyers, @currencies)) order by buyer, currency for no key update";

    /// <summary>The columns that <see cref="AccountOf"/> reads.</summary>
    internal const string AccountColumns = "select buyer, currency, version, balance, held, credit_limit from accounts";

    // Primary key due_offers_pkey. No lock: the lead row is the lock.
    private const string DueOffers = "select lead_id, offer, due_at from due_offers where lead_id = any(@leads)";

    // Primary key credit_groups_pkey; groups that are new are made, empty. Another transaction that makes the same one is waited for.
    private const string NewCreditGroups = "insert into credit_groups (group_name) select unnest(@groups) order by 1 on conflict do nothing";

    // Primary key credit_groups_pkey; FOR NO KEY UPDATE in order of the key.
    private const string CreditGroups =
        "select group_name, version, contracts, credits from credit_groups where group_name = any(@groups) order by group_name for no key update";

    /// <summary>Locks and reads.</summary>
    public static LockedRows Lock(NpgsqlConnection connection, LockRequest request)
    {
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("begin"));
        // The second round trip waits for the disk once the locks are free again.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local synchronous_commit = off"));
        var reads = new List<Action<NpgsqlDataReader, LockedRows>>();
        AddKeys(batch, reads, request);
        if (request.Leads.Count > 0)
        {
            Add(batch, Leads, ("leads", NpgsqlDbType.Array | NpgsqlDbType.Uuid, request.Leads.Order().ToArray()));
            reads.Add(ReadStatuses);
            Add(batch, Sales, ("leads", NpgsqlDbType.Array | NpgsqlDbType.Uuid, request.Leads.ToArray()));
            reads.Add(ReadSales);
            Add(batch, Rounds, ("leads", NpgsqlDbType.Array | NpgsqlDbType.Uuid, request.Leads.ToArray()));
            reads.Add(ReadRounds);
            Add(batch, DueOffers, ("leads", NpgsqlDbType.Array | NpgsqlDbType.Uuid, request.Leads.ToArray()));
            reads.Add(ReadDueOffers);
        }

        if (request.Owners.Count > 0)
        {
            Add(batch, Counters, ("owners", NpgsqlDbType.Array | NpgsqlDbType.Text, request.Owners.ToArray()));
            reads.Add(ReadCounters);
        }

        if (request.Accounts.Count > 0)
        {
            Add(batch, Accounts, ("buyers", NpgsqlDbType.Array | NpgsqlDbType.Text, request.Accounts.Select(account => account.Buyer).ToArray()),
                ("currencies", NpgsqlDbType.Array | NpgsqlDbType.Text, request.Accounts.Select(account => account.Currency.Code).ToArray()));
            reads.Add(ReadAccounts);
        }

        if (request.CreditGroups.Count > 0)
        {
            string[] groups = [.. request.CreditGroups];
            Add(batch, NewCreditGroups, ("groups", NpgsqlDbType.Array | NpgsqlDbType.Text, groups));
            Add(batch, CreditGroups, ("groups", NpgsqlDbType.Array | NpgsqlDbType.Text, groups));
            reads.Add(ReadCreditGroups);
        }

        if (request.Volumes.Count > 0)
        {
            Add(batch, VolumesSql.Locked, ("owners", NpgsqlDbType.Array | NpgsqlDbType.Text, request.Volumes.ToArray()));
            reads.Add(ReadVolumes);
        }

        return Read(batch, reads);
    }

    private static void AddKeys(NpgsqlBatch batch, List<Action<NpgsqlDataReader, LockedRows>> reads, LockRequest request)
    {
        if (request.ExternalIds.Count > 0)
        {
            var keys = request.ExternalIds;
            Add(batch, ExternalIds,
                ("source", NpgsqlDbType.Array | NpgsqlDbType.Text, keys.Select(key => key.Key.Source).ToArray()),
                ("kind", NpgsqlDbType.Array | NpgsqlDbType.InternalChar, keys.Select(key => key.Key.Kind).ToArray()),
                ("id", NpgsqlDbType.Array | NpgsqlDbType.Text, keys.Select(key => key.Key.Id).ToArray()),
                ("lead", NpgsqlDbType.Array | NpgsqlDbType.Uuid, keys.Select(key => key.Lead).ToArray()),
                ("hash", NpgsqlDbType.Array | NpgsqlDbType.Bytea, keys.Select(key => key.Hash).ToArray()));
            reads.Add(ReadExternalIds);
        }

        if (request.Persons.Count > 0)
        {
            var keys = request.Persons;
            Add(batch, DuplicateKeys,
                ("scope", NpgsqlDbType.Array | NpgsqlDbType.Text, keys.Select(key => key.Key.Scope).ToArray()),
                ("hash", NpgsqlDbType.Array | NpgsqlDbType.Bytea, keys.Select(key => key.Key.Hash.ToByteArray()).ToArray()),
                ("lead", NpgsqlDbType.Array | NpgsqlDbType.Uuid, keys.Select(key => key.Lead).ToArray()),
                ("seen", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, keys.Select(key => key.SeenAt).ToArray()));
            reads.Add(ReadPersons);
        }
    }

    private static LockedRows Read(NpgsqlBatch batch, List<Action<NpgsqlDataReader, LockedRows>> reads)
    {
        var rows = new LockedRows();
        using var reader = batch.ExecuteReader();
        for (var i = 0; i < reads.Count; i++)
        {
            if (i > 0)
            {
                reader.NextResult();
            }

            reads[i](reader, rows);
        }

        return rows;
    }

    private static void Add(NpgsqlBatch batch, string text, params ReadOnlySpan<(string Name, NpgsqlDbType Type, object Value)> parameters)
    {
        var command = new NpgsqlBatchCommand(text);
        foreach (var (name, type, value) in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });
        }

        batch.BatchCommands.Add(command);
    }

    private static void ReadExternalIds(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var key = new ExternalKey(reader.GetString(0), reader.GetChar(1), reader.GetString(2));
            rows.ExternalIds[key] = (reader.GetGuid(3), reader.GetFieldValue<byte[]>(4));
        }
    }

    private static void ReadPersons(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var key = new PersonKey(reader.GetString(0), new Guid(reader.GetFieldValue<byte[]>(1)));
            rows.Persons[key] = new SeenPerson(reader.IsDBNull(2) ? null : reader.GetGuid(2), reader.GetFieldValue<DateTimeOffset>(3));
        }
    }

    private static void ReadStatuses(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            rows.Statuses[reader.GetGuid(0)] = reader.GetString(1);
            rows.Counted[reader.GetGuid(0)] = reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2);
        }
    }

    private static void ReadSales(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var lead = reader.GetGuid(0);
            if (!rows.Sales.TryGetValue(lead, out var sales))
            {
                rows.Sales[lead] = sales = [];
            }

            sales.Add(new StoredSale(new SaleId(reader.GetGuid(1)), reader.GetString(2), reader.GetString(3), reader.GetInt16(4), reader.GetInt16(5),
                reader.GetString(6), ReasonCodes.Parse(reader.IsDBNull(7) ? null : reader.GetString(7)), reader.GetInt64(8), reader.GetInt16(9),
                reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10), reader.IsDBNull(11) ? null : reader.GetInt16(11),
                reader.IsDBNull(12) ? null : reader.GetInt16(12))
            {
                SoldAt = reader.GetFieldValue<DateTimeOffset>(13),
                Report = reader.IsDBNull(14) ? null : new OutcomeReport(OutcomeReport.Parse(reader.GetString(14)), reader.IsDBNull(15) ? null : reader.GetInt64(15)),
                ReportedAt = reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16),
                Reports = reader.GetInt16(17),
                NoDealAt = reader.IsDBNull(18) ? null : reader.GetFieldValue<DateTimeOffset>(18),
                PromisedPayout = reader.IsDBNull(19) ? null : reader.GetInt64(19),
                Return = ReturnedSalesSql.ReturnOf(reader, 20),
            });
        }
    }

    private static void ReadRounds(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            rows.Rounds[reader.GetGuid(0)] = reader.GetInt16(1);
        }
    }

    private static void ReadDueOffers(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            rows.DueOffers.Add((reader.GetGuid(0), reader.GetInt16(1)), reader.GetFieldValue<DateTimeOffset>(2));
        }
    }

    private static void ReadCreditGroups(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var group = new CreditGroup(reader.GetString(0), reader.GetInt64(1));
            var (contracts, credits) = (reader.GetFieldValue<string[]>(2), reader.GetFieldValue<long[]>(3));
            for (var i = 0; i < contracts.Length; i++)
            {
                group.Read(contracts[i], credits[i]);
            }

            rows.CreditGroups[group.Name] = group;
        }
    }

    private static void ReadVolumes(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var volume = VolumesSql.Of(reader);
            rows.Volumes[volume.Owner] = volume;
        }
    }

    private static void ReadCounters(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var counter = CounterOf(reader);
            rows.Counters[counter.Owner] = counter;
        }
    }

    /// <summary>The counter in a row of <see cref="CounterColumns"/>.</summary>
    internal static Counter CounterOf(NpgsqlDataReader reader)
    {
        var counter = new Counter(reader.GetString(0), BuyerCalendar.For(reader.GetString(1)))
        {
            Version = reader.GetInt64(2),
            LastSoldAt = Instant(reader, 3),
        };
        var column = 4;
        for (var window = CapWindow.Hour; window <= CapWindow.Total; window++)
        {
            var start = window == CapWindow.Total ? DateTimeOffset.MinValue : Instant(reader, column++);
            counter.Of(window) = new WindowUse(start, reader.GetInt32(column), reader.GetInt64(column + 1),
                reader.IsDBNull(column + 2) ? null : reader.GetInt32(column + 2), reader.IsDBNull(column + 3) ? null : reader.GetInt64(column + 3));
            column += 4;
        }

        return counter;
    }

    private static void ReadAccounts(NpgsqlDataReader reader, LockedRows rows)
    {
        while (reader.Read())
        {
            var account = AccountOf(reader);
            rows.Accounts[(account.Buyer, account.Currency)] = account;
        }
    }

    /// <summary>The account in a row of <see cref="AccountColumns"/>.</summary>
    internal static Account AccountOf(NpgsqlDataReader reader) =>
        new(reader.GetString(0), Currency.Parse(reader.GetString(1)))
        {
            Version = reader.GetInt64(2),
            Balance = reader.GetInt64(3),
            Held = reader.GetInt64(4),
            CreditLimit = reader.IsDBNull(5) ? null : reader.GetInt64(5),
        };

    // '-infinity' is PostgreSQL's "never"; Npgsql reads it as the earliest instant.
    private static DateTimeOffset Instant(NpgsqlDataReader reader, int column) =>
        new(reader.GetFieldValue<DateTime>(column), TimeSpan.Zero);
}
