using Kontor.Core;
using Kontor.Platform;
using Npgsql;
using NpgsqlTypes;
using static Kontor.Platform.SqlBatch;

namespace Kontor.Sale;

/// <summary>The claim's second round trip: everything the batch decided, set by set, and the commit.</summary>
internal static class ClaimWriteSql
{
    // Inserts into the month's partition of leads; indexes leads_pkey, leads_by_campaign, leads_by_source, leads_by_reason, leads_pending, leads_tests.
    private const string Leads = """
        insert into leads (lead_id, received_at, campaign, source, external_id, test, status, reason_code, payout, currency, sold_count,
            content_hash, fields, original, meta, answer_by, transfer_to, transfer_expires_at, counted_at)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10),
            unnest($11), unnest($12), unnest($13)::jsonb, unnest($14)::json, unnest($15)::json, unnest($16), unnest($17), unnest($18), unnest($19)
        """;

    // Inserts into the month's partition of decisions; index decisions_pkey.
    private const string Decisions = """
        insert into decisions (lead_id, round, decided_at, rules_version, promise, facts, offer)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7)
        """;

    // The guards sales_one_per_slot and sales_one_per_buyer refuse a second sale of a slot or to a buyer.
    private const string Sales = """
        insert into sales (sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency,
            round, sold_at, settled_at, promise_ends_at, tier, offer, credit_group, credit_moves, promised_payout)
        select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5), unnest($6), unnest($7), unnest($8), unnest($9), unnest($10),
            unnest($11), unnest($12), unnest($13), unnest($14), unnest($15), unnest($16), unnest($17), unnest($18), unnest($19), unnest($20),
            unnest($21), unnest($22)::json, unnest($23)
        """;

    // Primary key ledger_postings_pkey is the sale's id: a sale is billed once.
    private const string Postings = """
        insert into ledger_postings (posting_id, posted_at, kind, currency, buyer, buyer_amount, supplier, supplier_amount, margin_amount, sale_id)
        select id, posted_at, 'sale', currency, buyer, -price, supplier, payout, price - payout, id
        from (select unnest($1) as id, unnest($2) as posted_at, unnest($3) as currency, unnest($4) as buyer, unnest($5) as price,
            unnest($6) as supplier, unnest($7) as payout) as row_
        """;

    // Inserts into the month's partition of deliveries; indexes deliveries_pkey, deliveries_by_sale, deliveries_due (partial).
    private const string Deliveries = """
        insert into deliveries (delivery_id, sale_id, lead_id, contract, buyer, status, on_response, due_at, created_at, ping_token)
        select id, sale_id, lead_id, contract, buyer, 'queued', on_response, due_at, created_at, ping_token
        from (select unnest($1) as id, unnest($2) as sale_id, unnest($3) as lead_id, unnest($4) as contract, unnest($5) as buyer,
            unnest($6) as on_response, unnest($7) as created_at, unnest($8) as due_at, unnest($9) as ping_token) as row_
        """;

    // Primary key sales_pkey. The lead's row is locked, and only a reserved sale is settled.
    private const string SettledSales = """
        with row_ as (
            select * from unnest($1, $2, $3, $4, $5) as row_ (sale_id, status, payout, reason_code, settled_at)
        ), changed as (
            update sales set status = row_.status, payout = row_.payout, reason_code = row_.reason_code, settled_at = row_.settled_at
            from row_ where sales.sale_id = row_.sale_id and sales.status = 'reserved'
            returning 1
        )
        select expect_rows((select count(*) from changed), (select count(*) from row_))
        """;

    // Primary key deliveries_pkey of one partition each.
    private const string SettledDeliveries = """
        update deliveries set status = row_.status, finished_at = row_.finished_at
        from unnest($1, $2, $3) as row_ (delivery_id, status, finished_at) where deliveries.delivery_id = row_.delivery_id
        """;

    // Primary key leads_pkey of one partition each; the rows are locked by the first round trip. Of a lead that was accepted before, what its
    // supplier was answered then is kept, whatever is sold or given back later: a repeat of his post is answered the same.
    private const string Standings = """
        update leads set status = row_.status, reason_code = row_.reason_code, payout = row_.payout, sold_count = row_.sold_count, answer_by = null,
            answered_payout = case when leads.status = 'accepted' then coalesce(answered_payout, leads.payout) end,
            answered_count = case when leads.status = 'accepted' then coalesce(answered_count, leads.sold_count) end,
            transfer_to = coalesce(leads.transfer_to, row_.transfer_to), transfer_expires_at = coalesce(leads.transfer_expires_at, row_.transfer_expires_at)
        from unnest($1, $2, $3, $4, $5, $6, $7) as row_ (lead_id, status, reason_code, payout, sold_count, transfer_to, transfer_expires_at)
        where leads.lead_id = row_.lead_id
        """;

    // Primary key duplicate_keys_pkey; the rows are locked by the first round trip.
    private const string Persons = """
        update duplicate_keys set lead_id = row_.lead_id, seen_at = row_.seen_at
        from unnest($1, $2, $3, $4) as row_ (scope, key_hash, lead_id, seen_at)
        where duplicate_keys.scope = row_.scope and duplicate_keys.key_hash = row_.key_hash
        """;

    // Primary key duplicate_keys_pkey; the rows were inserted by this transaction.
    private const string ForgottenPersons = """
        delete from duplicate_keys using unnest($1, $2) as row_ (scope, key_hash)
        where duplicate_keys.scope = row_.scope and duplicate_keys.key_hash = row_.key_hash
        """;

    // Primary key external_ids_pkey; the rows were inserted by this transaction.
    private const string ForgottenKeys = """
        delete from external_ids using unnest($1, $2, $3) as row_ (source, kind, external_id)
        where external_ids.source = row_.source and external_ids.kind = row_.kind and external_ids.external_id = row_.external_id
        """;

    // No table, no lock. A transaction of its own after the claim's, which gave its locks back without waiting for the disk: it returns when
    // the log is on the disk up to here, the claim included.
    private const string Durable = "select pg_logical_emit_message(true, 'kontor', '')";

    // Primary key due_offers_pkey, index due_offers_due.
    private const string NewOffers = "insert into due_offers (lead_id, offer, due_at) select unnest($1), unnest($2), unnest($3)";

    // Primary key due_offers_pkey; the leads' rows are locked by the first round trip.
    private const string MadeOffers = """
        delete from due_offers using (select unnest($1) as lead_id, unnest($2) as offer) as row_
        where due_offers.lead_id = row_.lead_id and due_offers.offer = row_.offer
        """;

    // Primary key loss_notices_pkey, index loss_notices_due; at most waits for a worker that takes the row of a lead that was final before.
    private const string LossNotices = """
        insert into loss_notices (lead_id, due_at) select unnest($1), unnest($2)
        on conflict (lead_id) do update set due_at = excluded.due_at, attempts = 0, told = '{}'
        """;

    /// <summary>Stores everything and commits; returns when it is durable. A violated guard fails the whole transaction.</summary>
    public static void Write(NpgsqlConnection connection, ClaimWrites writes)
    {
        using var batch = new NpgsqlBatch(connection);
        AddLeads(batch, writes);
        // Released sales first: the next candidate may take the very slot that a refusal gives back.
        AddSettled(batch, writes);
        AddSales(batch, writes);
        AddKeys(batch, writes);
        AddOffers(batch, writes);
        ReportedOutcomesSql.Add(batch, writes.Reports);
        AuditSql.Add(batch, writes.Audit);
        // After what confirms sales and what is reported on them: only a confirmed sale has a report, and only a confirmed one is given back.
        ReturnedSalesSql.Add(batch, writes);
        if (writes.Counters.Count > 0)
        {
            ClaimGuardsSql.AddCounters(batch, writes.Counters);
        }

        if (writes.Accounts.Count > 0)
        {
            ClaimGuardsSql.AddAccounts(batch, writes.Accounts);
        }

        foreach (var group in writes.CreditGroups)
        {
            ClaimGuardsSql.AddCreditGroup(batch, group);
        }

        // Last: whoever waits for these rows waits for the commit alone.
        VolumesSql.Add(batch, writes);
        batch.Add("commit");
        batch.Add(Durable);
        batch.ExecuteNonQuery();
    }

    private static void AddLeads(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.Leads.Count > 0)
        {
            var rows = writes.Leads;
            batch.Add(Leads,
                Ids(rows, row => row.Lead.Id.Value),
                Times(rows, row => row.Lead.ReceivedAt),
                Texts(rows, row => row.Lead.Campaign),
                Texts(rows, row => row.Lead.Source),
                Texts(rows, row => row.Record.ExternalId),
                Flags(rows, row => row.Lead.Test),
                Texts(rows, row => row.Standing.Status),
                Texts(rows, row => Reason(row.Standing.Reason)),
                Longs(rows, row => row.Standing.Payout),
                Texts(rows, row => row.Currency.Code),
                Shorts(rows, row => row.Standing.SoldCount),
                Bytes(rows, row => row.Record.ContentHash),
                Texts(rows, row => row.Record.Fields),
                Texts(rows, row => row.Record.Original),
                Texts(rows, row => row.Record.Meta),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.AnswerBy?.UtcDateTime),
                Texts(rows, row => row.Standing.Transfer?.Target.Text),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.Standing.Transfer?.ExpiresAt.UtcDateTime),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.CountedAt));
        }

        if (writes.Decisions.Count > 0)
        {
            var rows = writes.Decisions;
            batch.Add(Decisions,
                Ids(rows, row => row.Lead.Value),
                Shorts(rows, row => row.Round),
                Times(rows, row => row.DecidedAt),
                Longs(rows, row => row.RulesVersion),
                Shorts(rows, row => row.Promise),
                Bytes(rows, row => row.Facts),
                Column(rows, NpgsqlDbType.Smallint, row => (short?)row.Offer));
        }
    }

    private static void AddSales(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.Sales.Count > 0)
        {
            var rows = writes.Sales;
            batch.Add(Sales,
                Ids(rows, row => row.Id.Value),
                Ids(rows, row => row.Lead.Id.Value),
                Shorts(rows, row => row.Award.Slot),
                Shorts(rows, row => row.Promise),
                Texts(rows, row => row.Contract),
                Texts(rows, row => row.Buyer),
                Texts(rows, row => row.Lead.Campaign),
                Texts(rows, row => row.Lead.Source),
                Texts(rows, row => row.Supplier),
                Flags(rows, row => row.Lead.Test),
                Texts(rows, row => row.Confirmed ? "confirmed" : "reserved"),
                Longs(rows, row => row.Award.Price),
                Longs(rows, row => row.Payout),
                Texts(rows, row => row.Currency.Code),
                Shorts(rows, row => row.Round),
                Times(rows, row => row.SoldAt),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.Confirmed ? row.SoldAt.UtcDateTime : (DateTime?)null),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.PromiseEndsAt?.UtcDateTime),
                Shorts(rows, row => row.Award.Tier),
                Column(rows, NpgsqlDbType.Smallint, row => (short?)row.Offer),
                Texts(rows, row => row.CreditGroup),
                Texts(rows, row => row.CreditMoves),
                Column(rows, NpgsqlDbType.Bigint, row => row.Award.PromisedPayout));
        }

        if (writes.Postings.Count > 0)
        {
            var rows = writes.Postings;
            batch.Add(Postings,
                Ids(rows, row => row.Id),
                Times(rows, row => row.PostedAt),
                Texts(rows, row => row.Currency.Code),
                Texts(rows, row => row.Buyer),
                Longs(rows, row => row.Price),
                Texts(rows, row => row.Supplier),
                Longs(rows, row => row.Payout));
        }

        if (writes.Deliveries.Count > 0)
        {
            var rows = writes.Deliveries;
            batch.Add(Deliveries,
                Ids(rows, row => row.Id.Value),
                Ids(rows, row => row.Sale.Value),
                Ids(rows, row => row.Lead.Value),
                Texts(rows, row => row.Contract),
                Texts(rows, row => row.Buyer),
                Flags(rows, row => row.OnResponse),
                Times(rows, row => row.CreatedAt),
                Times(rows, row => row.DueAt),
                Texts(rows, row => row.PingToken));
        }
    }

    private static void AddSettled(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.SettledSales.Count > 0)
        {
            var rows = writes.SettledSales;
            batch.Add(SettledSales,
                Ids(rows, row => row.Id.Value),
                Texts(rows, row => row.Status),
                Longs(rows, row => row.Payout),
                Texts(rows, row => Reason(row.Reason)),
                Times(rows, row => row.SettledAt));
        }

        if (writes.SettledDeliveries.Count > 0)
        {
            var rows = writes.SettledDeliveries;
            batch.Add(SettledDeliveries,
                Ids(rows, row => row.Id.Value),
                Texts(rows, row => row.Status),
                Times(rows, row => row.FinishedAt));
        }

        if (writes.Standings.Count > 0)
        {
            // Where one batch settled, offered or gave back sales of the same lead, the last says where it stands.
            var rows = writes.Standings.GroupBy(row => row.Lead).Select(ofLead => ofLead.Last()).ToList();
            batch.Add(Standings,
                Ids(rows, row => row.Lead.Value),
                Texts(rows, row => row.Standing.Status),
                Texts(rows, row => Reason(row.Standing.Reason)),
                Longs(rows, row => row.Standing.Payout),
                Shorts(rows, row => row.Standing.SoldCount),
                Texts(rows, row => row.Standing.Transfer?.Target.Text),
                Column(rows, NpgsqlDbType.TimestampTz, row => row.Standing.Transfer?.ExpiresAt.UtcDateTime));
        }
    }

    private static void AddKeys(NpgsqlBatch batch, ClaimWrites writes)
    {
        var held = writes.Persons.Where(entry => entry.Value is not null).ToList();
        if (held.Count > 0)
        {
            batch.Add(Persons,
                Texts(held, row => row.Key.Scope),
                Bytes(held, row => row.Key.Hash.ToByteArray()),
                Column(held, NpgsqlDbType.Uuid, row => row.Value!.Value.Lead),
                Times(held, row => row.Value!.Value.SeenAt));
        }

        var forgotten = writes.Persons.Where(entry => entry.Value is null).ToList();
        if (forgotten.Count > 0)
        {
            batch.Add(ForgottenPersons, Texts(forgotten, row => row.Key.Scope), Bytes(forgotten, row => row.Key.Hash.ToByteArray()));
        }

        if (writes.ForgottenKeys.Count > 0)
        {
            var rows = writes.ForgottenKeys;
            batch.Add(ForgottenKeys,
                Texts(rows, row => row.Source),
                Column(rows, NpgsqlDbType.InternalChar, row => row.Kind),
                Texts(rows, row => row.Id));
        }
    }

    private static void AddOffers(NpgsqlBatch batch, ClaimWrites writes)
    {
        if (writes.MadeOffers.Count > 0)
        {
            var rows = writes.MadeOffers;
            batch.Add(MadeOffers, Ids(rows, row => row.Lead), Shorts(rows, row => row.Offer));
        }

        if (writes.NewOffers.Count > 0)
        {
            var rows = writes.NewOffers;
            batch.Add(NewOffers, Ids(rows, row => row.Lead.Value), Shorts(rows, row => row.Offer), Times(rows, row => row.DueAt));
        }

        if (writes.LossNotices.Count > 0)
        {
            var rows = writes.LossNotices.ToList();
            batch.Add(LossNotices, Ids(rows, row => row.Key), Times(rows, row => row.Value));
        }
    }

    private static string? Reason(ReasonCode reason) => reason == ReasonCode.None ? null : reason.Text();
}
