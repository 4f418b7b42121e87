using Kontor.Platform;
using Kontor.Tests.Platform;

namespace Kontor.Tests.Crash;

/// <summary>SIGKILL of PostgreSQL, and of the node with it, under load.</summary>
public sealed class KilledPostgresTests
{
    [Fact]
    public async Task every_answer_given_before_the_kill_stands_and_nothing_is_sold_too_often()
    {
        using var folder = new TemporaryFolder();
        var load = new Load();
        using var stop = new CancellationTokenSource();
        await using (var node = await KontorProcess.InFolderAsync(folder.Data))
        {
            await node.Api.ApplyAsync(Market.Of("{mode: exclusive, method: priority}", Market.Parties(
                [("capped", "billing: {type: invoice}"), ("prepaid", "billing: {type: prepaid, currency: EUR}"), ("rest", "billing: {type: invoice}")],
                [
                    ("capped", "capped", "prices: [{max_buyers: 1, price: 90}], priority: 1, caps: [{window: day, leads: 150}]"),
                    ("prepaid", "prepaid", "prices: [{max_buyers: 1, price: 30}], priority: 2"),
                    ("rest", "rest", "prices: [{max_buyers: 1, price: 10}], priority: 3"),
                ])));
            await node.Api.CreditAsync("prepaid", 3_000);
            await node.Api.SourceKeyAsync();
            var posting = load.PostAsync(() => node.Api, 24, stop.Token);
            foreach (var answered in (int[])[100, 200])
            {
                await load.AnsweredAsync(answered);
                ServerProcess.Kill(new EmbeddedPostgresFolder(folder.Data).PostmasterId!.Value);
            }

            await load.AnsweredAsync(400);
            await node.KillAsync();
            await stop.CancelAsync();
            await posting;
        }

        await using (var node = await KontorProcess.InFolderAsync(folder.Data))
        {
            node.Api.UseSourceKey((await node.Api.OperateAsync(HttpMethod.Post, $"/v1/sources/{Market.Source}/keys"))["key"]!);
            await load.RepeatAsync(node.Api);
            (await SoldAsync(node, "capped")).ShouldBe(150);
            (await SoldAsync(node, "prepaid")).ShouldBe(100);
            (await node.Api.AccountAsync("prepaid")).ShouldBe((0m, 0m));
            await KontorProcess.VerifyAsync("KONTOR_DATA", folder.Data);
            (await node.TerminateAsync()).ShouldBe(0);
        }
    }

    private static async Task<int> SoldAsync(KontorProcess node, string contract) =>
        (await node.Api.GetAsync($"/v1/sales?contract={contract}&limit=500"))["items"]!.AsArray().Count;
}
