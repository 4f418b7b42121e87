using Kontor.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Kontor.Tests.Migrations;

public sealed class ReturnsMigrationTests
{
    private const string Sale = "00000000-0000-7000-8000-000000000001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task sales_and_postings_of_before_stay_and_a_refund_is_stored_once()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await using (var source = Database.Pool(await TestCluster.CreateEmptyAsync(name)))
        {
            var migrations = MigrationRunner.Embedded();
            await MigrationRunner.ApplyAsync(source, [.. migrations.TakeWhile(one => one.Name != "returns")], NullLogger.Instance, Cancellation);
            await ExecuteAsync(source, $"""
                insert into sales (sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency, round, sold_at)
                    values ('{Sale}', gen_random_uuid(), 1, 1, 'c', 'b', 'solar', 'landing', 's', false, 'confirmed', 4000, 2400, 'EUR', 0, now()),
                        (gen_random_uuid(), gen_random_uuid(), 1, 1, 'c', 'b', 'solar', 'landing', 's', false, 'released', 4000, 0, 'EUR', 0, now());
                insert into ledger_postings (posting_id, posted_at, kind, currency, buyer, buyer_amount, supplier, supplier_amount, margin_amount, sale_id)
                    values ('{Sale}', now(), 'sale', 'EUR', 'b', -4000, 's', 2400, 1600, '{Sale}')
                """);
            await MigrationRunner.ApplyAsync(source, migrations, NullLogger.Instance, Cancellation);
            (await ScalarAsync(source, "select string_agg(status || ' ' || cap_given_back, ', ' order by status) from sales")).ShouldBe("confirmed false, released false");

            // The guards behind the claim: a return tells when, why and by whom, a refund names its sale, and there is one for each sale.
            await RefusedAsync(source, "update sales set status = 'returned' where status = 'confirmed'", "sales_returned_as_a_whole");
            await RefusedAsync(source, "update sales set cap_given_back = true where status = 'confirmed'", "sales_returned_as_a_whole");
            await RefusedAsync(source, "update sales set status = 'returned', returned_at = now(), return_reason = 'other', returned_by = 'supplier'", "sales_returned_as_a_whole");
            await ExecuteAsync(source, "update sales set status = 'returned', returned_at = now(), return_reason = 'other', returned_by = 'buyer' where status = 'confirmed'");
            await RefusedAsync(source, Refund("null"), "ledger_postings_refund_names_its_sale");
            await ExecuteAsync(source, Refund($"'{Sale}'"));
            await RefusedAsync(source, Refund($"'{Sale}'"), "ledger_postings_one_refund_per_sale");
        }

        await TestCluster.DropAsync(name);
    }

    private static string Refund(string sale) => $"""
        insert into ledger_postings (posting_id, posted_at, kind, currency, buyer, buyer_amount, supplier, supplier_amount, margin_amount, sale_id)
        values (gen_random_uuid(), now(), 'refund', 'EUR', 'b', 4000, 's', -2400, -1600, {sale})
        """;

    private static async Task RefusedAsync(NpgsqlDataSource source, string sql, string guard) =>
        (await Should.ThrowAsync<PostgresException>(() => ExecuteAsync(source, sql))).ConstraintName.ShouldBe(guard);

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<object?> ScalarAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
