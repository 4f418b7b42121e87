using System.Net;
using System.Text.Json;
using Kontor.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontor.Tests.Platform;

public sealed class HealthTests
{
    [Fact]
    public async Task process_is_alive_although_it_is_not_ready()
    {
        await using var app = await StartAsync(ReadinessCheck.Of("snapshot", () => false));
        using var client = Client(app);
        (await client.GetAsync(new Uri("/healthz", UriKind.Relative), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancelled)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task node_is_ready_when_every_check_holds()
    {
        await using var app = await StartAsync(ReadinessCheck.Of("snapshot", () => true), ReadinessCheck.Of("migrations", () => true));
        var (status, answer) = await ReadAsync(app);
        status.ShouldBe(HttpStatusCode.OK);
        answer.GetProperty("status").GetString().ShouldBe("ready");
        answer.GetProperty("checks").GetProperty("migrations").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task failing_check_is_named_and_its_exception_stays_inside()
    {
        await using var app = await StartAsync(
            ReadinessCheck.Of("snapshot", () => true),
            new ReadinessCheck("database", _ => throw new InvalidOperationException("password=hunter2")));
        var (status, answer) = await ReadAsync(app);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.GetProperty("checks").GetProperty("database").GetBoolean().ShouldBeFalse();
        answer.GetProperty("checks").GetProperty("snapshot").GetBoolean().ShouldBeTrue();
        answer.GetRawText().ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task check_that_never_answers_means_not_ready()
    {
        var never = new TaskCompletionSource<bool>();
        await using var app = await StartAsync(new ReadinessCheck("database", _ => never.Task));
        var (status, answer) = await ReadAsync(app);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.GetProperty("checks").GetProperty("database").GetBoolean().ShouldBeFalse();
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<WebApplication> StartAsync(params ReadinessCheck[] checks)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapHealth(checks);
        await app.StartAsync(Cancelled);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private static async Task<(HttpStatusCode Status, JsonElement Answer)> ReadAsync(WebApplication app)
    {
        using var client = Client(app);
        using var response = await client.GetAsync(new Uri("/readyz", UriKind.Relative), Cancelled);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        return (response.StatusCode, document.RootElement.Clone());
    }
}
