using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontor.Platform;

namespace Kontor.Tests.Platform;

/// <summary>Lets every request through and fails the test whose answer is not as the API document says.</summary>
internal sealed class DocumentedAnswers() : DelegatingHandler(new SocketsHttpHandler())
{
    private static readonly JsonObject Document = ApiDocument.Read();
    private static readonly ShapeCheck Shapes = new(Document);

    /// <summary>The operations that were called, by id.</summary>
    public ConcurrentDictionary<string, byte> Called { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var (path, method) = (request.RequestUri!.AbsolutePath, request.Method.Method.ToLowerInvariant());
        var operation = Operation(path, method).ShouldNotBeNull($"{method} {path} is not in the document");
        Called.TryAdd((string)operation["operationId"]!, 0);
        var status = ((int)response.StatusCode).ToString();
        var answer = Shapes.Resolve(operation["responses"]![status].ShouldNotBeNull($"{method} {path} answers {status}, which is not in the document"));
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (answer["content"] is not JsonObject content)
        {
            text.ShouldBeEmpty();
            return response;
        }

        var type = response.Content.Headers.ContentType!.MediaType!;
        var schema = content[type]?["schema"].ShouldNotBeNull($"{method} {path} answers {type}, which is not in the document");
        if (type.Contains("json", StringComparison.Ordinal))
            Shapes.Of(JsonNode.Parse(text), schema!).ShouldBeEmpty($"{method} {path} {status}: {text}");
        return response;
    }

    private static JsonNode? Operation(string path, string method) => Document["paths"]!.AsObject()
        .Where(one => Regex.IsMatch(path, "^" + Regex.Replace(Regex.Escape(one.Key), @"\\\{\w+}", "[^/]+") + "$"))
        .OrderBy(one => one.Key.Count(character => character == '{'))
        .Select(one => one.Value![method])
        .FirstOrDefault(one => one is not null);
}
