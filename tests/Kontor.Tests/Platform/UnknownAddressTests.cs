using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Platform;

public sealed class UnknownAddressTests : IAsyncLifetime
{
    private ApiNode node = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        node = await ApiNode.StartAsync();
        client = new HttpClient { BaseAddress = node.Server.Url };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/leads/a/b/c")]
    [InlineData("/favicon.ico")]
    public async Task unknown_address_is_a_problem_document(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await CodeAsync(answer)).ShouldBe("not_found");
    }

    [Theory]
    [InlineData("/v1/leads", "GET, POST")]
    [InlineData("/v1/sources/landing", "DELETE, GET, PUT")]
    [InlineData("/v1/apply", "POST")]
    [InlineData("/healthz", "GET")]
    public async Task wrong_method_is_a_problem_document_that_says_which_are_right(string path, string allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        string.Join(", ", answer.Content.Headers.Allow.Order(StringComparer.Ordinal)).ShouldBe(allowed);
        (await CodeAsync(answer)).ShouldBe("method_not_allowed");
    }

    private static async Task<string> CodeAsync(HttpResponseMessage answer)
    {
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        document["request_id"]!.ToString().ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
        return document["code"]!.ToString();
    }
}
