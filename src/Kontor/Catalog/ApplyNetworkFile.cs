using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontor.Platform;

namespace Kontor.Catalog;

/// <summary><c>kontor apply</c>: posts a network file to a server and shows what it changed.</summary>
public static class ApplyNetworkFile
{
    /// <summary>Applies a file. 0 when the network is in line with it (or, with <paramref name="dryRun"/>, could be).</summary>
    /// <exception cref="CommandException">The server refused the network: the message lists every problem at its path.</exception>
    public static async Task<int> RunAsync(KontorClient client, FileInfo file, bool dryRun, TextWriter output, CancellationToken cancel)
    {
        var answer = await PostAsync(client, await File.ReadAllBytesAsync(file.FullName, cancel), dryRun, cancel);
        await output.WriteLineAsync(dryRun ? "The network is valid. Applying it would change:" : "Applied:");
        await output.WriteLineAsync(JsonSerializer.Serialize(answer.Body, Indented));
        return 0;
    }

    /// <summary>Posts a network.</summary>
    /// <exception cref="CommandException">The server refused it or does not answer.</exception>
    public static async Task<ApiAnswer> PostAsync(KontorClient client, byte[] network, bool dryRun, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(network);
        content.Headers.ContentType = new MediaTypeHeaderValue(IsJson(network) ? "application/json" : "application/yaml");
        try
        {
            var answer = await client.PostAsync(dryRun ? "v1/apply?dry_run=true" : "v1/apply", content, cancel);
            return answer.IsSuccess ? answer : throw new CommandException(answer.Explanation());
        }
        catch (HttpRequestException exception)
        {
            throw new CommandException($"No server answers at {client.Server}. Start it with ./kontor serve, or set KONTOR_URL.", exception);
        }
    }

    /// <summary>Reads a network file, YAML or JSON; null when it is neither or no object.</summary>
    public static JsonObject? Read(string text)
    {
        try
        {
            return CatalogBody.Clean(YamlDocument.Parse(text)) as JsonObject;
        }
        catch (YamlDotNet.Core.YamlException)
        {
            return null;
        }
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static bool IsJson(byte[] network) => network.AsSpan().TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..];
}
