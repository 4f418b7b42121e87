using System.Text.Json.Nodes;
using Kontor.Platform;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Sale;

/// <summary>Adjustments by hour and return rate from the contract to the trace, whatever happens to the sales afterwards.</summary>
public sealed class AdjustmentTests
{
    private const string Hours = "adjust: {hours: [{from: \"00:00\", until: \"24:00\", by: 20%}]}";

    [Fact]
    public async Task hours_change_who_gets_a_lead_and_not_what_he_pays()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 40}], " + Hours), ("b", "prices: [{max_buyers: 1, price: 45}]"))));
        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["a confirmed 40.00"]);
        var trace = await node.Api.GetAsync($"/v1/leads/{answer.LeadId}/trace");
        new ShapeCheck(ApiDocument.Read()).Of(trace, ApiDocument.Read()["components"]!["schemas"]!["Trace"]!).ShouldBeEmpty();
        (await AdjustmentAsync(node, answer.LeadId)).ShouldBe("20: hour 20 (mon,tue,wed,thu,fri,sat,sun 00:00-24:00)");
    }

    [Fact]
    public async Task contract_with_too_many_returns_falls_behind_and_the_decision_keeps_the_rate_it_saw()
    {
        const string returns = "adjust: {returns: [{above: 10%, by: -20%}, {above: 50%, by: -60%}]}";
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 50}]"), ("b", "prices: [{max_buyers: 1, price: 45}]"))));
        await SoldEarlierAsync(node, 16, "confirmed", TimeSpan.FromDays(3));
        await SoldEarlierAsync(node, 4, "returned", TimeSpan.FromDays(29));
        await SoldEarlierAsync(node, 50, "returned", TimeSpan.FromDays(31));
        await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: highest_bid}", Market.Invoiced(
            ("a", "prices: [{max_buyers: 1, price: 50}], " + returns), ("b", "prices: [{max_buyers: 1, price: 45}]"))));
        await Delivery.Eventually.HoldsAsync(
            async () => (await SimulatedAsync(node)).StartsWith("-20: ", StringComparison.Ordinal), () => SimulatedAsync(node));

        var answer = await node.Api.SellAsync();
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["b confirmed 45.00"]);
        await node.Database.ExecuteAsync("delete from sales where reason_code = 'earlier'");
        (await AdjustmentAsync(node, answer.LeadId)).ShouldBe("-20: returns -20 (4 of 20 sales in 30 days came back, more than 10%)");
        (await node.Api.TraceAsync(answer.LeadId)).ShouldBe(["a outranked", "b sold"]);
    }

    private static Task SoldEarlierAsync(KontorNode node, int count, string status, TimeSpan ago) => node.Database.ExecuteAsync(
        """
        insert into sales (sale_id, lead_id, slot, max_buyers, contract, buyer, campaign, source, supplier, test, status, price, payout, currency, round, sold_at, reason_code,
            returned_at, return_reason, returned_by)
        select (substr(uuid_at(now() - $3)::text, 1, 24) || lpad(to_hex((random() * 1000000000)::bigint + no), 12, '0'))::uuid, gen_random_uuid(), 1, 1, 'a', 'a',
            'solar', 'landing', 'acme', false, $2, 5000, 0, 'EUR', 0, now() - $3, 'earlier',
            case $2 when 'returned' then now() end, case $2 when 'returned' then 'other' end, case $2 when 'returned' then 'operator' end from generate_series(1, $1) as no
        """, count, status, ago);

    private static async Task<string> SimulatedAsync(KontorNode node)
    {
        var answer = await node.Api.OperateAsync(HttpMethod.Post, "/v1/simulate", new JsonObject { ["lead"] = KontorApi.Lead() });
        return Text(answer.Body);
    }

    private static async Task<string> AdjustmentAsync(KontorNode node, Guid lead) => Text(await node.Api.GetAsync($"/v1/leads/{lead}/trace"));

    // The adjustment of the first contract.
    private static string Text(JsonNode trace) => trace["contracts"]![0]!["adjustment"] is not { } adjustment ? "none"
        : $"{adjustment["percent"]}: {string.Join(", ", adjustment["parts"]!.AsArray().Select(part => $"{part!["of"]} {part["percent"]} ({part["why"]})"))}";
}
