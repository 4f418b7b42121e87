using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Platform;

namespace Kontor.Tests.Platform;

/// <summary>What a node answered.</summary>
internal sealed record ApiAnswer(int Status, string Text, HttpResponseHeaders Headers)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public JsonArray Items => Json["items"]!.AsArray();
}

/// <summary>A whole node, as production starts it, over a database of its own. Every answer is held against the API document.</summary>
internal sealed class ApiNode : IAsyncDisposable
{
    private const string OperatorKey = "kop_0123456789abcdef0123456789abcdef";
    private readonly TestDatabase database;
    private readonly HttpClient client;

    private ApiNode(TestDatabase database, Server server, DocumentedAnswers answers)
    {
        this.database = database;
        Server = server;
        Answers = answers;
        client = new HttpClient(answers) { BaseAddress = server.Url };
    }

    public Server Server { get; }

    public TestDatabase Database => database;

    public DocumentedAnswers Answers { get; }

    public static async Task<ApiNode> StartAsync()
    {
        var database = await TestDatabase.CreateAsync();
        var options = new KontorOptions
        {
            Url = "http://127.0.0.1:0", Database = database.ConnectionString, OperatorKey = OperatorKey, AllowPrivateTargets = "127.0.0.0/8",
        };
        return new ApiNode(database, await Server.StartAsync(options, TestContext.Current.CancellationToken), new DocumentedAnswers());
    }

    /// <summary>Sends a request as the operator or with another key; an empty key sends none.</summary>
    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, string? body = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key != "")
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? OperatorKey);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, body.TrimStart().StartsWith('{') ? "application/json" : "application/yaml");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new ApiAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), response.Headers);
    }

    public Task<ApiAnswer> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, key: key);

    public Task<ApiAnswer> PostAsync(string path, string? body = null, string? key = null) => SendAsync(HttpMethod.Post, path, body, key);

    /// <summary>Applies a network.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var answer = await PostAsync("/v1/apply", yaml);
        answer.Status.ShouldBe(200, answer.Text);
    }

    /// <summary>A new key of a source (<c>sources/landing</c>) or a buyer (<c>buyers/nord</c>).</summary>
    public async Task<string> KeyAsync(string party) => (string)(await PostAsync($"/v1/{party}/keys")).Json["key"]!;

    /// <summary>Posts a lead.</summary>
    public Task<ApiAnswer> PostLeadAsync(string key, JsonObject lead) => PostAsync("/v1/leads", lead.ToJsonString(), key);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await Server.DisposeAsync();
        await database.DisposeAsync();
    }
}
