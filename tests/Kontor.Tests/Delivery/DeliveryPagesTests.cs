using System.Net;
using System.Text.RegularExpressions;
using Kontor.Portal;
using Microsoft.AspNetCore.Http;

namespace Kontor.Tests.Delivery;

/// <summary>Endpoints in trouble, the queue, the list, one delivery; sending again and resolving.</summary>
public sealed partial class DeliveryPagesTests
{
    private const string Deliveries = "/console/deliveries";
    private const string Exclusive = "{mode: exclusive, method: priority}";

    [Fact]
    public async Task empty_pages_say_what_belongs_here()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var text = (await person.ReadAsync(Deliveries)).Text;
        text.ShouldContain("Every endpoint takes what is sent");
        text.ShouldContain("Nothing was delivered yet");
        (await person.ReadAsync($"{Deliveries}?status=failed")).Text.ShouldContain("No delivery fits these filters");
        (await person.OpenAsync($"{Deliveries}/{Guid.NewGuid()}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task endpoint_that_fails_is_named_with_its_last_error_and_its_deliveries_are_sent_again()
    {
        var well = false;
        await using var buyer = await TestBuyer.AnsweringAsync(async (_, context) =>
        {
            context.Response.StatusCode = well ? 200 : 410;
            await context.Response.WriteAsync("<b>gone</b> \u202E");
        });
        await using var node = await KontorNode.SellingAsync(Network(buyer, "a"));
        await node.Api.SellAsync(3, atOnce: 1);
        await StatusAsync(node, "failed", 3);
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var page = await person.ReadAsync(Deliveries);
        page.Text.ShouldContain("a a 0 3");
        // Who is sold to after the first answer is not posted to any more, so the newest failure may have no HTTP status.
        page.Text.ShouldContain("the endpoint is gone");
        page.Text.ShouldContain("switched off by 410");

        var ids = Ids(page);
        ids.Length.ShouldBe(3);
        var one = await person.ReadAsync($"{Deliveries}/{ids[^1]}");
        one.Text.ShouldContain("the endpoint is gone (HTTP 410)");
        one.Html.ShouldNotContain("<b>gone");

        well = true;
        var after = await person.FollowAsync(page, $"{Deliveries}/redeliver", [.. ids[..2].Select(id => ("delivery", id)), ("delivery", Guid.NewGuid().ToString()), ("back", Deliveries + "?contract=a")]);
        after.Text.ShouldContain("2 queued to be sent again. 1 were left as they are");
        await StatusAsync(node, "acknowledged", 2);
        (await person.FollowAsync(page, $"{Deliveries}/redeliver", ("delivery", ids[2]), ("back", "https://elsewhere.example/"))).Text.ShouldContain("1 queued to be sent again.");
        await StatusAsync(node, "acknowledged", 3);
        (await person.FollowAsync(page, $"{Deliveries}/redeliver", ("back", Deliveries))).Text.ShouldContain("Choose the deliveries that are to be sent again first.");
    }

    [Fact]
    public async Task list_is_filtered_and_read_on_without_gaps_or_doubles()
    {
        await using var buyer = await TestBuyer.AnsweringAsync(200);
        await using var node = await KontorNode.SellingAsync(Network(buyer, "a", "b"));
        await node.Api.SellAsync(120);
        await StatusAsync(node, "acknowledged", 240);
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        (await AllAsync(person, Deliveries)).Distinct().Count().ShouldBe(240);
        foreach (var filter in new[] { "contract=a", "buyer=b", "contract=a&status=acknowledged", "status=acknowledged&buyer=b&contract=b" })
        {
            var found = await AllAsync(person, $"{Deliveries}?{filter}");
            (found.Count, found.Distinct().Count()).ShouldBe((120, 120), filter);
        }

        (await AllAsync(person, $"{Deliveries}?status=failed")).ShouldBeEmpty();
        (await AllAsync(person, $"{Deliveries}?status=queued&contract=a")).ShouldBeEmpty();
        var naughty = await person.ReadAsync($"{Deliveries}?contract={Uri.EscapeDataString("<script>alert(1)</script>\"")}&status=gone&before=x");
        naughty.Html.ShouldNotContain("<script>alert");
        naughty.Html.ShouldContain("value=\"&lt;script&gt;alert(1)&lt;/script&gt;&quot;\"");
    }

    [Theory]
    [InlineData("accepted", "Resolved: the buyer took the lead.", "a confirmed 90.00")]
    [InlineData("rejected", "Resolved: the buyer did not take the lead.", "a released 90.00")]
    public async Task delivery_of_which_nobody_knows_is_resolved_by_a_person(string outcome, string said, string sale)
    {
        await using var buyers = await TestBuyers.StartAsync();
        await using var node = await KontorNode.SellingAsync(Market.Of(Exclusive, Market.Invoiced(
            ("a", $"prices: [{{max_buyers: 1, price: 90}}], accept: on_response, timeout: 50s, {buyers.Delivery("hang", "a", idempotent: false)}")), "answer_within: 100ms"));
        var lead = (await node.Api.SellAsync()).LeadId;
        await Eventually.HoldsAsync(() => Task.FromResult(buyers.Posts.Count == 1), () => Task.FromResult("not posted"));
        await node.Database.ExecuteAsync("update deliveries set due_at = now() - interval '1 second' where status = 'sending'");
        await StatusAsync(node, "unknown", 1);
        using var reader = PageClient.SignedIn(node, PageRole.Finance);
        using var person = PageClient.SignedIn(node, PageRole.Manager);
        var id = Ids(await person.ReadAsync($"{Deliveries}?status=unknown"), checkboxes: false).ShouldHaveSingleItem();
        var page = await person.ReadAsync($"{Deliveries}/{id}");
        page.Text.ShouldContain("Nobody knows whether it arrived.");
        (await reader.ReadAsync($"{Deliveries}/{id}")).Text.ShouldNotContain("Nobody knows whether it arrived.");
        (await reader.SendAsync(await reader.ReadAsync(Deliveries), $"{Deliveries}/{id}/resolve", ("outcome", outcome))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.SendAsync(page, $"{Deliveries}/{Guid.NewGuid()}/resolve", ("outcome", outcome))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.FollowAsync(page, $"{Deliveries}/{id}/resolve", ("outcome", "perhaps"))).Text.ShouldContain("nothing was changed");
        (await node.Api.SalesAsync(lead)).ShouldBe(["a reserved 90.00"]);
        (await person.FollowAsync(page, $"{Deliveries}/{id}/resolve", ("outcome", outcome))).Text.ShouldContain(said);
        (await node.Api.SalesAsync(lead)).ShouldBe([sale]);
        (await person.FollowAsync(page, $"{Deliveries}/{id}/resolve", ("outcome", outcome))).Text.ShouldContain("It has been resolved already; nothing was changed.");
        await buyers.HangUpAsync();
    }

    [Theory]
    [InlineData(PageRole.ReadOnly, null)]
    [InlineData(PageRole.Finance, null)]
    [InlineData(PageRole.Buyer, "a")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task who_may_not_send_again_cannot(PageRole role, string? party)
    {
        await using var buyer = await TestBuyer.AnsweringAsync(410);
        await using var node = await KontorNode.SellingAsync(Network(buyer, "a"));
        await node.Api.SellAsync();
        await StatusAsync(node, "failed", 1);
        using var person = PageClient.SignedIn(node, role, party);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        var id = Ids(await owner.ReadAsync(Deliveries)).ShouldHaveSingleItem();
        (await person.SendAsync($"{Deliveries}/redeliver", ("delivery", id))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync(Deliveries)).Status.ShouldBe(party is null ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        if (party is null)
            (await person.ReadAsync(Deliveries)).Html.ShouldNotContain("type=\"checkbox\"");
        buyer.Posts.Count.ShouldBe(1);
    }

    private static string Network(TestBuyer buyer, params string[] contracts) => Market.Of(
        $"{{mode: shared, max_buyers: {Math.Max(2, contracts.Length)}, method: priority}}",
        Market.Invoiced([.. contracts.Select(key => (key, $"prices: [{{max_buyers: 3, price: 40}}], delivery: {{type: webhook, url: \"{buyer.Url}\"}}"))]));

    private static Task StatusAsync(KontorNode node, string status, long count) => Eventually.HoldsAsync(
        async () => await node.Database.ScalarAsync<long>("select count(*) from deliveries where status = $1", status) == count,
        () => node.Database.ScalarAsync<string>("select coalesce(string_agg(status, ' '), '') from deliveries"));

    private static async Task<List<string>> AllAsync(PageClient person, string path)
    {
        var found = new List<string>();
        while (true)
        {
            var page = await person.ReadAsync(path);
            found.AddRange(Ids(page, checkboxes: false));
            if (Next().Match(page.Html) is not { Success: true } next)
                return found;
            path = WebUtility.HtmlDecode(next.Groups[1].Value);
        }
    }

    private static string[] Ids(Page page, bool checkboxes = true) =>
        [.. (checkboxes ? Box() : Link()).Matches(page.Html).Select(found => found.Groups[1].Value)];

    [GeneratedRegex("name=\"delivery\" value=\"([0-9a-f-]{36})\"")]
    private static partial Regex Box();

    [GeneratedRegex("href=\"/console/deliveries/([0-9a-f-]{36})\"")]
    private static partial Regex Link();

    [GeneratedRegex("href=\"([^\"]+)\" rel=\"next\"")]
    private static partial Regex Next();
}
