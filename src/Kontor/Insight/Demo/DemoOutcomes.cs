using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kontor.Platform;

namespace Kontor.Insight.Demo;

/// <summary>What buyers of the demo reported.</summary>
/// <param name="Outcomes">How many leads by outcome.</param>
/// <param name="Returned">How many they gave back.</param>
internal sealed record DemoReports(IReadOnlyDictionary<string, int> Outcomes, int Returned);

/// <summary>Buyers of the demo who report what became of their leads and give some back, through the HTTP API with keys of their own. What they report
/// hangs on the sale's id and on the kind of its source: search is worth more than partner sites, and no two runs are the same.</summary>
internal sealed class DemoOutcomes(Uri server, string operatorKey) : IDisposable
{
    private const int Parallel = 16;
    private const int PageSize = 500;
    private static readonly string[] Reasons = ["wrong_number", "wrong_person", "no_request", "not_reachable"];

    // Of a hundred leads that came to a decision, so many are won.
    private static readonly Dictionary<string, uint> Wins = new(StringComparer.Ordinal)
    {
        ["search engine"] = 38, ["landing page"] = 30, ["comparison site"] = 24, ["social media"] = 14, ["partner site"] = 8,
    };

    private readonly Dictionary<string, (KontorClient Client, string? After)> buyers = [];

    /// <summary>Every buyer reports about what he has bought since the last time.</summary>
    public async Task<DemoReports> ReportAsync(CancellationToken cancel)
    {
        await OpenAsync(cancel);
        var sales = new List<(KontorClient Buyer, JsonElement Sale)>();
        foreach (var (key, (client, after)) in buyers.ToList())
        {
            var bought = await BoughtAsync(client, after, cancel);
            sales.AddRange(bought.Select(sale => (client, sale)));
            buyers[key] = (client, bought.Count == 0 ? after : bought[^1].GetProperty("sale_id").GetString());
        }

        var outcomes = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var returned = 0;
        await System.Threading.Tasks.Parallel.ForEachAsync(sales, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancel }, async (one, stop) =>
        {
            var (outcome, value, reason) = Fate(one.Sale.GetProperty("sale_id").GetString()!, one.Sale.GetProperty("source_class").GetString());
            if (outcome is not null && await SendAsync(one.Buyer, one.Sale, "outcome", Json(("outcome", outcome), ("value", value)), stop))
            {
                outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);
            }

            // Most contracts take nothing back: who tries is told so, and keeps the lead.
            if (reason is not null && await SendAsync(one.Buyer, one.Sale, "return", Json(("reason", reason)), stop))
            {
                Interlocked.Increment(ref returned);
            }
        });
        return new DemoReports(outcomes, returned);
    }

    public void Dispose()
    {
        foreach (var (client, _) in buyers.Values)
        {
            client.Dispose();
        }
    }

    private async Task OpenAsync(CancellationToken cancel)
    {
        if (buyers.Count > 0)
        {
            return;
        }

        using var operators = new KontorClient(server, operatorKey);
        foreach (var buyer in (await operators.ListAsync("v1/buyers?limit=100", cancel)).Select(entry => entry.GetProperty("key").GetString()!))
        {
            var answer = await operators.PostAsync($"v1/buyers/{buyer}/keys", null, cancel);
            buyers[buyer] = (new KontorClient(server, answer.Text("key") ?? throw new CommandException(answer.Explanation())), null);
        }
    }

    private static async Task<List<JsonElement>> BoughtAsync(KontorClient buyer, string? after, CancellationToken cancel)
    {
        var bought = new List<JsonElement>();
        for (var next = after; ;)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"v1/buyer/sales?limit={PageSize}");
            var answer = await buyer.GetAsync(next is null ? path : $"{path}&after={next}", cancel);
            if (!answer.IsSuccess)
            {
                throw new CommandException(answer.Explanation());
            }

            bought.AddRange(answer.Body.GetProperty("items").EnumerateArray());
            next = answer.Text("next");
            if (next is null)
            {
                return bought;
            }
        }
    }

    // Two in five are new still; of the others some are on their way, and the rest were won or came to nothing. One in twelve is not as promised.
    private static (string? Outcome, int? Value, string? Reason) Fate(string sale, string? kind)
    {
        var draw = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(sale)));
        var reason = draw / 10_000 % 12 == 0 ? Reasons[draw / 120_000 % Reasons.Length] : null;
        return (draw % 100) switch
        {
            < 40 => (null, null, reason),
            < 55 => ("contacted", null, reason),
            < 65 => ("appointment", null, null),
            _ when draw / 100 % 100 < Wins.GetValueOrDefault(kind ?? "", 20u) => ("won", (int)(6_000 + (draw / 10_000 % 140 * 100)), null),
            _ => ("no_deal", null, reason),
        };
    }

    private static async Task<bool> SendAsync(KontorClient buyer, JsonElement sale, string what, byte[] json, CancellationToken cancel) =>
        (await buyer.PostJsonAsync($"v1/buyer/sales/{sale.GetProperty("sale_id").GetString()}/{what}", json, cancel)).IsSuccess;

    private static byte[] Json(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var document = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                document[name] = value;
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(document);
    }
}
