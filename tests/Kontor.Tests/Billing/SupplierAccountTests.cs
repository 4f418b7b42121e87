using System.Net;
using System.Text.Json.Nodes;
using Kontor.Portal;

namespace Kontor.Tests.Billing;

/// <summary>What suppliers earned and were paid. Every lead earns 54 EUR; the books are verified at the end of each test.</summary>
public sealed class SupplierAccountTests
{
    private const string Payments = "/v1/suppliers/acme/payments";
    private static readonly string Network = Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], returns: {within: 7d}")));

    [Fact]
    public async Task payment_lowers_what_is_open_and_stands_in_the_ledger()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        (await node.Api.GetAsync("/v1/suppliers/acme/account"))["accounts"]!.AsArray().ShouldBeEmpty();
        await node.Api.SellAsync(4);
        (await AccountAsync(node)).ShouldBe("earned 216.00 taken 0.00 paid 0.00 open 216.00");
        var posted = await PayAsync(node, 150.5m, "bank 1");
        posted.Status.ShouldBe(HttpStatusCode.Created, posted.Text);
        posted.Body["account"]!["open"]!.ToJsonString().ShouldBe("65.50");
        (await AccountAsync(node)).ShouldBe("earned 216.00 taken 0.00 paid 150.50 open 65.50");
        var line = (await node.Api.GetAsync("/v1/ledger?account=supplier:acme"))["items"]!.AsArray()[^1]!;
        (line["kind"]!.ToString(), line["amount"]!.ToJsonString(), line["reference"]!.ToString(), line["posting_id"]!.ToString()).ShouldBe(("payment", "-150.50", "bank 1", posted["posting_id"]));
        (await node.Api.GetAsync("/v1/ledger?account=bank"))["items"]!.AsArray().ShouldHaveSingleItem()!["amount"]!.ToJsonString().ShouldBe("150.50");
        (await node.Database.ScalarAsync<string>("select after ->> 'reference' from audit_entries where action = 'paid'")).ShouldBe("bank 1");
    }

    [Fact]
    public async Task same_reference_is_paid_once_and_more_than_is_open_never()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SellAsync(2);
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => PayAsync(node, 40, "bank 1")));
        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(answer => answer.Status == HttpStatusCode.OK).ShouldBe(15);
        answers.Select(answer => answer["posting_id"]).Distinct().ShouldHaveSingleItem();
        (await PayAsync(node, 41, "bank 1"))["code"].ShouldBe("reference_conflict");

        // 68 EUR are open: of eight payments of 20 EUR at once three are made.
        var rest = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => PayAsync(node, 20, $"rest {i}")));
        rest.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(3);
        rest.Where(answer => answer.Status != HttpStatusCode.Created).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict && answer["code"] == "not_open");
        (await AccountAsync(node)).ShouldBe("earned 108.00 taken 0.00 paid 100.00 open 8.00");
    }

    [Fact]
    public async Task correction_takes_back_at_most_what_was_paid()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SellAsync();
        await PayAsync(node, 50, "bank 1");
        (await PayAsync(node, -50.01m, "typo"))["code"].ShouldBe("not_open");
        (await PayAsync(node, -20, "typo")).Status.ShouldBe(HttpStatusCode.Created);
        (await AccountAsync(node)).ShouldBe("earned 54.00 taken 0.00 paid 30.00 open 24.00");
    }

    [Fact]
    public async Task return_of_what_was_paid_leaves_less_than_nothing_open()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        var lead = await node.Api.SellAsync();
        await PayAsync(node, 54, "bank 1");
        var sale = await node.Database.ScalarAsync<Guid>("select sale_id from sales where lead_id = $1", lead.LeadId);
        (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = "wrong_number" })).Status.ShouldBe(HttpStatusCode.OK);
        (await AccountAsync(node)).ShouldBe("earned 54.00 taken 54.00 paid 54.00 open -54.00");
        (await PayAsync(node, 1, "bank 2")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{"currency": "EUR", "reference": "x"}""", "amount", "required")]
    [InlineData("""{"amount": 0, "currency": "EUR", "reference": "x"}""", "amount", "out_of_range")]
    [InlineData("""{"amount": 5.001, "currency": "EUR", "reference": "x"}""", "amount", "too_many_digits")]
    [InlineData("""{"amount": 5, "reference": "x"}""", "currency", "required")]
    [InlineData("""{"amount": 5, "currency": "euro", "reference": "x"}""", "currency", "invalid_currency")]
    [InlineData("""{"amount": 5, "currency": "EUR"}""", "reference", "required")]
    [InlineData("""{"amount": 5, "currency": "EUR", "reference": ""}""", "reference", "invalid")]
    [InlineData("""{"amount": 5, "currency": "EUR", "reference": "x", "note": "y"}""", "note", "unknown_key")]
    public async Task payment_that_makes_no_sense_is_refused(string body, string field, string code)
    {
        await using var node = await KontorNode.SellingAsync(Network);
        var answer = await node.Api.OperateAsync(HttpMethod.Post, Payments, JsonNode.Parse(body));
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Body["errors"]!.AsArray().Select(error => $"{error!["field"]} {error["code"]}").ShouldBe([$"{field} {code}"]);
        (await node.Database.ScalarAsync<long>("select count(*) from ledger_postings")).ShouldBe(0);
        (await node.Api.OperateAsync(HttpMethod.Post, "/v1/suppliers/nobody/payments", JsonNode.Parse(body))).Status.ShouldBe(HttpStatusCode.NotFound);
        (await node.Api.OperateAsync(HttpMethod.Get, "/v1/suppliers/nobody/account")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task operator_notes_a_payment_in_the_pages_and_its_supplier_sees_it()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        await node.Api.SellAsync(2);
        using var finance = PageClient.SignedIn(node, PageRole.Finance);
        var page = await finance.ReadAsync("/console/money/suppliers/acme");
        page.Text.ShouldContain("Still to be paid 108.00 EUR");
        page.Text.ShouldContain("Nothing was paid out yet");
        (await SendAsync("109", "bank 1")).Text.ShouldContain("This is more than is open, or takes back more than was paid.");
        (await SendAsync("100,50", "")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await SendAsync("100.50", "")).Status.ShouldBe(HttpStatusCode.SeeOther);

        // The same form again is the same payment.
        (await SendAsync("100.50", "")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await finance.ReadAsync("/console/money/suppliers/acme")).Text.ShouldContain("Paid out 100.50 EUR Still to be paid 7.50 EUR");
        using var supplier = PageClient.SignedIn(node, PageRole.Supplier, "acme");
        (await supplier.ReadAsync("/supplier/earnings")).Text.ShouldContain("Earned in all 108.00 EUR Taken back 0.00 EUR Paid out 100.50 EUR Still to be paid 7.50 EUR");

        // Who may only read sees no form and cannot send one.
        using var reader = PageClient.SignedIn(node, PageRole.ReadOnly);
        (await reader.ReadAsync("/console/money/suppliers/acme")).Text.ShouldNotContain("Note a payment");
        (await reader.SendAsync(page, "/console/money/suppliers/acme/payments", ("amount", "1"), ("currency", "EUR"), ("reference", "x"), ("nonce", "n"))).Status.ShouldNotBe(HttpStatusCode.SeeOther);
        (await finance.OpenAsync("/console/money/suppliers/nobody")).Status.ShouldBe(HttpStatusCode.NotFound);

        Task<Page> SendAsync(string amount, string reference) => finance.SendAsync(
            page, "/console/money/suppliers/acme/payments", ("amount", amount), ("currency", "EUR"), ("reference", reference),
            ("nonce", System.Text.RegularExpressions.Regex.Match(page.Html, "name=\"nonce\" value=\"([^\"]+)\"").Groups[1].Value));
    }

    private static Task<ApiAnswer> PayAsync(KontorNode node, decimal amount, string reference) =>
        node.Api.OperateAsync(HttpMethod.Post, Payments, new JsonObject { ["amount"] = amount, ["currency"] = "EUR", ["reference"] = reference });

    private static async Task<string> AccountAsync(KontorNode node)
    {
        var account = (await node.Api.GetAsync("/v1/suppliers/acme/account"))["accounts"]!.AsArray().ShouldHaveSingleItem()!;
        return $"earned {account["earned"]!.ToJsonString()} taken {account["taken_back"]!.ToJsonString()} paid {account["paid"]!.ToJsonString()} open {account["open"]!.ToJsonString()}";
    }
}
