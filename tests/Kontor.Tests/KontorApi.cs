using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Kontor.Tests;

/// <summary>An answer of a node.</summary>
public sealed record ApiAnswer(HttpStatusCode Status, string Text, HttpResponseHeaders Headers)
{
    private JsonNode? body;

    public JsonNode Body => body ??= JsonNode.Parse(Text)!;

    /// <summary>A member of the body as text; null when it is null or missing.</summary>
    public string? this[string member] => Body[member]?.ToString();

    public Guid LeadId => Guid.Parse(this["lead_id"]!);
}

/// <summary>A node as its operator and its suppliers use it: over HTTP.</summary>
public sealed class KontorApi(Uri url, int connections = 256) : IDisposable
{
    public const string OperatorKey = "kop_operator_of_the_tests";
    private static int people;

    private readonly HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
    private readonly Dictionary<string, string> sourceKeys = [];
    private readonly SemaphoreSlim making = new(1, 1);

    public Uri Url => url;

    /// <summary>Applies a network. Anything but success fails the test.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var answer = await SendAsync(HttpMethod.Post, "/v1/apply", yaml, OperatorKey, "application/yaml");
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
    }

    /// <summary>A key of a source, made when first asked for.</summary>
    public async Task<string> SourceKeyAsync(string source = Market.Source)
    {
        await making.WaitAsync();
        try
        {
            if (!sourceKeys.TryGetValue(source, out var key))
            {
                var answer = await SendAsync(HttpMethod.Post, $"/v1/sources/{source}/keys", null, OperatorKey);
                sourceKeys[source] = key = answer["key"].ShouldNotBeNull(answer.Text);
            }

            return key;
        }
        finally
        {
            making.Release();
        }
    }

    /// <summary>Uses a key that another node made.</summary>
    public void UseSourceKey(string key, string source = Market.Source) => sourceKeys[source] = key;

    /// <summary>Lets other nodes use this one's source key; returns when they know it and its source.</summary>
    public async Task ShareSourceKeyAsync(params IEnumerable<KontorApi> others)
    {
        var key = await SourceKeyAsync();
        foreach (var other in others)
        {
            other.UseSourceKey(key);
            // A post without anything is refused for what it lacks as soon as the key is known.
            await Delivery.Eventually.HoldsAsync(
                async () => (await other.PostAsync(new JsonObject())).Status == HttpStatusCode.BadRequest,
                () => Task.FromResult("The node does not know the source's key."));
        }
    }

    /// <summary>A lead of somebody new.</summary>
    public static JsonObject Lead(string? externalId = null)
    {
        var lead = new JsonObject
        {
            ["campaign"] = Market.Campaign, ["first_name"] = "Erika", ["email"] = $"erika{Interlocked.Increment(ref people)}@example.org", ["roof"] = "owner",
        };
        if (externalId is not null)
            lead["external_id"] = externalId;
        return lead;
    }

    /// <summary>Posts a lead and answers whatever comes back.</summary>
    public async Task<ApiAnswer> PostAsync(JsonNode lead, string? idempotencyKey = null, string source = Market.Source) =>
        await SendAsync(HttpMethod.Post, "/v1/leads", lead.ToJsonString(), await SourceKeyAsync(source), headers: ("Idempotency-Key", idempotencyKey));

    /// <summary>Pings a lead, the same one each time unless told otherwise. Anything but 200 fails the test.</summary>
    public async Task<ApiAnswer> PingAsync(JsonNode? values = null)
    {
        var body = values ?? new JsonObject { ["campaign"] = Market.Campaign, ["roof"] = "owner" };
        var answer = await SendAsync(HttpMethod.Post, "/v1/pings", body.ToJsonString(), await SourceKeyAsync());
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>Posts somebody new and answers the lead's standing. Anything but 200 fails the test.</summary>
    public async Task<ApiAnswer> SellAsync(JsonNode? lead = null)
    {
        var answer = await PostAsync(lead ?? Lead());
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer;
    }

    /// <summary>Posts so many new people, so many at a time; all must be answered with 200.</summary>
    public async Task<ApiAnswer[]> SellAsync(int count, int atOnce = 64)
    {
        await SourceKeyAsync();
        var answers = new ApiAnswer[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, _) => answers[i] = await SellAsync());
        return answers;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null, OperatorKey);
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Text);
        return answer.Body;
    }

    public Task<ApiAnswer> OperateAsync(HttpMethod method, string path, JsonNode? body = null, (string Name, string? Value) header = default) =>
        SendAsync(method, path, body?.ToJsonString(), OperatorKey, headers: header);

    /// <summary>How each contract fared, in the order of their keys, as <c>contract sold</c> or <c>contract reason</c>.</summary>
    public async Task<string[]> TraceAsync(Guid lead)
    {
        var trace = await GetAsync($"/v1/leads/{lead}/trace");
        return [.. trace["contracts"]!.AsArray().Select(entry => $"{entry!["contract"]} {entry["reason_code"] ?? entry["outcome"]}")];
    }

    /// <summary>A lead's sales as <c>contract status price</c>, in the order of the contracts.</summary>
    public async Task<string[]> SalesAsync(Guid lead)
    {
        var sales = await GetAsync($"/v1/sales?lead_id={lead}");
        return [.. sales["items"]!.AsArray().Select(sale => $"{sale!["contract"]} {sale["status"]} {sale["price"]}").Order(StringComparer.Ordinal)];
    }

    /// <summary>Waits until a lead that was pending has ended.</summary>
    public Task EndsAsync(Guid lead, string status) => Delivery.Eventually.HoldsAsync(
        async () => (await GetAsync($"/v1/leads/{lead}"))["status"]!.ToString() == status,
        async () => (await GetAsync($"/v1/leads/{lead}")).ToJsonString());

    public async Task CreditAsync(string buyer, decimal amount, string? reference = null)
    {
        var answer = await OperateAsync(
            HttpMethod.Post, $"/v1/buyers/{buyer}/credits", new JsonObject { ["amount"] = amount, ["currency"] = "EUR", ["reference"] = reference });
        ((int)answer.Status).ShouldBeInRange(200, 201, answer.Text);
    }

    /// <summary>A buyer's balance and what is held of it.</summary>
    public async Task<(decimal Balance, decimal Held)> AccountAsync(string buyer)
    {
        var account = await GetAsync($"/v1/buyers/{buyer}/account");
        return ((decimal)account["balance"]!, (decimal)account["held"]!);
    }

    /// <summary>Sends a request as it is.</summary>
    public async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, string? body, string? key, string type = "application/json", params (string Name, string? Value)[] headers)
    {
        using var content = body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content?.Headers.TryAddWithoutValidation("Content-Type", type);
        return await SendAsync(method, path, content, key, headers);
    }

    /// <summary>Sends any content.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, string? key, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
        {
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    public void Dispose()
    {
        client.Dispose();
        making.Dispose();
    }
}
