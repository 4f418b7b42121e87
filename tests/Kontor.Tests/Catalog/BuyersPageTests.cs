using System.Text;
using System.Text.RegularExpressions;
using Kontor.Catalog;
using Kontor.Core;
using Kontor.Core.Auction;
using Kontor.Core.Catalog;
using Kontor.Core.Delivery;
using Kontor.Core.Returns;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Catalog;

/// <summary>The mappings of docs/buyers.md do what the page says.</summary>
public sealed partial class BuyersPageTests
{
    private static readonly string Page = Repository.Read("docs/buyers.md");
    private static readonly int[] Bidders = [3, 4];
    private static readonly int[] Transfers = [5, 6];
    private const int Returning = 7;
    private const int Opened = 8;
    private static readonly string Network = Yaml(Blocks().Matches(Page).Select(match => match.Groups["yaml"].Value));

    [Fact]
    public async Task worked_examples_can_be_applied()
    {
        await using var node = await KontorNode.SellingAsync(Network);
        foreach (var i in Enumerable.Range(0, 3))
            (await node.Api.GetAsync($"/v1/contracts/c{i}"))["delivery"]!["type"]!.ToString().ShouldBe("http");
        foreach (var i in Bidders)
            (await node.Api.GetAsync($"/v1/contracts/c{i}"))["bid"]!["request"]!["field_order"].ShouldNotBeNull();
        foreach (var i in Transfers)
            (await node.Api.GetAsync($"/v1/contracts/c{i}")).ToJsonString().ShouldContain("\"expires_in\"");
        (await node.Api.GetAsync("/v1/campaigns/p0"))["plan"]!["resale"]![0]!["if"]!.ToString().ShouldBe("no_deal");
        Contracts().Count.ShouldBe(Opened + 1);
        Contracts()[Opened].BuyerMay.Price.ShouldBe(new PriceBounds(3_000, 12_000));
        Contracts()[Returning].Returns!.Within.ShouldBe(TimeSpan.FromDays(7));
        Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1])
            .Intersect(ReturnRequest.AllReasons.Select(reason => CatalogNames.Of(reason))).ShouldBe(ReturnRequest.AllReasons.Select(reason => CatalogNames.Of(reason)));
    }

    [Theory]
    [InlineData(0, """{"result": {"success": true, "price": 90}}""", AnswerStatus.Accepted, null)]
    [InlineData(0, """{"result": {"success": false, "errors": [{"message": "seen before"}]}}""", AnswerStatus.Rejected, "seen before")]
    [InlineData(0, """{"result": {"success": true, "price": 0}}""", AnswerStatus.Rejected, null)]
    [InlineData(1, "OK 4711", AnswerStatus.Accepted, null)]
    [InlineData(1, "ERROR: area not served", AnswerStatus.Rejected, "area not served")]
    [InlineData(2, """<Antwort><Status code="0"/></Antwort>""", AnswerStatus.Accepted, null)]
    [InlineData(2, """<Antwort><Status code="17"/><Meldung>Dublette</Meldung></Antwort>""", AnswerStatus.Rejected, "Dublette")]
    public void answer_on_the_page_is_read_as_the_page_says(int example, string answer, AnswerStatus status, string? reason)
    {
        Page.ShouldContain($"`{answer}`");
        var read = ResponseReading.Read(Encoding.UTF8.GetBytes(answer), Contracts()[example].Delivery.Response);
        (read.Status, read.Reason).ShouldBe((status, reason));
    }

    [Theory]
    [InlineData(0, """{"customer":{"first_name":"Erika","last_name":"Muster","phone":"+4915123456789"},"zip":"20095","power_bill":120,"price":90.00,""")]
    [InlineData(1, "key=9c44&Vorname=Erika&")]
    [InlineData(1, "&Telefon=%2B4915123456789")]
    [InlineData(2, "<Interessent><Person><Vorname>Erika</Vorname>")]
    public void request_on_the_page_is_what_is_sent(int example, string part)
    {
        Page.ShouldContain(part);
        var values = new Dictionary<string, FieldValue>
        {
            ["lead.first_name"] = FieldValue.Of("Erika"), ["lead.last_name"] = FieldValue.Of("Muster"), ["lead.phone"] = FieldValue.Of("+4915123456789"),
            ["lead.postal_code"] = FieldValue.Of("20095"), ["lead.power_bill"] = FieldValue.Of(120m), ["price"] = FieldValue.Of(90.00m),
        };
        Encoding.UTF8.GetString(RequestMessage.Build(Contracts()[example].Delivery.Request!, new TemplateValues(values)).Body).ShouldContain(part);
    }

    [Theory]
    [InlineData(3, """{"result": {"decision": "BUY", "offer": {"amount": 42.5, "currency": "EUR", "id": "o-17", "valid_seconds": 60}}}""", ReasonCode.None, 4_250, "o-17")]
    [InlineData(3, """{"result": {"decision": "PASS", "message": "area not served"}}""", ReasonCode.NoBid, 0, "area not served")]
    [InlineData(4, """<Response code="0"><Price>31.00</Price><Ticket>t-9</Ticket></Response>""", ReasonCode.None, 3_100, "t-9")]
    [InlineData(4, """<Response code="0"><Price>0</Price></Response>""", ReasonCode.NoBid, 0, null)]
    [InlineData(4, """<Response code="5"><Error>daily cap</Error></Response>""", ReasonCode.NoBid, 0, "daily cap")]
    [InlineData(4, """<Response code="0"><Price>31,00</Price></Response>""", ReasonCode.BidInvalid, 0, null)]
    public void bid_on_the_page_is_read_as_the_page_says(int example, string answer, ReasonCode reason, long amount, string? told)
    {
        Page.ShouldContain($"`{answer}`");
        var (rule, euro) = (Contracts()[example].Bid!, Currency.Parse("EUR"));
        var bid = CheckBid.Check(BidAnswer.Read(Encoding.UTF8.GetBytes(answer), rule.Response, euro), rule, euro);
        (bid.Reason, bid.Amount, bid.Token ?? bid.Note).ShouldBe((reason, amount, told));
    }

    [Theory]
    [InlineData(3, """{"request_id":"...","location":{"zip":"20095"},"power_bill":120,"exclusive":"exclusive","answer_until":"2026-11-21T10:00:01.000Z"}""")]
    [InlineData(4, "<Ping><Key>c0ffee</Key><Id>...</Id><Lead><Zip>20095</Zip><Buyers>1</Buyers></Lead></Ping>")]
    public void ping_on_the_page_is_what_is_sent(int example, string body)
    {
        Page.ShouldContain($"`{body}`");
        var values = new Dictionary<string, FieldValue>
        {
            ["ping_id"] = FieldValue.Of("..."), ["mode"] = FieldValue.Of("exclusive"), ["max_buyers"] = FieldValue.Of(1m), ["deadline"] = FieldValue.Of("2026-11-21T10:00:01.000Z"),
            ["lead.postal_code"] = FieldValue.Of("20095"), ["lead.power_bill"] = FieldValue.Of(120m),
        };
        Encoding.UTF8.GetString(RequestMessage.Build(Contracts()[example].Bid!.Request!, new TemplateValues(values)).Body).ShouldEndWith(body);
    }

    private static List<Contract> Contracts()
    {
        var documents = YamlDocument.Parse(Network)!.AsObject().SelectMany(list => list.Value!.AsArray().Select(entry =>
            new CatalogDocument(CatalogKinds.TryParse(list.Key)!.Value, entry!["key"]!.ToString(), entry.AsObject(), "", true))).ToList();
        var reading = NetworkReader.Read(1, documents, PostalGeography.Empty);
        reading.Problems.ShouldBeEmpty();
        return [.. reading.Network!.Contracts.Values.OrderBy(contract => contract.Key, StringComparer.Ordinal)];
    }

    private static string Yaml(IEnumerable<string> examples)
    {
        var yaml = new StringBuilder("""
            verticals:
              - key: solar
                fields:
                  - {key: first_name, type: first_name}
                  - {key: last_name, type: last_name}
                  - {key: email, type: email}
                  - {key: phone, type: phone}
                  - {key: postal_code, type: postal_code, ping: true}
                  - {key: power_bill, type: money, ping: true}
            suppliers: [{key: acme}]
            sources: [{key: landing, supplier: acme, payout: {type: fixed, amount: 1}}]
            buyers: [{key: b, name: b, time_zone: Europe/Berlin, billing: {type: invoice}}]
            campaigns:
              - {key: solar, vertical: solar, country: DE, currency: EUR, plan: {mode: exclusive, method: priority}}

            """);
        var blocks = examples.Select(example => example.Trim()).ToLookup(example => example.StartsWith("plan:", StringComparison.Ordinal));
        foreach (var (i, plan) in blocks[true].Index())
            yaml.Append($"  - key: p{i}\n    vertical: solar\n    country: DE\n    currency: EUR\n    {Indented(plan)}\n");
        yaml.Append("contracts:\n");
        foreach (var (i, contract) in blocks[false].Index())
            yaml.Append($"  - key: c{i}\n    buyer: b\n    campaign: solar\n    {Prices(contract)}{Indented(contract)}\n");
        return yaml.ToString();
    }

    private static string Indented(string example) => example.Replace("\n", "\n    ");

    private static string Prices(string contract) => contract.StartsWith("prices:", StringComparison.Ordinal) ? ""
        : $"prices: [{{max_buyers: 1{(contract.StartsWith("bid:", StringComparison.Ordinal) ? "" : ", price: 90")}}}]\n    ";

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
