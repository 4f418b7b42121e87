using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Returns;

/// <summary>Buyers of a node as they report what became of their leads.</summary>
internal sealed class BuyerReports(KontorNode node)
{
    private readonly Dictionary<string, string> keys = [];

    /// <summary>Makes keys for buyers.</summary>
    public static async Task<BuyerReports> OfAsync(KontorNode node, params string[] buyers)
    {
        var reports = new BuyerReports(node);
        foreach (var buyer in buyers)
            reports.keys[buyer] = (await node.Api.OperateAsync(HttpMethod.Post, $"/v1/buyers/{buyer}/keys"))["key"]!;
        return reports;
    }

    /// <summary>The id of a buyer's sale of a lead.</summary>
    public async Task<string> SaleAsync(Guid lead, string buyer)
    {
        var sales = (await node.Api.GetAsync($"/v1/sales?lead_id={lead}"))["items"]!.AsArray();
        return sales.Last(sale => sale!["buyer"]!.ToString() == buyer)!["sale_id"]!.ToString();
    }

    /// <summary>Reports and answers whatever comes back.</summary>
    public Task<ApiAnswer> ReportAsync(string sale, string buyer, string outcome, decimal? value = null, KontorApi? at = null)
    {
        var body = new JsonObject { ["outcome"] = outcome };
        if (value is not null)
            body["value"] = value;
        return (at ?? node.Api).SendAsync(HttpMethod.Post, $"/v1/buyer/sales/{sale}/outcome", body.ToJsonString(), keys[buyer]);
    }

    /// <summary>Reports on a buyer's sale of a lead. Anything but 200 fails the test.</summary>
    public async Task<ApiAnswer> ReportAsync(Guid lead, string buyer, string outcome, decimal? value = null)
    {
        var answer = await ReportAsync(await SaleAsync(lead, buyer), buyer, outcome, value);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>Gives a sale back and answers whatever comes back.</summary>
    public Task<ApiAnswer> ReturnAsync(string sale, string buyer, string reason, string? note = null, KontorApi? at = null) => (at ?? node.Api).SendAsync(
        HttpMethod.Post, $"/v1/buyer/sales/{sale}/return", new JsonObject { ["reason"] = reason, ["note"] = note }.ToJsonString(), keys[buyer]);

    /// <summary>Gives a buyer's sale of a lead back. Anything but 200 fails the test.</summary>
    public async Task<ApiAnswer> ReturnAsync(Guid lead, string buyer, string reason = "wrong_number", string? note = null)
    {
        var answer = await ReturnAsync(await SaleAsync(lead, buyer), buyer, reason, note);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>An operator takes a sale back and answers whatever comes back.</summary>
    public Task<ApiAnswer> TakeBackAsync(string sale, string reason, string? note = null) =>
        node.Api.OperateAsync(HttpMethod.Post, $"/v1/sales/{sale}/return", new JsonObject { ["reason"] = reason, ["note"] = note });

    /// <summary>Sends a request of a buyer as it is.</summary>
    public Task<ApiAnswer> SendAsync(HttpMethod method, string path, string buyer, string? body = null) => node.Api.SendAsync(method, path, body, keys[buyer]);

    /// <summary>Waits until a lead's sales are these.</summary>
    public Task SoldAsync(Guid lead, params string[] sales) => Delivery.Eventually.HoldsAsync(
        async () => (await node.Api.SalesAsync(lead)).SequenceEqual(sales),
        async () => string.Join(", ", await node.Api.SalesAsync(lead)));
}
