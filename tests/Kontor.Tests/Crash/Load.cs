using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;

namespace Kontor.Tests.Crash;

/// <summary>Suppliers who keep posting, each lead under its own external id, and remember what they were told.</summary>
internal sealed class Load
{
    private readonly ConcurrentDictionary<string, (string Lead, ApiAnswer? Answer)> posts = new();
    private int number;

    /// <summary>What was answered with 200, by external id.</summary>
    public Dictionary<string, ApiAnswer> Told => posts.Where(post => post.Value.Answer is not null).ToDictionary(post => post.Key, post => post.Value.Answer!);

    public int Posted => posts.Count;

    /// <summary>Posts until told to stop; a lead that finds no node is left unanswered.</summary>
    public async Task PostAsync(Func<KontorApi> node, int atOnce, CancellationToken stop)
    {
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
                await PostAsync(node(), $"crash-{Interlocked.Increment(ref number)}");
        }));
    }

    /// <summary>Waits until so many leads were answered.</summary>
    public Task AnsweredAsync(int count) => Delivery.Eventually.HoldsAsync(
        () => Task.FromResult(Told.Count >= count), () => Task.FromResult($"{Told.Count} of {Posted} leads were answered."));

    /// <summary>Posts everything again. Whoever was told something is told the same lead and, once it was decided, the same standing.</summary>
    public async Task RepeatAsync(KontorApi node)
    {
        var told = Told;
        await Parallel.ForEachAsync(posts, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (post, _) =>
        {
            var again = await node.SellAsync(JsonNode.Parse(post.Value.Lead));
            if (told.TryGetValue(post.Key, out var first))
            {
                again.LeadId.ShouldBe(first.LeadId, post.Key);
                if (first["status"] != "pending")
                    again.Text.ShouldBe(first.Text, post.Key);
            }
        });
    }

    private async Task PostAsync(KontorApi node, string externalId)
    {
        var lead = KontorApi.Lead(externalId);
        posts[externalId] = (lead.ToJsonString(), null);
        try
        {
            var answer = await node.PostAsync(lead);
            if (answer.Status == HttpStatusCode.OK)
                posts[externalId] = (lead.ToJsonString(), answer);
            else
                await Task.Delay(20);
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            await Task.Delay(20);
        }
    }
}
