using System.Text.Json.Nodes;
using Kontor.Tests.Catalog;

namespace Kontor.Tests.Billing;

public sealed class BuyerAccountTests : OnSampleNetwork
{
    private const string Credits = "/v1/buyers/sonnenhaus/credits";
    [Fact]
    public async Task credit_raises_the_balance_and_stands_in_the_ledger()
    {
        var posted = await Server.PostAsync(Credits, """{"amount": 500, "currency": "EUR", "reference": "bank 4711"}""");
        posted.Status.ShouldBe(201, posted.Text);
        (await Server.GetAsync("/v1/buyers/sonnenhaus/account")).Text.ShouldBe(
            """{"currency":"EUR","balance":500.00,"held":0.00,"credit_limit":0.00,"available":500.00}""");
        var line = (await Server.GetAsync("/v1/ledger?account=buyer:sonnenhaus")).Json["items"]!.AsArray().ShouldHaveSingleItem()!;
        line["amount"]!.ToJsonString().ShouldBe("500.00");
        line["kind"]!.ToString().ShouldBe("credit");
        line["account"]!.ToString().ShouldBe("buyer:sonnenhaus");
        line["reference"]!.ToString().ShouldBe("bank 4711");
        line["posting_id"]!.ToString().ShouldBe(posted.Json["posting_id"]!.ToString());
    }

    [Fact]
    public async Task same_reference_is_credited_once_however_often_it_is_posted()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Server.PostAsync(Credits, """{"amount": 500, "currency": "EUR", "reference": "bank 4711"}""")));
        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Status == 200).ShouldBe(19);
        answers.Select(answer => answer.Json["posting_id"]!.ToString()).Distinct().ShouldHaveSingleItem();
        (await Database.ScalarAsync<long>("select balance from accounts where buyer = 'sonnenhaus'")).ShouldBe(50_000);
    }

    [Fact]
    public async Task same_reference_with_another_amount_is_a_conflict()
    {
        await Server.PostAsync(Credits, """{"amount": 500, "reference": "bank 4711"}""");
        var answer = await Server.PostAsync(Credits, """{"amount": 501, "reference": "bank 4711"}""");
        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("reference_conflict");
    }

    [Fact]
    public async Task many_credits_at_once_all_count()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 64).Select(i =>
            Server.PostAsync(Credits, new JsonObject { ["amount"] = i, ["reference"] = $"r{i}" }.ToJsonString())));
        answers.ShouldAllBe(answer => answer.Status == 201);
        (await Database.ScalarAsync<long>("select balance from accounts where buyer = 'sonnenhaus'")).ShouldBe(64 * 65 / 2 * 100);
        (await Database.ScalarAsync<long>("select version from accounts where buyer = 'sonnenhaus'")).ShouldBe(64);
    }

    [Fact]
    public async Task correction_takes_back_at_most_what_is_free()
    {
        await Server.PostAsync(Credits, """{"amount": 100}""");
        await Database.ExecuteAsync("update accounts set held = 4000 where buyer = 'sonnenhaus'");
        (await Server.PostAsync(Credits, """{"amount": -60.01}""")).Code.ShouldBe("insufficient_balance");
        (await Server.PostAsync(Credits, """{"amount": -60}""")).Status.ShouldBe(201);
        (await Server.GetAsync("/v1/buyers/sonnenhaus/account")).Json["available"]!.ToJsonString().ShouldBe("0.00");
    }

    [Fact]
    public async Task every_posting_sums_to_zero_over_its_lines()
    {
        for (var i = 1; i <= 5; i++)
        {
            await Server.PostAsync(Credits, new JsonObject { ["amount"] = i }.ToJsonString());
        }

        var lines = new List<JsonNode?>();
        string? next = string.Empty;
        while (next is not null)
        {
            var page = (await Server.GetAsync($"/v1/ledger?limit=2&after={next}")).Json;
            lines.AddRange(page["items"]!.AsArray());
            next = page["next"]?.ToString();
        }

        lines.Count.ShouldBe(10);
        lines.GroupBy(line => line!["posting_id"]!.ToString())
            .ShouldAllBe(posting => posting.Sum(line => line!["amount"]!.GetValue<decimal>()) == 0);
        (await Server.GetAsync("/v1/ledger?account=bank")).Json["items"]!.AsArray().Sum(line => line!["amount"]!.GetValue<decimal>()).ShouldBe(-15);
        (await Server.GetAsync("/v1/ledger?account=margin")).Json["items"]!.AsArray().ShouldBeEmpty();
    }
}
