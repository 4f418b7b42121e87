using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontor.Platform;

/// <summary>How the API writes JSON nodes: names in any script stay readable, because the answers are never part of a page.</summary>
public static class ApiJson
{
    /// <summary>Options for <see cref="JsonNode.ToJsonString(JsonSerializerOptions)"/>.</summary>
    public static JsonSerializerOptions Written { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>A JSON answer.</summary>
    public static IResult Result(JsonNode node, int status = StatusCodes.Status200OK) =>
        Results.Text(node.ToJsonString(Written), "application/json", statusCode: status);

    /// <summary>A page of a list: <c>items</c> and the cursor of the next page, or null.</summary>
    public static JsonObject Page(IEnumerable<JsonNode> items, string? next) =>
        new() { ["items"] = new JsonArray([.. items]), ["next"] = next };
}
