using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Tests.Tidy;

namespace Kontor.Tests.Intake.Dialects;

/// <summary>A node whose source speaks a dialect. One campaign buys owners' leads for 90, another is paused, on the third a buyer never answers,
/// the fourth shares leads between two buyers for 40 and 30.</summary>
internal sealed partial class DialectMarket : IAsyncDisposable
{
    private readonly TestBuyers buyers;

    private DialectMarket(KontorNode node, TestBuyers buyers, string key) => (Node, this.buyers, Key) = (node, buyers, key);

    public KontorNode Node { get; }

    public string Key { get; }

    /// <summary>The ping that later requests name as <c>{ping}</c>, and its bids as <c>{bid}-1</c>.</summary>
    public Guid? Ping { get; private set; }

    public static async Task<DialectMarket> OpenAsync(JsonNode dialect)
    {
        var buyers = await TestBuyers.StartAsync();
        var node = await KontorNode.SellingAsync(Market.Of(
            "{mode: exclusive, method: priority}",
            Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 90}], filter: {field: roof, op: eq, value: owner}")),
            "answer_within: 10s, duplicates: {fields: [email], window: 30d}"));
        await node.Api.ApplyAsync($$$"""
            campaigns:
              - {key: closed, vertical: solar, country: DE, currency: EUR, status: paused, plan: {mode: exclusive, method: priority}}
              - {key: slow, vertical: solar, country: DE, currency: EUR, answer_within: 1s, plan: {mode: exclusive, method: priority}}
              - {key: shared, vertical: solar, country: DE, currency: EUR, plan: {mode: shared, max_buyers: 2, method: priority}}
            buyers: [{key: b, name: b, time_zone: Europe/Berlin, billing: {type: invoice}}]
            contracts:
              - {key: first, buyer: a, campaign: shared, priority: 1, prices: [{max_buyers: 2, price: 40}], delivery: {type: portal}}
              - {key: second, buyer: b, campaign: shared, priority: 2, prices: [{max_buyers: 2, price: 30}], delivery: {type: portal}}
              - {key: waits, buyer: a, campaign: slow, prices: [{max_buyers: 1, price: 50}], accept: on_response, timeout: 30s, {{{buyers.Delivery("hang", "a")}}}}
            """);
        var market = new DialectMarket(node, buyers, await node.Api.SourceKeyAsync());
        var source = await node.Api.GetAsync("/v1/sources/landing");
        source["dialect"] = dialect.DeepClone();
        var put = await node.Api.OperateAsync(HttpMethod.Put, "/v1/sources/landing", source);
        ((int)put.Status).ShouldBe(200, put.Text);
        JsonNode.DeepEquals((await node.Api.GetAsync("/v1/sources/landing"))["dialect"], dialect).ShouldBeTrue();
        return market;
    }

    /// <summary>The dialects by the name of their file, with the settings that the file gives the source.</summary>
    public static JsonObject File(string name) => JsonNode.Parse(Repository.Read($"tests/Kontor.Tests/Intake/Dialects/{name}.json"))!.AsObject();

    /// <summary>Sends a request written out: a line of method and address, headers, an empty line, the body. The key stands for <c>{key}</c>.</summary>
    /// <param name="lines">The request.</param>
    /// <param name="keep">Whether the answer's id is that of the ping which later requests name.</param>
    /// <returns>Status, media type and text; the id of the ping is shown as <c>{ping}</c>, that of a lead as <c>{lead}</c>.</returns>
    public async Task<(int Status, string Type, string Text)> SendAsync(IEnumerable<string> lines, bool keep = false)
    {
        var request = lines.Select(line => line.Replace("{key}", Key, StringComparison.Ordinal)
            .Replace("{ping}", $"{Ping}", StringComparison.Ordinal).Replace("{bid}", $"{Ping:N}", StringComparison.Ordinal)).ToList();
        var end = request.IndexOf("") is var found and >= 0 ? found : request.Count;
        var headers = request[1..end].Select(line => line.Split(": ", 2)).ToList();
        var body = end < request.Count ? string.Join('\n', request[(end + 1)..]) : null;
        var address = request[0].Split(' ');
        var type = headers.FirstOrDefault(header => header[0] == "Content-Type")?[1];
        using var http = new HttpClient { BaseAddress = Node.Api.Url };
        using var message = new HttpRequestMessage(HttpMethod.Parse(address[0]), address[1]);
        if (body is not null)
            message.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        if (type is not null)
            message.Content!.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var header in headers.Where(header => header[0] != "Content-Type"))
            message.Headers.TryAddWithoutValidation(header[0], header[1]);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (keep)
            Ping = LeadId().Match(text) is { Success: true } id ? Guid.Parse(id.Value) : Guid.Empty;
        if (Ping is { } ping)
            text = text.Replace($"{ping}", "{ping}", StringComparison.Ordinal).Replace($"{ping:N}", "{bid}", StringComparison.Ordinal);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString() ?? "", LeadId().Replace(text, "{lead}"));
    }

    /// <summary>Ends the ping's promise.</summary>
    public Task ExpireAsync() => Node.Database.ExecuteAsync($"update pings set answer_until = received_at where ping_id = '{Ping}'");

    public async ValueTask DisposeAsync()
    {
        await buyers.HangUpAsync();
        await Node.DisposeAsync();
        await buyers.DisposeAsync();
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex LeadId();
}
