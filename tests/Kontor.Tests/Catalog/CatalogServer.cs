using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kontor.Billing;
using Kontor.Catalog;
using Kontor.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Catalog;

/// <summary>A node with the catalog's and the accounts' addresses on a port of its own, over a real database.</summary>
internal sealed class CatalogServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient client;

    private CatalogServer(WebApplication app, string operatorKey)
    {
        this.app = app;
        OperatorKey = operatorKey;
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public string OperatorKey { get; }

    public LiveNetwork Live => app.Services.GetRequiredService<LiveNetwork>();

    public ApiKeys Keys => app.Services.GetRequiredService<ApiKeys>();

    public static async Task<CatalogServer> StartAsync(TestDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(database.Source).AddSingleton(TimeProvider.System).AddCatalog();
        builder.Services.AddSingleton(database.Source).AddSingleton(TimeProvider.System).AddSingleton<Kontor.Sale.LiveCounters>();
        var app = builder.Build();
        app.UseRequestIds().UseFailureAnswers();
        CatalogEndpoints.Map(app);
        BuyerAccounts.Map(app);
        Ledger.Map(app);
        await app.StartAsync();
        var key = $"kop_{Guid.NewGuid():N}";
        (await app.Services.GetRequiredService<ApiKeys>().EnsureOperatorKeyAsync(key)).ShouldBeNull();
        return new CatalogServer(app, key);
    }

    /// <summary>Sends a request as the operator, or with another key; an empty key sends none.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, string? body = null, string? key = null, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key != "")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? OperatorKey);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, body.TrimStart().StartsWith('{') ? "application/json" : "application/yaml");
        }

        more?.Invoke(request);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer((int)response.StatusCode, text, response.Headers.ETag?.Tag, response.Headers.WwwAuthenticate.ToString());
    }

    public Task<Answer> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, key: key);

    public Task<Answer> PutAsync(string path, string body, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, path, body, more: request => WithIfMatch(request, ifMatch));

    public Task<Answer> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private static void WithIfMatch(HttpRequestMessage request, string? ifMatch)
    {
        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }
    }
}

/// <summary>What a server answered.</summary>
internal sealed record Answer(int Status, string Text, string? ETag, string Challenge)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string? Code => Json["code"]?.ToString();

    public IEnumerable<(string Field, string Code)> Errors =>
        Json["errors"]!.AsArray().Select(error => (error!["field"]!.ToString(), error["code"]!.ToString()));
}
