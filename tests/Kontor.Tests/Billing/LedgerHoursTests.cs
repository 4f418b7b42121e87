using System.Net;
using System.Text.Json.Nodes;
using Kontor.Billing;
using Kontor.Insight;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Billing;

/// <summary>What is kept of the ledger's hours is what its postings say.</summary>
public sealed class LedgerHoursTests
{
    private const string Check = "ledger: the sums of each counted hour are those of its postings";

    private static readonly string Two = Market.Of(
        "{mode: shared, max_buyers: 2, method: priority}",
        Market.Parties([("a", "billing: {type: invoice}"), ("b", "billing: {type: prepaid}")], [("a", "a", "prices: [{max_buyers: 2, price: 40}], returns: {within: 7d}"), ("b", "b", "prices: [{max_buyers: 2, price: 30}]")]));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task accounts_read_the_same_before_and_after_their_hours_are_counted()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        (await node.Api.OperateAsync(HttpMethod.Post, "/v1/buyers/b/credits", new JsonObject { ["amount"] = 90, ["currency"] = "EUR" })).Status.ShouldBe(HttpStatusCode.Created);
        for (var i = 0; i < 6; i++)
        {
            var lead = KontorApi.Lead();
            if (i % 2 == 0)
                lead["sub_id"] = $"channel {i}";
            await node.Api.SellAsync(lead);
        }

        var sale = await node.Database.ScalarAsync<Guid>("select sale_id from sales where contract = 'a' limit 1");
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = "wrong_number" })).Status.ShouldBe(HttpStatusCode.OK);
        var before = await StatementsAsync(node);
        before.ShouldContain("a sale 6 -24000");
        before.ShouldContain("a refund 1 4000");
        before.ShouldContain("b credit 1 9000");
        before.ShouldContain("b sale 3 -9000");
        before.ShouldContain("acme sale 9 19800");
        before.ShouldContain("acme sale 2 4200 landing channel 2");
        await CountAsync(node);
        (await node.Database.ScalarAsync<long>("select sum(postings)::bigint from ledger_hours where side = 'buyer'")).ShouldBe(
            await node.Database.ScalarAsync<long>("select count(*) from ledger_postings where buyer_amount <> 0"));
        (await StatementsAsync(node)).ShouldBe(before);
        (await DifferencesAsync(node)).ShouldBeEmpty();

        await node.Database.ExecuteAsync("update ledger_hours set amount = amount + 1 where party = 'a' and kind = 'refund'");
        (await StatementsAsync(node)).ShouldContain("a refund 1 4001");
        (await DifferencesAsync(node)).ShouldHaveSingleItem().Check.ShouldBe(Check);
        await node.Database.ExecuteAsync("update ledger_hours set amount = amount - 1 where party = 'a' and kind = 'refund'");
    }

    [Fact]
    public async Task span_that_begins_or_ends_within_an_hour_is_read_to_the_instant()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.SellAsync(4);
        await CountAsync(node);
        var ids = new List<DateTimeOffset>();
        await using (var command = node.Database.Source.CreateCommand("select uuid_time(posting_id) from ledger_postings where buyer = 'a' order by 1"))
        await using (var reader = await command.ExecuteReaderAsync(Cancelled))
        {
            while (await reader.ReadAsync(Cancelled))
                ids.Add(reader.GetFieldValue<DateTimeOffset>(0));
        }

        ids.Count.ShouldBe(4);
        (await SalesAsync(node, ids[0], ids[^1].AddMilliseconds(1))).ShouldBe(4);
        (await SalesAsync(node, ids[0].AddDays(-3), ids[^1])).ShouldBe(ids.Count(id => id < ids[^1]));
        (await SalesAsync(node, ids[0].AddMilliseconds(1), ids[^1].AddDays(3))).ShouldBe(ids.Count(id => id > ids[0]));
        (await SalesAsync(node, ids[0].AddDays(-3), ids[0].AddDays(-1))).ShouldBe(0);
    }

    [Fact]
    public async Task sale_that_is_settled_after_its_hour_was_counted_is_counted_again()
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 50s, {buyers.Delivery("hang", "a", idempotent: false)}")), "answer_within: 100ms"));
        await node.Api.SellAsync();
        await CountAsync(node);
        (await node.Database.ScalarAsync<long>("select sum(waiting)::bigint from ledger_hours_done")).ShouldBe(1);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_hours")).ShouldBe(0);
        await Eventually.HoldsAsync(() => Task.FromResult(buyers.Posts.Count == 1), () => Task.FromResult("not posted"));
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending'");
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'unknown'") == 1, () => Task.FromResult("not unknown"));
        var id = (string)(await node.Api.GetAsync("/v1/deliveries"))["items"]![0]!["delivery_id"]!;
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/deliveries/{id}/resolve", new JsonObject { ["outcome"] = "accepted" })).Status.ShouldBe(HttpStatusCode.OK);
        (await DifferencesAsync(node)).ShouldBeEmpty();
        await CountAsync(node);
        (await node.Database.ScalarAsync<long>("select sum(amount)::bigint from ledger_hours where side = 'buyer' and party = 'a'")).ShouldBe(-9_000);
        (await node.Database.ScalarAsync<long>("select sum(waiting)::bigint from ledger_hours_done")).ShouldBe(0);
        (await DifferencesAsync(node)).ShouldBeEmpty();
        await buyers.HangUpAsync();
    }

    // As it will be in some hours; two counts at once do it once.
    private static Task CountAsync(KontorNode node) => Eventually.HoldsAsync(
        async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => LedgerHours.CatchUpAsync(node.Database.Source, DateTimeOffset.UtcNow.AddHours(5), Cancelled)));
            return await node.Database.ScalarAsync<long>("select count(*) from ledger_hours_done where hour_start > now()") > 0
                && await node.Database.ScalarAsync<long>("select count(*) from ledger_hours_done h where waiting > 0") == await node.Database.ScalarAsync<long>("select count(*) from sales where status = 'reserved'");
        },
        () => Task.FromResult("not counted"));

    private static async Task<List<string>> StatementsAsync(KontorNode node)
    {
        var lines = new List<string>();
        foreach (var (side, channel) in ((string, string)[])[("buyer", ""), ("supplier", ""), ("channel", ", source, sub_id")])
        {
            await using var command = node.Database.Source.CreateCommand(
                $"select concat_ws(' ', party, kind, sum(postings), sum(amount){channel.Replace("sub_id", "nullif(sub_id, '')", StringComparison.Ordinal)}) from ({LedgerHoursSql.Between(side, null, "$1", "$2")}) lines group by party, kind{channel} order by 1");
            command.Parameters.AddWithValue(DateTimeOffset.UtcNow.AddDays(-2));
            command.Parameters.AddWithValue(DateTimeOffset.UtcNow.AddDays(2));
            await using var reader = await command.ExecuteReaderAsync(Cancelled);
            while (await reader.ReadAsync(Cancelled))
                lines.Add(reader.GetString(0));
        }

        return lines;
    }

    private static async Task<long> SalesAsync(KontorNode node, DateTimeOffset from, DateTimeOffset until)
    {
        await using var command = node.Database.Source.CreateCommand(
            $"select coalesce(sum(postings), 0)::bigint from ({LedgerHoursSql.Between("buyer", "$1", "$2", "$3")}) lines where kind = 'sale'");
        command.Parameters.AddWithValue("a");
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(until);
        return (long)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    private static async Task<List<Difference>> DifferencesAsync(KontorNode node) => [.. await VerifySql.RecomputeAsync(node.Database.Source, Cancelled)];
}
