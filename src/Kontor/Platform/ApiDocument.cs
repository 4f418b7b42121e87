using System.Text.Json.Nodes;

namespace Kontor.Platform;

/// <summary><c>GET /openapi/v1.json</c>: the OpenAPI document of every address, kept by hand in <c>OpenApi/v1.json</c>; tests hold it against the
/// addresses that are mapped and against what they answer.</summary>
public static class ApiDocument
{
    private const string Resource = "openapi/v1.json";

    /// <summary>The document as text.</summary>
    public static string Text { get; } = Load();

    /// <summary>Maps the address. It needs no key.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/openapi/v1.json", () => Results.Text(Text, "application/json"));

    /// <summary>The document, read anew.</summary>
    public static JsonObject Read() => JsonNode.Parse(Text)!.AsObject();

    private static string Load()
    {
        using var stream = typeof(ApiDocument).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The build left {Resource} out.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
