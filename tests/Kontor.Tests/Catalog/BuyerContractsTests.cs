using System.Net;
using System.Text.Json.Nodes;
using Kontor.Portal;
using Kontor.Tests.Portal;
using Kontor.Tests.Returns;

namespace Kontor.Tests.Catalog;

public sealed class BuyerContractsTests
{
    private const string Path = "/buyer/contracts/nord";

    [Fact]
    public async Task buyer_pauses_and_resumes_and_leads_follow()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        (await person.FollowAsync(await person.ReadAsync("/buyer/contracts"), Path + "/status", ("status", "paused"))).Text.ShouldContain("The change is in force.");
        var lead = (await node.Api.SellAsync()).LeadId;
        (await node.Api.SalesAsync(lead)).ShouldBe(["sued confirmed 52.75"]);
        await person.FollowAsync(await person.ReadAsync(Path), Path + "/status", ("status", "active"));
        (await node.Api.SalesAsync((await node.Api.SellAsync()).LeadId)).Length.ShouldBe(2);
        (await node.Api.GetAsync("/v1/contracts/nord"))["paused_by"].ShouldBeNull();
    }

    [Fact]
    public async Task what_the_operator_paused_the_buyer_does_not_resume()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(nord: ", status: paused"));
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync(Path);
        page.Text.ShouldContain("Paused by the operator.");
        (await person.SendAsync(page, Path + "/status", ("status", "active"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await node.Api.GetAsync("/v1/contracts/nord"))["status"]!.ToString().ShouldBe("paused");
    }

    [Fact]
    public async Task operator_who_takes_over_a_pause_keeps_it()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"status": "paused"}""");
        foreach (var status in (string[])["active", "paused"])
        {
            var contract = (await node.Api.GetAsync("/v1/contracts/nord")).AsObject();
            contract["status"] = status;
            (await node.Api.OperateAsync(HttpMethod.Put, "/v1/contracts/nord", contract)).Status.ShouldBe(HttpStatusCode.OK);
        }

        (await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"status": "active"}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task form_changes_prices_caps_and_hours_within_bounds_and_keeps_the_rest()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        var before = await node.Api.GetAsync("/v1/contracts/nord");
        var page = await person.ReadAsync(Path);
        var done = await person.FollowAsync(page, Path, ("price-2", "45,50"), ("cap-leads-day", "20"), ("cap-spend-month", "1.000"), ("open", "hours"),
            ("hours-mon", "08:00-12:00, 13:00-17:30"), ("hours-tue", "8:00–18:00"), ("except", "2026-12-24"));
        done.Text.ShouldContain("The change is in force.");
        var after = await node.Api.GetAsync("/v1/contracts/nord");
        after["prices"]!.ToJsonString().ShouldBe("""[{"max_buyers":2,"price":45.50}]""");
        after["caps"]!.ToJsonString().ShouldBe("""[{"window":"day","leads":20},{"window":"month","spend":1000}]""");
        after["schedule"]!["hours"]!["mon"]!.ToJsonString().ShouldBe("""["08:00-12:00","13:00-17:30"]""");
        foreach (var kept in (string[])["priority", "returns", "buyer_may", "delivery", "status"])
            JsonNode.DeepEquals(after[kept], before[kept]).ShouldBeTrue(kept);
    }

    [Fact]
    public async Task form_that_changes_nothing_makes_no_version()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        var before = (await node.Api.GetAsync("/v1/contracts/nord"))["version"]!.GetValue<long>();
        var page = await person.ReadAsync(Path);
        (await person.FollowAsync(page, Path, ("price-2", "41.50"), ("cap-leads-day", "2000"), ("open", "always"))).Text.ShouldContain("Nothing was changed.");
        (await node.Api.GetAsync("/v1/contracts/nord"))["version"]!.GetValue<long>().ShouldBe(before);
    }

    [Theory]
    [InlineData("price-2", "29.99", "prices")]
    [InlineData("price-2", "lots", "price-2")]
    [InlineData("cap-leads-day", "5001", "caps")]
    [InlineData("cap-leads-day", "1.5", "cap-leads-day")]
    [InlineData("cap-spend-week", "-5", "cap-spend-week")]
    [InlineData("hours-mon", "early", "hours-mon")]
    [InlineData("except", "tomorrow", "except")]
    public async Task value_with_a_problem_is_refused_at_its_field_and_kept(string field, string value, string at)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync(Path);
        var refused = await person.SendAsync(page, Path, ("open", "hours"), (field, value));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain($"href=\"#{at}\"");
        refused.Html.ShouldContain($"value=\"{value}\"");
    }

    [Fact]
    public async Task form_of_an_older_version_overwrites_nothing()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync(Path);
        var version = System.Text.RegularExpressions.Regex.Match(page.Html, "name=\"version\" value=\"(\\d+)\"").Groups[1].Value;
        await person.FollowAsync(page, Path, ("price-2", "45"), ("version", version));
        var refused = await person.SendAsync(page, Path, ("price-2", "50"), ("version", version));
        refused.Text.ShouldContain("The contract was changed meanwhile.");
        (await node.Api.GetAsync("/v1/contracts/nord"))["prices"]![0]!["price"]!.GetValue<decimal>().ShouldBe(45);
    }

    [Fact]
    public async Task change_waits_where_the_operator_approves_but_a_pause_does_not()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(PortalMarket.May.Replace("sources: true}", "sources: true, approval: true}", StringComparison.Ordinal)));
        using var person = PortalMarket.Nord(node);
        using var boss = PageClient.SignedIn(node, PageRole.Manager);
        var page = await person.ReadAsync(Path);
        (await person.FollowAsync(page, Path, ("price-2", "50"))).Text.ShouldContain("The change waits for the operator.");
        (await person.FollowAsync(page, Path + "/status", ("status", "paused"))).Text.ShouldContain("The change is in force.");
        (await PriceAsync(node)).ShouldBe(41.5m);
        var requests = await boss.ReadAsync("/console/requests");
        requests.Text.ShouldContain("shared, at most 2 50.00 EUR");
        requests.Text.ShouldContain("shared, at most 2 41.50 EUR");
        (await boss.FollowAsync(requests, RequestOf(requests), ("decision", "approved"), ("note", "Fine"))).Text.ShouldContain("Approved: the change is in force.");
        (await PriceAsync(node)).ShouldBe(50);
        (await person.ReadAsync(Path)).Text.ShouldContain("approved");
        (await person.ReadAsync(Path)).Text.ShouldContain("Fine");
        (await boss.FollowAsync(requests, RequestOf(requests), ("decision", "refused"))).Text.ShouldContain("Somebody has decided about this request before.");
    }

    [Fact]
    public async Task request_is_refused_and_a_later_one_takes_the_place_of_one_that_waits()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network("{price: {min: 30, max: 60}, approval: true}"));
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        foreach (var price in (int[])[50, 55])
        {
            var answer = await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", $$"""{"prices": [{"max_buyers": 2, "price": {{price}} }]}""");
            answer.Status.ShouldBe(HttpStatusCode.Accepted);
        }

        (await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"prices": [{"max_buyers": 2, "price": 61}]}""")).Status.ShouldBe(HttpStatusCode.BadRequest);
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await boss.ReadAsync("/console/requests");
        System.Text.RegularExpressions.Regex.Count(requests.Html, "action=\"/console/requests/").ShouldBe(1);
        requests.Text.ShouldContain("55.00 EUR");
        await boss.FollowAsync(requests, RequestOf(requests), ("decision", "refused"));
        (await boss.ReadAsync("/console/requests")).Text.ShouldContain("Nothing waits");
        (await PriceAsync(node)).ShouldBe(41.5m);
    }

    [Fact]
    public async Task request_that_the_bounds_have_left_behind_is_not_approved()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network("{price: {min: 30, max: 60}, approval: true}"));
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"prices": [{"max_buyers": 2, "price": 58}]}""");
        await node.Api.ApplyAsync(PortalMarket.Network("{price: {min: 30, max: 50}, approval: true}"));
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await boss.ReadAsync("/console/requests");
        (await boss.SendAsync(requests, RequestOf(requests), ("decision", "approved"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await boss.ReadAsync("/console/requests")).Text.ShouldContain("58.00 EUR");
        (await PriceAsync(node)).ShouldBe(41.5m);
    }

    [Fact]
    public async Task of_two_who_decide_at_once_one_is_told_that_it_was_decided()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network("{price: {min: 30, max: 60}, approval: true}"));
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"prices": [{"max_buyers": 2, "price": 50}]}""");
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await boss.ReadAsync("/console/requests");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i =>
            boss.SendAsync(requests, RequestOf(requests), ("decision", i % 2 == 0 ? "approved" : "refused"))));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.SeeOther);
        await using var command = node.Database.Source.CreateCommand("select status from contract_requests");
        var status = (string)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        (await PriceAsync(node)).ShouldBe(status == "approved" ? 50 : 41.5m);
    }

    [Fact]
    public async Task buyer_takes_his_request_back_and_the_operator_hears_of_it()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(Approved));
        using var person = PortalMarket.Nord(node);
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await AskAsync(node, boss);
        var list = await person.ReadAsync("/buyer/contracts");
        (await person.FollowAsync(list, WithdrawalOf(list))).Text.ShouldContain("Your request is withdrawn: the contract stays as it is.");
        (await boss.FollowAsync(requests, RequestOf(requests), ("decision", "approved"))).Text.ShouldContain("The buyer has withdrawn this request: nothing was changed.");
        (await boss.ReadAsync("/console/requests")).Text.ShouldContain("Nothing waits");
        (await PriceAsync(node)).ShouldBe(41.5m);
        (await person.ReadAsync(Path)).Html.ShouldNotContain("/withdraw");
        (await boss.ReadAsync("/console/audit?kind=requests&key=nord")).Text.ShouldContain("Request to change nord withdrawn");
        (await person.FollowAsync(list, WithdrawalOf(list))).Text.ShouldContain("This request does not wait any more");
        (await AuditTests.ReadAsync(node.Database, "requests")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task request_that_was_approved_first_is_not_taken_back()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(Approved));
        using var person = PortalMarket.Nord(node);
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await AskAsync(node, boss);
        var page = await person.ReadAsync(Path);
        await boss.FollowAsync(requests, RequestOf(requests), ("decision", "approved"));
        (await person.FollowAsync(page, WithdrawalOf(page))).Text.ShouldContain("This request does not wait any more");
        (await PriceAsync(node)).ShouldBe(50);
        (await AuditTests.ReadAsync(node.Database, "requests")).ShouldBeEmpty();
    }

    [Fact]
    public async Task of_approval_and_withdrawal_at_once_one_wins_and_the_other_is_told()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(Approved));
        using var person = PortalMarket.Nord(node);
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        for (var round = 0; round < 12; round++)
        {
            await node.Api.ApplyAsync(PortalMarket.Network(Approved));
            var requests = await AskAsync(node, boss);
            var page = await person.ReadAsync(Path);
            var (approve, withdraw) = (new TaskCompletionSource(), new TaskCompletionSource());
            var approval = Task.Run(async () => { await approve.Task; return await boss.FollowAsync(requests, RequestOf(requests), ("decision", "approved")); });
            var withdrawal = Task.Run(async () => { await withdraw.Task; return await person.FollowAsync(page, WithdrawalOf(page)); });
            foreach (var start in round % 2 == 0 ? new[] { approve, withdraw } : [withdraw, approve])
                start.SetResult();
            var (approved, withdrawn) = ((await approval).Text.Contains("Approved: the change is in force."), (await withdrawal).Text.Contains("Your request is withdrawn"));
            (approved ^ withdrawn).ShouldBeTrue($"round {round}: approved {approved}, withdrawn {withdrawn}");
            (await PriceAsync(node)).ShouldBe(approved ? 50 : 41.5m);
            (await person.ReadAsync(Path)).Html.ShouldNotContain("/withdraw");
        }
    }

    [Fact]
    public async Task while_one_decides_the_other_is_told_at_once()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(Approved));
        using var person = PortalMarket.Nord(node);
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await AskAsync(node, boss);
        var page = await person.ReadAsync(Path);
        await using (var connection = await node.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = new Npgsql.NpgsqlCommand("select from contract_requests for no key update", connection, transaction);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            (await person.FollowAsync(page, WithdrawalOf(page))).Text.ShouldContain("Nothing was withdrawn.");
            (await boss.FollowAsync(requests, RequestOf(requests), ("decision", "approved"))).Text.ShouldContain("at this moment. Look again.");
        }

        (await person.FollowAsync(page, WithdrawalOf(page))).Text.ShouldContain("Your request is withdrawn");
    }

    [Fact]
    public async Task nobody_takes_back_what_another_asked_for()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network(Approved));
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var requests = await AskAsync(node, boss);
        using var person = PortalMarket.Nord(node);
        var path = WithdrawalOf(await person.ReadAsync(Path));
        using var rival = PageClient.SignedIn(node, PageRole.Buyer, "suedbuyer");
        var page = await rival.ReadAsync("/buyer/contracts/sued");
        (await rival.SendAsync(page, path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await rival.FollowAsync(page, path.Replace("/nord/", "/sued/", StringComparison.Ordinal))).Text.ShouldContain("Nothing was withdrawn.");
        (await boss.SendAsync(requests, path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await boss.ReadAsync("/console/requests")).Text.ShouldContain("50.00 EUR");
    }

    [Fact]
    public async Task only_who_may_change_the_network_decides()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network("{price: {min: 30, max: 60}, approval: true}"));
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", """{"prices": [{"max_buyers": 2, "price": 50}]}""");
        using var reader = PageClient.SignedIn(node, PageRole.ReadOnly);
        var requests = await reader.ReadAsync("/console/requests");
        requests.Html.ShouldNotContain("action=\"/console/requests/");
        using var boss = PageClient.SignedIn(node, PageRole.Owner);
        var path = RequestOf(await boss.ReadAsync("/console/requests"));
        (await reader.SendAsync(requests, path, ("decision", "approved"))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await PriceAsync(node)).ShouldBe(41.5m);
    }

    [Theory]
    [InlineData("""{"priority": 1}""", "priority unknown_key")]
    [InlineData("""{"buyer_may": {"price": {"min": 1, "max": 2}}}""", "buyer_may unknown_key")]
    [InlineData("""{"caps": [{"window": "day", "leads": 5001}], "prices": [{"max_buyers": 2, "price": 61}]}""", "caps out_of_bounds|prices out_of_bounds")]
    [InlineData("""{"caps": [{"window": "day"}]}""", "caps[0].leads required")]
    [InlineData("""{"schedule": {"hours": {"mon": "25:00-26:00"}}}""", "schedule.hours.mon invalid_hours")]
    [InlineData("""{"sources": {"block": ["feedd"]}}""", "sources.block unknown_reference")]
    [InlineData("{}", " required")]
    public async Task patch_with_problems_names_all_of_them(string change, string problems)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer");
        var answer = await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", "nordbuyer", change);
        (answer.Status, answer["code"]).ShouldBe((HttpStatusCode.BadRequest, "invalid_change"));
        string.Join('|', answer.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}")).ShouldBe(problems);
    }

    [Fact]
    public async Task patch_guards_its_version_and_never_reaches_anothers_contract()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var buyers = await BuyerReports.OfAsync(node, "nordbuyer", "suedbuyer");
        var key = (await node.Api.OperateAsync(HttpMethod.Post, "/v1/buyers/nordbuyer/keys"))["key"]!;
        var own = (await buyers.SendAsync(HttpMethod.Get, "/v1/buyer/contracts", "nordbuyer")).Body["items"]!.AsArray().ShouldHaveSingleItem()!;
        own.ToJsonString().ShouldNotContain("priority");
        var stale = await node.Api.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/nord", """{"status": "paused"}""", key, headers: ("If-Match", "\"0\""));
        stale.Status.ShouldBe(HttpStatusCode.PreconditionFailed);
        foreach (var contract in (string[])["sued", "nothing"])
            (await buyers.SendAsync(HttpMethod.Patch, $"/v1/buyer/contracts/{contract}", "nordbuyer", """{"status": "paused"}""")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await buyers.SendAsync(HttpMethod.Patch, "/v1/buyer/contracts/sued", "suedbuyer", """{"status": "paused"}"""))["code"].ShouldBe("invalid_change");
    }

    [Fact]
    public async Task kind_of_source_that_is_blocked_sells_no_more_to_the_buyer()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        await PortalMarket.SellAsync(node, source: "social");
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync(Path);
        page.Text.ShouldContain("social media");
        page.Text.ShouldNotContain("feed");
        await person.FollowAsync(page, Path, ("source-0", "block"));
        var answer = await node.Api.PostAsync(KontorApi.Lead(), source: "social");
        (await node.Api.SalesAsync(answer.LeadId)).ShouldBe(["sued confirmed 52.75"]);
    }

    private const string Approved = "{price: {min: 30, max: 60}, approval: true}";

    // Asks for a price of 50; answers the page on which the operator sees it.
    private static async Task<Page> AskAsync(KontorNode node, PageClient boss)
    {
        using var person = PortalMarket.Nord(node);
        (await person.FollowAsync(await person.ReadAsync(Path), Path, ("price-2", "50"))).Text.ShouldContain("The change waits for the operator.");
        return await boss.ReadAsync("/console/requests");
    }

    private static string WithdrawalOf(Page page) => System.Text.RegularExpressions.Regex.Match(page.Html, "action=\"(/buyer/contracts/nord/requests/[0-9a-f-]{36}/withdraw)\"").Groups[1].Value;

    private static async Task<decimal> PriceAsync(KontorNode node) => (await node.Api.GetAsync("/v1/contracts/nord"))["prices"]![0]!["price"]!.GetValue<decimal>();

    private static string RequestOf(Page page) => System.Text.RegularExpressions.Regex.Match(page.Html, "action=\"(/console/requests/[0-9a-f-]{36})\"").Groups[1].Value;
}
