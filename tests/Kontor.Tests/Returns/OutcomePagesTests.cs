using System.Net;
using System.Text;
using Kontor.Tests.Portal;

namespace Kontor.Tests.Returns;

public sealed class OutcomePagesTests
{
    [Fact]
    public async Task outcome_is_reported_with_its_value_as_people_type_it()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync($"/buyer/leads/{sale}");
        (await person.FollowAsync(page, $"/buyer/leads/{sale}/outcome", ("outcome", "won"), ("value", "6.000,50"))).Text.ShouldContain("Your report is stored.");
        (await person.FollowAsync(page, $"/buyer/leads/{sale}/outcome", ("outcome", "won"), ("value", "6,000.75"))).Text.ShouldContain("6,000.75 EUR");
        (await person.ReadAsync($"/buyer/leads/{sale}")).Text.ShouldContain("6,000.50 EUR");
        (await OutcomeAsync(node, sale)).ShouldBe("won 6000.75");
    }

    [Theory]
    [InlineData("", "5", "outcome")]
    [InlineData("won", "much", "value")]
    [InlineData("won", "1,2345", "value")]
    [InlineData("no_deal", "5", "value")]
    public async Task report_with_a_problem_is_refused_at_its_field_and_keeps_what_was_typed(string outcome, string value, string field)
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync($"/buyer/leads/{sale}");
        var refused = await person.SendAsync(page, $"/buyer/leads/{sale}/outcome", ("outcome", outcome), ("value", value));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain($"href=\"#{field}\"");
        refused.Html.ShouldContain($"value=\"{value}\"");
        (await OutcomeAsync(node, sale)).ShouldBe("none");
    }

    [Fact]
    public async Task several_are_reported_at_once_and_none_where_one_is_wrong()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        string[] sales = [(await PortalMarket.SellAsync(node)).Nord, (await PortalMarket.SellAsync(node)).Nord];
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync("/buyer");
        var refused = await person.SendAsync(page, "/buyer/leads/outcome", ("sale", sales[0]), ("sale", sales[1]), ("outcome", "appointment"), ("value", "x"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        System.Text.RegularExpressions.Regex.Count(refused.Html, "type=\"checkbox\"[^>]* checked").ShouldBe(2);
        (await person.SendAsync(page, "/buyer/leads/outcome", ("outcome", "won"))).Text.ShouldContain("Choose the leads first.");
        (await person.FollowAsync(page, "/buyer/leads/outcome?promise=shared", ("sale", sales[0]), ("sale", sales[1]), ("outcome", "appointment"), ("value", ""))).Text
            .ShouldContain("2 leads reported.");
        foreach (var sale in sales)
            (await OutcomeAsync(node, sale)).ShouldBe("appointment ");
    }

    [Fact]
    public async Task file_stores_good_lines_and_lists_every_problem_of_the_others()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (first, other) = await PortalMarket.SellAsync(node);
        var (second, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var file = $"sale_id;outcome;value\n{first};won;6000,50\n{other};won;1\n{second};sold;cheap\n;;\n{second};;\n{Guid.Empty};no_deal;3\n";
        var answer = await PortalMarket.UploadAsync(person, "/buyer/outcomes", Encoding.UTF8.GetBytes(file));
        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Text.ShouldContain("1 lines stored, 3 lines not.");
        answer.Text.ShouldContain("2 sale_id: You have no such lead.");
        answer.Text.ShouldContain("3 value: This is no number. outcome: Choose one of the answers.");
        answer.Text.ShouldContain("6 sale_id: You have no such lead. value: This does not belong here.");
        (await OutcomeAsync(node, first)).ShouldBe("won 6000.5");
        (await OutcomeAsync(node, second)).ShouldBe("none");
    }

    [Fact]
    public async Task file_of_the_leads_comes_back_with_its_outcomes_filled_in()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var lines = (await person.ReadAsync("/buyer/leads.csv")).Html.Split("\r\n");
        var names = lines[0].Split(',').ToList();
        var cells = lines[1].Split(',');
        (cells[names.IndexOf("outcome")], cells[names.IndexOf("outcome_value")]) = ("won", "12.5");
        (await PortalMarket.UploadAsync(person, "/buyer/outcomes", Encoding.UTF8.GetBytes($"{lines[0]}\r\n{string.Join(',', cells)}\r\n"))).Text.ShouldContain("1 lines stored, 0 lines not.");
        (await OutcomeAsync(node, sale)).ShouldBe("won 12.5");
    }

    [Fact]
    public async Task file_that_is_none_or_too_large_is_refused_as_a_whole()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var line = $"{sale},won,1\n";
        (byte[] File, string Says)[] files =
        [
            ([], "Choose a file first."),
            (Encoding.UTF8.GetBytes("a,b\n1,2\n"), "The first line must name the columns sale_id and outcome."),
            (Encoding.UTF8.GetBytes("sale_id,outcome\n,\n"), "No line of the file has an outcome."),
            (Encoding.UTF8.GetBytes("sale_id,outcome,value\n" + string.Concat(Enumerable.Repeat(line, 5_001))), "The file has more than 5000 lines."),
            (new byte[(2 * 1024 * 1024) + 1], "The file is larger than 2 MB."),
        ];
        foreach (var (file, says) in files)
        {
            var answer = await PortalMarket.UploadAsync(person, "/buyer/outcomes", file);
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity, says);
            answer.Text.ShouldContain(says);
        }

        (await OutcomeAsync(node, sale)).ShouldBe("none");
    }

    [Fact]
    public async Task lead_is_given_back_and_then_says_so()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        var page = await person.ReadAsync($"/buyer/leads/{sale}");
        var refused = await person.SendAsync(page, $"/buyer/leads/{sale}/return", ("reason", "other"), ("note", "  "));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("href=\"#note\"");
        var done = await person.FollowAsync(page, $"/buyer/leads/{sale}/return", ("reason", "other"), ("note", "<b>Nobody</b> there"));
        done.Text.ShouldContain("The lead is given back");
        done.Html.ShouldContain("&lt;b&gt;Nobody");
        done.Text.ShouldContain("You have given this lead back");
        (await person.ReadAsync("/buyer?status=returned")).Html.ShouldContain(sale);
        (await person.ReadAsync("/buyer/balance")).Text.ShouldContain("Lead given back");
        (await person.SendAsync(page, $"/buyer/leads/{sale}/outcome", ("outcome", "won"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await person.SendAsync(page, $"/buyer/leads/{sale}/return", ("reason", "duplicate"))).Text.ShouldContain("The lead was given back before.");
    }

    [Fact]
    public async Task report_needs_the_forms_token()
    {
        await using var node = await KontorNode.SellingAsync(PortalMarket.Network());
        var (sale, _) = await PortalMarket.SellAsync(node);
        using var person = PortalMarket.Nord(node);
        foreach (var path in (string[])[$"/buyer/leads/{sale}/outcome", "/buyer/leads/outcome", "/buyer/outcomes", $"/buyer/leads/{sale}/return", "/buyer/contracts/nord", "/buyer/contracts/nord/status"])
            (await person.SendAsync(path, ("sale", sale), ("outcome", "won"), ("status", "paused"))).Status.ShouldBe(HttpStatusCode.Forbidden, path);
        (await OutcomeAsync(node, sale)).ShouldBe("none");
    }

    private static async Task<string> OutcomeAsync(KontorNode node, string sale)
    {
        var sales = (await node.Api.GetAsync("/v1/sales?buyer=nordbuyer"))["items"]!.AsArray();
        return sales.Single(one => one!["sale_id"]!.ToString() == sale)!["outcome"] is { } outcome
            ? $"{outcome["outcome"]} {outcome["value"]?.GetValue<decimal>().ToString("0.##", System.Globalization.CultureInfo.InvariantCulture)}"
            : "none";
    }
}
