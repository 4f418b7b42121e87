using System.Text;
using System.Text.Json.Nodes;
using Kontor.Portal;
using Kontor.Tests.Delivery;
using Microsoft.Playwright;

namespace Kontor.Tests.Browser;

/// <summary>An operator who has read nothing makes a buyer with a contract and sells to him, by the pages alone.</summary>
public sealed class NewBuyerTests(Chromium chromium)
{
    private const string Network = """
        verticals:
          - key: solar
            name: Solar
            fields:
              - {key: first_name, type: first_name, required: true, personal: true}
              - {key: email, type: email, required: true, personal: true}
              - {key: postal_code, type: postal_code, required: true, ping: true}
              - {key: roof, type: choice, options: [owner, tenant], ping: true}
        suppliers: [{key: acme, name: Acme}]
        sources: [{key: landing, supplier: acme, name: Landing page, payout: {type: share_of_revenue, percent: 60}}]
        campaigns:
          - {key: solar, name: Solar, vertical: solar, country: DE, currency: EUR, answer_within: 10s, plan: {mode: exclusive, method: priority}}
        """;

    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    [Fact]
    public async Task operator_makes_a_buyer_with_a_contract_and_a_webhook_and_sells_to_him()
    {
        await using var endpoint = await TestBuyer.AnsweringAsync(200);
        await using var node = await KontorNode.SellingAsync(Network);
        await using var visit = await chromium.SignedInAsync(node, PageRole.Manager);
        await visit.GoAsync("/");
        await MakeBuyerAsync(visit);
        await MakeContractAsync(visit, endpoint.Url);

        var contract = await node.Api.GetAsync("/v1/contracts/sonnenhaus-nord");
        contract["territory"]!.ToJsonString().ShouldBe("""{"postal_codes":["24*","20000-22999"]}""");
        contract["filter"]!.ToJsonString().ShouldBe("""{"field":"roof","op":"eq","value":"owner"}""");
        contract["caps"]!.ToJsonString().ShouldBe("""[{"window":"day","leads":10}]""");
        contract["schedule"]!["hours"]!.AsObject().Select(day => $"{day.Key} {day.Value}").ShouldBe(["mon-sun 00:00-24:00"]);

        await SendSampleAsync(visit, endpoint);
        await TryAsync(visit);
        var lead = (await node.Api.SellAsync(Lead("24103", "owner"))).LeadId;
        (await node.Api.PostAsync(Lead("80331", "owner")))["status"].ShouldBe("rejected");
        await Eventually.HoldsAsync(() => Task.FromResult(endpoint.Posts.Count == 2), () => Task.FromResult($"{endpoint.Posts.Count} posts"));
        Encoding.UTF8.GetString(endpoint.Posts.Last().Body).ShouldContain("24103");
        await SeeItDeliveredAsync(visit, node, lead);
    }

    private static async Task MakeBuyerAsync(Visit visit)
    {
        await visit.FollowAsync("Network");
        await visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the network" }).GetByRole(AriaRole.Link, new() { Name = "Buyers" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "New buyer" }).First.ClickAsync();
        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("sonnenhaus");
        await visit.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("Sonnenhaus GmbH");
        await visit.Page.GetByLabel("Time zone", new() { Exact = true }).FillAsync("Europe/Berlin");
        await visit.Page.GetByLabel("Pays", new() { Exact = true }).SelectOptionAsync("invoice");
        await visit.PressAsync("Save and publish");
        await visit.Page.GetByText("Published: it is in force now.").WaitForAsync();
        (await visit.BarriersAsync()).ShouldBeEmpty();
    }

    // His page offers the next step, so that nobody looks for it.
    private static async Task MakeContractAsync(Visit visit, string url)
    {
        await visit.FollowAsync("New contract");
        await visit.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("sonnenhaus-nord");
        (await visit.Page.GetByLabel("Buyer", new() { Exact = true }).InputValueAsync()).ShouldBe("sonnenhaus");
        (await visit.Page.GetByLabel("Campaign", new() { Exact = true }).InputValueAsync()).ShouldBe("solar");
        await visit.Page.GetByLabel("Pays", new() { Exact = true }).FillAsync("49.90");

        await visit.PressAsync("Add a condition");
        await visit.Page.GetByLabel("Field", new() { Exact = true }).SelectOptionAsync("roof");
        // The values of the field are offered once it is chosen.
        await visit.Page.Locator("select[name='filter.value']").SelectOptionAsync("owner");
        await visit.Page.GetByRole(AriaRole.Group, new() { Name = "Territory" }).GetByLabel("Postal codes").FillAsync("24*\n20000-22999");
        await visit.Page.Locator("summary", new() { HasText = "Hours" }).First.ClickAsync();
        foreach (var day in Days)
            await visit.Page.GetByLabel(day, new() { Exact = true }).FillAsync("00:00-24:00");
        await visit.PressAsync("Add: Cap");
        await visit.Page.GetByLabel("In", new() { Exact = true }).SelectOptionAsync("day");
        await visit.Page.GetByLabel("At most leads", new() { Exact = true }).FillAsync("10");
        await visit.Page.GetByLabel("The buyer gets leads").SelectOptionAsync("webhook");
        await visit.Page.Locator("[name='delivery.url']").FillAsync(url);

        await visit.PressAsync("Save and publish");
        await visit.Page.GetByText("Published: it is in force now.").WaitForAsync();
        (await visit.Page.InputValueAsync("[name='delivery.secret']")).ShouldStartWith("whsec_", customMessage: "the buyer is told by what he knows ours");
        (await visit.BarriersAsync()).ShouldBeEmpty();
    }

    private static async Task SendSampleAsync(Visit visit, TestBuyer endpoint)
    {
        await visit.PressAsync("Send a sample");
        await visit.Page.Locator("#sample [role=status]").WaitForAsync();
        (await visit.Page.Locator("#sample").InnerTextAsync()).ShouldContain("HTTP 200");
        endpoint.Posts.ShouldHaveSingleItem();
    }

    private static async Task TryAsync(Visit visit)
    {
        await visit.PressAsync("Try it");
        var row = visit.Page.Locator("#try tbody tr");
        await row.WaitForAsync();
        (await row.InnerTextAsync()).ShouldContain("sold");
    }

    private static async Task SeeItDeliveredAsync(Visit visit, KontorNode node, Guid lead)
    {
        await Eventually.HoldsAsync(
            async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = 'acknowledged'") == 1,
            async () => (await node.Api.GetAsync("/v1/deliveries")).ToJsonString());
        await visit.FollowAsync("Leads");
        await visit.Page.Locator($"tbody a[href$='{lead}']").ClickAsync();
        await visit.Page.GetByText("Delivery to sonnenhaus-nord ended").WaitForAsync();
        (await visit.Page.Locator(".lead-time").InnerTextAsync()).ShouldContain("acknowledged");
    }

    private static JsonObject Lead(string postalCode, string roof)
    {
        var lead = KontorApi.Lead();
        lead["postal_code"] = postalCode;
        lead["roof"] = roof;
        return lead;
    }
}
