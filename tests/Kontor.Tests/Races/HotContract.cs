using System.Net;

namespace Kontor.Tests.Races;

/// <summary>What a race for one contract came to.</summary>
/// <param name="Failures">Answers other than 200.</param>
/// <param name="Told">Leads whose supplier was told that they are sold.</param>
/// <param name="Sold">Sales in the records.</param>
/// <param name="Counted">Sales that the contract's counter knows of.</param>
internal sealed record HotOutcome(int Failures, int Told, long Sold, long Counted)
{
    /// <summary>Everybody was served and the cap was reached exactly.</summary>
    public bool Holds(int cap) => Failures == 0 && Told == cap && Sold == cap && Counted == cap;
}

/// <summary>The race for one contract with a cap, over several nodes.</summary>
internal static class HotContract
{
    public const int Cap = 200;
    public const int Leads = 600;

    public static readonly string Network = Market.Of("{mode: exclusive, method: priority}", Market.Parties(
        [("hot", "billing: {type: prepaid, currency: EUR}")],
        [("hot", "hot", $"prices: [{{max_buyers: 1, price: 10}}], caps: [{{window: total, leads: {Cap}}}]")]));

    /// <summary>Posts to the nodes by turns. All of them must know the network.</summary>
    public static async Task<HotOutcome> RunAsync(TestDatabase database, params KontorApi[] nodes)
    {
        await nodes[0].CreditAsync("hot", 10 * Leads);
        await nodes[0].ShareSourceKeyAsync(nodes);
        var (failures, told) = (0, 0);
        await Parallel.ForAsync(0, Leads, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var answer = await nodes[i % nodes.Length].PostAsync(KontorApi.Lead());
            if (answer.Status != HttpStatusCode.OK)
                Interlocked.Increment(ref failures);
            else if (answer["status"] == "accepted")
                Interlocked.Increment(ref told);
        });
        return new HotOutcome(
            failures, told, await database.ScalarAsync<long>("select count(*) from sales"),
            await database.ScalarAsync<int>("select total_leads from counters where owner = 'contract:hot'"));
    }
}
