using System.Net;
using System.Text.Json.Nodes;
using Kontor.Tests.Delivery;

namespace Kontor.Tests.Races;

/// <summary>The race for the return of the same sales, over several nodes.</summary>
internal static class ReturnRace
{
    public static readonly string Network = Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(
        ("a", "prices: [{max_buyers: 1, price: 40}], caps: [{window: month, leads: 1000}], returns: {within: 7d, gives_back_cap: true}")));

    /// <summary>Sells so many leads and gives every one back so often at once, to the nodes by turns. Answers all answers.</summary>
    public static async Task<ApiAnswer[]> RunAsync(int sales, int times, params KontorApi[] nodes)
    {
        await nodes[0].SellAsync(sales);
        var key = (await nodes[0].OperateAsync(HttpMethod.Post, "/v1/buyers/a/keys"))["key"]!;
        string[] ids = [.. (await nodes[0].GetAsync("/v1/sales?limit=500"))["items"]!.AsArray().Select(sale => sale!["sale_id"]!.ToString())];
        foreach (var node in nodes)
        {
            await Eventually.HoldsAsync(
                async () => (await node.SendAsync(HttpMethod.Get, "/v1/buyer/account", null, key)).Status == HttpStatusCode.OK,
                () => Task.FromResult("The node does not know the buyer's key."));
        }

        var body = new JsonObject { ["reason"] = "wrong_number" }.ToJsonString();
        return await Task.WhenAll(Enumerable.Range(0, sales * times).Select(i =>
            nodes[i % nodes.Length].SendAsync(HttpMethod.Post, $"/v1/buyer/sales/{ids[i / times]}/return", body, key)));
    }
}
