using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Core.Intake;
using Kontor.Platform;
using YamlDotNet.Core;

namespace Kontor.Catalog;

/// <summary>Reads the body of a catalog request, JSON or YAML.</summary>
internal static class CatalogBody
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The object of the body without members that are null, or the answer that says what is wrong with it.</summary>
    public static async Task<(JsonObject? Body, IResult? Refusal)> ReadAsync(HttpContext context, int largest)
    {
        if (await ReadBytesAsync(context.Request, largest) is not { } bytes)
        {
            return (null, Problems.Of(context, 413, "body_too_large", $"The body is larger than {largest / 1024} KB."));
        }

        try
        {
            var text = StrictUtf8.GetString(bytes).TrimStart('\uFEFF');
            var root = IsYaml(context.Request.ContentType, text) ? YamlDocument.Parse(text) : ParseJson(text);
            return Clean(root) is JsonObject body
                ? (body, null)
                : (null, Problems.Of(context, 400, "wrong_type", "The body must be an object.", []));
        }
        catch (YamlException failure)
        {
            return (null, Malformed(context, "malformed_yaml", $"The body is no valid YAML at line {failure.Start.Line}: {failure.Message}"));
        }
        catch (JsonException failure)
        {
            return (null, Malformed(context, "malformed_json", $"The body is no valid JSON at line {failure.LineNumber + 1}."));
        }
        catch (Exception failure) when (failure is DecoderFallbackException or InvalidOperationException or ArgumentException)
        {
            return (null, Malformed(context, "malformed_text", "The body has bytes or escapes that are no Unicode text."));
        }
    }

    private static IResult Malformed(HttpContext context, string code, string detail) =>
        Problems.Of(context, 400, code, detail, [new FieldProblem(string.Empty, code, detail)]);

    private static async Task<byte[]?> ReadBytesAsync(HttpRequest request, int largest)
    {
        if (request.ContentLength > largest)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0)
        {
            if (bytes.Length + count > largest)
            {
                return null;
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    private static bool IsYaml(string? contentType, string text) =>
        contentType?.Contains("yaml", StringComparison.OrdinalIgnoreCase) == true
        || (contentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true && text.AsSpan().TrimStart() is not ['{', ..]);

    private static JsonNode? ParseJson(string text) =>
        JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });

    // Copies every value, which also proves that each text can be read and stored; a null member counts as absent.
    internal static JsonNode? Clean(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(
            members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(Storable(member.Key), Clean(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Clean)]),
        { } value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(Storable(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    // PostgreSQL stores neither the character zero nor half a surrogate pair.
    private static string Storable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal) || StrictUtf8.GetByteCount(text) < 0)
        {
            throw new ArgumentException("The text cannot be stored.", nameof(text));
        }

        return text;
    }
}
