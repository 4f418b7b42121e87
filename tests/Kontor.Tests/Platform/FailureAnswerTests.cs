using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Kontor.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Kontor.Tests.Platform;

public sealed class FailureAnswerTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private WebApplication app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 1_000);
        app = builder.Build();
        app.UseRequestIds().UseFailureAnswers();
        app.MapGet("/killed", () => database.ExecuteAsync("select pg_terminate_backend(pg_backend_pid())"));
        app.MapGet("/unreachable", async () =>
        {
            await using var nowhere = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=5");
            await using var connection = await nowhere.OpenConnectionAsync();
        });
        app.MapGet("/broken", string () => throw new InvalidOperationException("erika@example.org"));
        app.MapPost("/read", (JsonObject body) => Results.Ok(body.Count));
        await app.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData("/killed")]
    [InlineData("/unreachable")]
    public async Task database_that_is_away_is_503_with_a_time_to_come_back(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(503);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await Document(answer))["code"]!.ToString().ShouldBe("database_unavailable");
    }

    [Fact]
    public async Task what_nobody_foresaw_is_500_and_tells_nothing_of_the_inside()
    {
        using var answer = await client.GetAsync(new Uri("/broken", UriKind.Relative), TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(500);
        var document = await Document(answer);
        document["code"]!.ToString().ShouldBe("internal_error");
        document.ToJsonString().ShouldNotContain("erika");
        answer.Headers.GetValues("X-Request-Id").Single().ShouldBe(document["request_id"]!.ToString());
    }

    [Theory]
    [InlineData(2_000, 413, "body_too_large")]
    [InlineData(3, 400, "malformed_request")]
    public async Task body_that_cannot_be_taken_is_the_callers_mistake(int length, int status, string code)
    {
        using var content = new StringContent(new string('[', length), System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/read", UriKind.Relative), content, TestContext.Current.CancellationToken);
        ((int)answer.StatusCode).ShouldBe(status);
        (await Document(answer))["code"]!.ToString().ShouldBe(code);
    }

    [Theory]
    [InlineData("order-4711_a.b", true)]
    [InlineData("a b", false)]
    [InlineData("<script>", false)]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg", false)]
    public async Task request_id_of_the_caller_is_kept_where_it_is_harmless(string given, bool kept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.TryAddWithoutValidation("X-Request-Id", given);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var id = answer.Headers.GetValues("X-Request-Id").Single();
        (id == given).ShouldBe(kept);
        id.ShouldNotBeEmpty();
        (await Document(answer))["request_id"]!.ToString().ShouldBe(id);
    }

    private static async Task<JsonObject> Document(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        return (await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken))!;
    }
}
