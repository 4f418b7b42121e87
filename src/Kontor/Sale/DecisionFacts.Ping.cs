using System.Text.Json;
using Kontor.Core.Sale;

namespace Kontor.Sale;

/// <content>What a ping promised.</content>
public static partial class DecisionFacts
{
    /// <summary>What a ping promised, for a further round of its lead's first offer; null when it was posted directly.</summary>
    public static PingPromise? ReadPing(ReadOnlyMemory<byte> stored)
    {
        using var document = JsonDocument.Parse(stored);
        return Ping(document.RootElement);
    }

    private static PingPromise? Ping(JsonElement root) => !root.TryGetProperty("p", out var ping) ? null : new PingPromise(
        ping[0].GetInt32(),
        [.. ping.EnumerateArray().Skip(2).Select(sale => new PromisedSale(sale[0].GetString()!, sale[1].GetInt64(), sale[2].GetInt64()))],
        ping[1].GetInt32() == 1);

    private static void WritePing(Utf8JsonWriter writer, PingPromise? ping)
    {
        if (ping is null)
        {
            return;
        }

        writer.WriteStartArray("p"u8);
        writer.WriteNumberValue(ping.MaxBuyers);
        writer.WriteNumberValue(ping.Chosen ? 1 : 0);
        foreach (var sale in ping.Sales)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(sale.Contract);
            writer.WriteNumberValue(sale.Price);
            writer.WriteNumberValue(sale.Payout);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }
}
