using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Kontor.Portal;

/// <summary>Styles and scripts, which are part of the program. Each has an address that names its content, so that a browser keeps it for good.</summary>
public static class WebFiles
{
    private const string Prefix = "assets/";
    private static readonly FrozenDictionary<string, Asset> All = typeof(WebFiles).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], Load, StringComparer.Ordinal);

    /// <summary>The address of a file: <c>Url("kontor.css")</c>. Throws <see cref="KeyNotFoundException"/> for one that is no part of the program.</summary>
    public static string Url(string name) => $"/assets/{All[name].Version}/{name}";

    /// <summary>How many bytes of a file travel to a browser that takes gzip.</summary>
    public static int CompressedLength(string name) => All[name].Compressed.Value.Length;

    /// <summary>Serves them.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/assets/{version}/{name}", WriteAsync).ExcludeFromDescription();

    /// <summary>The text of a resource of the program; null when there is none.</summary>
    internal static string? Text(string resource)
    {
        using var stream = typeof(WebFiles).Assembly.GetManifestResourceStream(resource);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task WriteAsync(HttpContext context, string version, string name)
    {
        // An old address is not answered with new content: a page that is older than the program would mix both.
        if (!All.TryGetValue(name, out var asset) || version != asset.Version)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var response = context.Response;
        response.ContentType = asset.Type;
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.Vary = "Accept-Encoding";
        var packed = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (packed)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        var body = packed ? asset.Compressed.Value : asset.Content;
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static Asset Load(string resource)
    {
        using var stream = typeof(WebFiles).Assembly.GetManifestResourceStream(resource)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var type = Path.GetExtension(resource) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"{resource} is of no type that pages load."),
        };
        return new Asset(content, new Lazy<byte[]>(() => Compress(content)), type, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }

    private static byte[] Compress(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }

    private sealed record Asset(byte[] Content, Lazy<byte[]> Compressed, string Type, string Version);
}
