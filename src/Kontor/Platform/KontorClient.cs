using System.Net.Http.Headers;
using System.Text.Json;

namespace Kontor.Platform;

/// <summary>An answer of Kontor's HTTP API.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The JSON body; undefined where there is none or it is not JSON.</param>
/// <param name="RetryAfter">How long the server asks to wait, or null.</param>
/// <param name="Date">The server's clock, to the second, or null.</param>
public sealed record ApiAnswer(int Status, JsonElement Body, TimeSpan? RetryAfter, DateTimeOffset? Date)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A text member of the body, or null.</summary>
    public string? Text(string name) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The entries of <c>errors</c> in a problem document.</summary>
    public IEnumerable<ApiProblem> Problems()
    {
        if (Body.ValueKind != JsonValueKind.Object || !Body.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var error in errors.EnumerateArray().Where(error => error.ValueKind == JsonValueKind.Object))
        {
            yield return new ApiProblem(Member(error, "field") ?? Member(error, "path"), Member(error, "code"), Member(error, "message"));
        }
    }

    /// <summary>What a person should read when the request failed: title or detail, then each problem at its place.</summary>
    public string Explanation()
    {
        var lines = Problems().Select(problem => $"  {problem}");
        var head = Text("detail") ?? Text("title") ?? $"The server answered {Status}.";
        return string.Join('\n', lines.Prepend(head));
    }

    private static string? Member(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>One entry of <c>errors</c> in a problem document.</summary>
public sealed record ApiProblem(string? Place, string? Code, string? Message)
{
    public override string ToString() => $"{Place}: {Message ?? Code}";
}

/// <summary>The command line's way to a server: Kontor's public HTTP API and nothing else, so that every command works against a server on
/// another machine as well.</summary>
public sealed class KontorClient : IDisposable
{
    private readonly HttpClient http;

    public KontorClient(Uri server, string? key)
    {
        Server = server;
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (key is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <summary>Where the server is.</summary>
    public Uri Server { get; }

    /// <summary>The address under which a client reaches a server that listens at <paramref name="listenUrl"/>: the first of several, and
    /// this machine where the server listens on every address.</summary>
    public static Uri AddressOf(string listenUrl)
    {
        var first = listenUrl.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? listenUrl;
        foreach (var everywhere in (ReadOnlySpan<string>)["://0.0.0.0", "://[::]", "://*", "://+"])
        {
            first = first.Replace(everywhere, "://127.0.0.1", StringComparison.Ordinal);
        }

        return Uri.TryCreate(first.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException($"KONTOR_URL is '{listenUrl}', which is not an address such as http://127.0.0.1:8080.");
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancel);

    public Task<ApiAnswer> PostAsync(string path, HttpContent? content, CancellationToken cancel) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, cancel);

    public Task<ApiAnswer> PostJsonAsync(string path, ReadOnlyMemory<byte> json, CancellationToken cancel)
    {
        var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return PostAsync(path, content, cancel);
    }

    /// <summary>Follows the cursor of a list to its end.</summary>
    public async Task<List<JsonElement>> ListAsync(string path, CancellationToken cancel)
    {
        var items = new List<JsonElement>();
        for (string? after = null; ;)
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var answer = await GetAsync(after is null ? path : $"{path}{separator}after={Uri.EscapeDataString(after)}", cancel);
            if (!answer.IsSuccess)
            {
                throw new CommandException(answer.Explanation());
            }

            items.AddRange(answer.Body.GetProperty("items").EnumerateArray());
            after = answer.Text("next");
            if (after is null)
            {
                return items;
            }
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<ApiAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, cancel);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
            return new ApiAnswer((int)response.StatusCode, ReadJson(bytes), RetryAfter(response), response.Headers.Date);
        }
    }

    private static JsonElement ReadJson(byte[] bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        try
        {
            return JsonDocument.TryParseValue(ref reader, out var document) ? document.RootElement : default;
        }
        catch (JsonException)
        {
            // Something between us and the server answered with a page; the status says enough.
            return default;
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when response.Headers.Date is { } now => date > now ? date - now : TimeSpan.Zero,
        _ => null,
    };
}
