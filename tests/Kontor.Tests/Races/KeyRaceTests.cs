using System.Net;

namespace Kontor.Tests.Races;

/// <summary>Keys made at the same time: each is in force when its maker has the answer.</summary>
public sealed class KeyRaceTests
{
    [Fact]
    public async Task key_is_in_force_once_it_is_shown_however_many_are_made_at_once()
    {
        await using var node = await KontorNode.SellingAsync(Market.Of("{mode: exclusive, method: priority}", Market.Invoiced(("a", "prices: [{max_buyers: 1, price: 10}]"))));
        await Parallel.ForAsync(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) =>
        {
            var made = await node.Api.SendAsync(HttpMethod.Post, $"/v1/sources/{Market.Source}/keys", null, KontorApi.OperatorKey);
            (await node.Api.SendAsync(HttpMethod.Get, "/v1/source/spec", null, made["key"]!)).Status.ShouldBe(HttpStatusCode.OK);
        });
    }
}
