using System.Net;
using System.Text.RegularExpressions;
using Kontor.Portal;

namespace Kontor.Tests.Billing;

/// <summary>Accounts, their lines, the form that credits them, suppliers' earnings.</summary>
public sealed partial class MoneyPagesTests
{
    private const string Money = "/console/money";
    private const string Account = $"{Money}/buyers/a";
    private const string Credits = $"{Account}/credits";

    private static readonly string Two = Market.Of("{mode: exclusive, method: priority}", Market.Parties(
        [("a", "billing: {type: prepaid, currency: EUR}"), ("b", "billing: {type: invoice, credit_limit: 500}")],
        [("a", "a", "prices: [{max_buyers: 1, price: 40}], priority: 1"), ("b", "b", "prices: [{max_buyers: 1, price: 30}], priority: 2")]));

    [Fact]
    public async Task accounts_and_earnings_are_those_of_the_ledger()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        await node.Api.CreditAsync("a", 100);
        await node.Api.SellAsync(4, atOnce: 1);
        using var person = PageClient.SignedIn(node, PageRole.ReadOnly);
        var text = (await person.ReadAsync(Money)).Text;
        text.ShouldContain("a 20.00 EUR 0.00 EUR 0.00 EUR 20.00 EUR");
        text.ShouldContain("b -60.00 EUR 0.00 EUR 500.00 EUR 440.00 EUR");
        text.ShouldContain("Acme 4 84.00 EUR 0.00 EUR 84.00 EUR");
        (await person.ReadAsync($"{Money}?month=last")).Text.ShouldContain("Nobody earned anything in this month");
    }

    [Fact]
    public async Task empty_installation_says_what_belongs_here()
    {
        await using var node = await KontorNode.StartAsync();
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        var page = await person.ReadAsync(Money);
        page.Text.ShouldContain("There is no buyer yet");
        page.Html.ShouldContain("href=\"/console/network/buyers/new\"");
        (await person.OpenAsync(Account)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task each_line_has_the_balance_after_it_over_all_pages()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        foreach (var i in Enumerable.Range(1, 120))
            await node.Api.CreditAsync("a", i, $"bank {i}");
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        var seen = new List<string>();
        for (var path = Account; ;)
        {
            var page = await person.ReadAsync(path);
            seen.AddRange(Line().Matches(page.Text).Select(line => line.Value));
            if (Next().Match(page.Html) is not { Success: true } next)
                break;
            path = WebUtility.HtmlDecode(next.Groups[1].Value);
        }

        seen.ShouldBe(Enumerable.Range(1, 120).Reverse().Select(i => $"bank {i} {i}.00 {i * (i + 1) / 2:N0}.00"));
    }

    [Fact]
    public async Task credit_is_posted_once_however_often_its_form_is_sent()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        using var person = PageClient.SignedIn(node, PageRole.Finance);
        var form = await person.ReadAsync(Account);
        var values = Form(form, "250.5", "");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => person.SendAsync(form, Credits, values)));
        answers.ShouldAllBe(answer => answer.Status == HttpStatusCode.SeeOther);
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(250.50m);
        (await person.FollowAsync(form, Credits, values)).Text.ShouldContain("250.50 EUR had been posted before under this reference; nothing was changed.");
        (await person.FollowAsync(await person.ReadAsync(Account), Credits, Form(await person.ReadAsync(Account), "250.5", ""))).Text.ShouldContain("250.50 EUR posted.");
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(501m);
    }

    [Theory]
    [InlineData("", "", "Enter an amount.")]
    [InlineData("much", "bank 1", "Enter the amount as a number")]
    [InlineData("0", "bank 1", "The amount must not be zero")]
    [InlineData("1.005", "bank 1", "EUR has at most 2 digits after the point.")]
    [InlineData("1,50", "bank 1", "Enter the amount as a number")]
    [InlineData("-1", "bank 1", "The correction takes more than the account has free.")]
    [InlineData("1", "<script>alert(1)</script>\u202E", null)]
    public async Task refusal_stands_at_its_field_and_keeps_what_was_typed(string amount, string reference, string? problem)
    {
        await using var node = await KontorNode.SellingAsync(Two);
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        var form = await person.ReadAsync(Account);
        var answer = await person.SendAsync(form, Credits, Form(form, amount, reference));
        if (problem is null)
        {
            var page = await person.ReadAsync(answer.Answer.Headers.Location!.OriginalString);
            page.Text.ShouldContain(reference);
            page.Html.ShouldNotContain("<script>alert");
            return;
        }

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Text.ShouldContain(problem);
        answer.Html.ShouldContain($"name=\"amount\" type=\"text\" value=\"{amount}\"");
        answer.Html.ShouldContain($"name=\"reference\" type=\"text\" value=\"{reference}\"");
        answer.Html.ShouldContain("href=\"#amount\"");
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(0);
    }

    [Fact]
    public async Task german_writes_and_reads_amounts_with_a_comma()
    {
        await using var node = await KontorNode.SellingAsync(Two);
        using var person = PageClient.SignedIn(node, PageRole.Owner);
        person.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        var form = await person.ReadAsync(Account);
        (await person.FollowAsync(form, Credits, Form(form, "1.234,50", "Überweisung 1"))).Text.ShouldContain("1.234,50 EUR gebucht.");
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(1234.50m);
        (await person.SendAsync(form, Credits, Form(form, "1.50", "Überweisung 2"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(1234.50m);
    }

    [Theory]
    [InlineData(PageRole.Manager)]
    [InlineData(PageRole.ReadOnly)]
    public async Task who_may_not_move_money_sees_no_form_and_sends_none(PageRole role)
    {
        await using var node = await KontorNode.SellingAsync(Two);
        using var owner = PageClient.SignedIn(node, PageRole.Owner);
        using var person = PageClient.SignedIn(node, role);
        var page = await person.ReadAsync(Account);
        page.Html.ShouldNotContain("/credits\"");
        (await person.SendAsync(page, Credits, Form(await owner.ReadAsync(Account), "10", ""))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await node.Api.AccountAsync("a")).Balance.ShouldBe(0);
    }

    [Theory]
    [InlineData(PageRole.Buyer, "a")]
    [InlineData(PageRole.Supplier, "acme")]
    public async Task pages_are_not_there_for_others(PageRole role, string party)
    {
        await using var node = await KontorNode.SellingAsync(Two);
        using var person = PageClient.SignedIn(node, role, party);
        (await person.OpenAsync(Money)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await person.OpenAsync(Account)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static (string, string)[] Form(Page page, string amount, string reference) =>
        [("amount", amount), ("reference", reference), ("currency", "EUR"), ("nonce", Nonce().Match(page.Html).Groups[1].Value)];

    [GeneratedRegex("name=\"nonce\" value=\"([0-9a-f]+)\"")]
    private static partial Regex Nonce();

    [GeneratedRegex(@"bank \d+ [\d.,]+ [\d.,]+")]
    private static partial Regex Line();

    [GeneratedRegex("href=\"([^\"]+)\" rel=\"next\"")]
    private static partial Regex Next();
}
