namespace Kontor.Tests.Races;

/// <summary>Leads race for the last room under the caps of their source and campaign.</summary>
public sealed class VolumeRaceTests
{
    [Fact]
    public async Task two_nodes_reach_the_cap_of_a_source_exactly()
    {
        await using var node = await KontorNode.SellingAsync(HotVolume.Network("caps: [{window: day, leads: 150}],", "[]"));
        await using var other = await node.JoinAsync();
        var told = await HotVolume.RunAsync(300, node.Api, other.Api);
        told.GroupBy(answer => answer["reason_code"] ?? "sold").ToDictionary(group => group.Key, group => group.Count())
            .ShouldBe(new Dictionary<string, int> { ["sold"] = 150, ["source_cap_reached"] = 150 }, ignoreOrder: true);
        (await node.Database.ScalarAsync<long>("select count(distinct lead_id) from sales")).ShouldBe(150);
        (await HotVolume.FoundAsync(node.Database)).ShouldBe(150);
        (await node.Database.ScalarAsync<int>("select day_leads from volumes where owner = 'source:landing'")).ShouldBe(150);
    }

    [Fact]
    public async Task rules_that_change_under_load_lose_no_count_and_stop_nobody()
    {
        // By turns the rows are locked beforehand and added to at the end; neither may wait for the other for ever.
        await using var node = await KontorNode.SellingAsync(HotVolume.Network("", "[]"));
        await using var other = await node.JoinAsync();
        using var ended = new CancellationTokenSource();
        var changing = ChangeAsync(node.Api, ended.Token);
        var told = await HotVolume.RunAsync(400, node.Api, other.Api);
        await ended.CancelAsync();
        await changing;
        told.ShouldAllBe(answer => answer["status"] == "accepted");
        (await node.Database.ScalarAsync<int>("select total_leads from volumes where owner = 'source:landing'")).ShouldBe(400);
        (await node.Database.ScalarAsync<int>("select total_leads from volumes where owner = 'campaign:solar'")).ShouldBe(400);
    }

    private static async Task ChangeAsync(KontorApi api, CancellationToken ended)
    {
        for (var i = 0; !ended.IsCancellationRequested; i++)
        {
            await api.ApplyAsync(HotVolume.Network(i % 2 == 0 ? "caps: [{window: day, leads: 5000}]," : "", i % 3 == 0 ? "[{window: hour, leads: 5000}]" : "[]"));
        }
    }
}

/// <summary>The race for the room of a source. Every lead fits two contracts of its own, so that nothing else is waited for than that room.</summary>
internal static class HotVolume
{
    private const int Groups = 150;

    public static string Network(string ofSource, string ofCampaign) => Market.Of(
        "{mode: shared, max_buyers: 2, method: priority}",
        Market.Invoiced([.. Enumerable.Range(0, Groups).SelectMany(group => new[] { Contract("a", group), Contract("b", group) })]),
        $"answer_within: 10s, caps: {ofCampaign}").Replace("sources: [{key: landing,", $"sources: [{{key: landing, {ofSource}", StringComparison.Ordinal);

    /// <summary>Posts somebody new so often, to the nodes by turns.</summary>
    public static async Task<ApiAnswer[]> RunAsync(int leads, params KontorApi[] nodes)
    {
        await nodes[0].ShareSourceKeyAsync(nodes);
        var answers = new ApiAnswer[leads];
        await Parallel.ForAsync(0, leads, new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (i, _) =>
        {
            var lead = KontorApi.Lead();
            lead["first_name"] = $"P{i % Groups}";
            answers[i] = await nodes[i % nodes.Length].PostAsync(lead);
        });
        return answers;
    }

    /// <summary>How many different counts the sold leads found when they were decided: as many as leads, when each knew of the one before.</summary>
    public static Task<long> FoundAsync(TestDatabase database) => database.ScalarAsync<long>(
        "select count(distinct convert_from(facts, 'UTF8')::json ->> 'v') from decisions join leads using (lead_id) where counted_at is not null");

    private static (string Key, string Terms) Contract(string name, int group) =>
        ($"{name}{group}", $"prices: [{{max_buyers: 2, price: 40}}], filter: {{field: first_name, op: eq, value: P{group}}}");
}
